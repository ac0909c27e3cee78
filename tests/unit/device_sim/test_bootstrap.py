import csv
import threading
from dataclasses import replace

import pytest

from device_sim.bootstrap import build_field, population_table
from device_sim.options import Options, Serving
from device_sim.settings import SimulatorSettings
from tests.fixtures.simulated_field import DAY, DAY_S

NOW_S = (DAY + 2) * DAY_S + 4 * 3600
HEADER = (
    "serial,household,village,district,province,hamlet,kind,panel_w,battery_ah,battery_chemistry,"
    "nominal_v,installed_on,latitude,longitude,timezone,gateway,controller,unit"
)
CHECKS = "PNLJHF"


def row(number: int, gateway: str, controller: str, unit: str) -> str:
    return (
        f"KPK-{number:04d},OEM-{number:04d}-{CHECKS[number - 1]},Kusi Utara,TTS,NTT,Dusun 1,home,"
        f"50,26,lead_acid,12,2018-02-01,-9.75,124.45,Asia/Makassar,{gateway},{controller},{unit}"
    )


SERVING = Serving("gw-kusi-utara", port=0)


@pytest.fixture
def options(tmp_path) -> Options:
    """Three homes of a gateway with units, one of a gateway without, two of their own."""
    rows = [row(n, "gw-kusi-utara", "epever_tracer", str(n)) for n in (1, 2, 3)]
    rows += [row(4, "gw-boti", "epever_tracer", ""), row(5, "", "", ""), row(6, "", "", "")]
    file = tmp_path / "registry.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    return Options(
        registry=file,
        broker_host="127.0.0.1",
        broker_port=1,
        start_s=DAY * DAY_S,
        end_s=(DAY + 2) * DAY_S,
        publish_from_s=DAY * DAY_S,
        seed=1,
        interval_s=60,
        serving=SERVING,
        answers=tmp_path / "answers.csv",
    )


def build(options: Options):
    stopping = threading.Event()
    return build_field(options, SimulatorSettings(), lambda *_: None, stopping, lambda: NOW_S)


def test_the_served_gateway_is_in_the_history_and_not_in_the_live(options):
    field = build(options)
    told = {m.publisher for m in field.session.history.messages()}
    live = {m.publisher for m in field.session.live.messages(NOW_S)}
    assert "gw-kusi-utara" in told
    assert "gw-kusi-utara" not in live
    assert "gw-boti" in live


def test_without_a_port_nothing_is_served_and_everybody_is_live(options):
    field = build(replace(options, serving=replace(SERVING, port=None)))
    assert field.served is None
    live = {m.publisher for m in field.session.live.messages(NOW_S)}
    assert {"gw-kusi-utara", "gw-boti"} <= live


def test_a_run_that_goes_on_numbers_its_boots_higher(options):
    first, later = build(options), build(replace(options, publish_from_s=(DAY + 1) * DAY_S))
    boots = [f.session.history.numbering.boot for f in (first, later)]
    assert (boots[1] > boots[0] + 100).all()


def test_a_run_that_goes_on_does_not_repeat_the_odd(options):
    assert build(options).session.history.odd
    assert not build(replace(options, publish_from_s=(DAY + 1) * DAY_S)).session.history.odd


def test_the_answer_sheet_is_written_once_there_is_something_to_tell(options):
    field = build(options)
    field.write_answers()
    assert not options.answers.exists()
    field.timeline.day(DAY + 1)
    field.write_answers()
    assert next(csv.reader(options.answers.open()))[:3] == ["serial", "fault", "start"]


def test_faults_do_not_hang_on_what_is_published(options):
    whole, rest = build(options), build(replace(options, publish_from_s=(DAY + 1) * DAY_S))
    for field in (whole, rest):
        field.timeline.day(DAY + 2)
    assert whole.timeline.episodes == rest.timeline.episodes
    ends = build(replace(options, end_s=(DAY + 1) * DAY_S))
    ends.timeline.day(DAY + 2)
    assert ends.timeline.episodes == whole.timeline.episodes


def test_the_table_of_homes_needs_a_day(options):
    assert "field" in population_table(options).splitlines()[0]
    with pytest.raises(ValueError, match="--days"):
        population_table(replace(options, end_s=options.start_s))
