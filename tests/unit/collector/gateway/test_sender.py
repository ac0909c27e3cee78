"""When what is sent: live first, backlog at its rate, again until the server has it."""

from itertools import pairwise

import pytest

from collector.gateway.packing import MAX_BYTES
from collector.gateway.reading import Measured
from collector.gateway.sender import CONFIRM_S, LONGEST_AGAIN_S
from collector.wire.condensed import MAX_ROWS
from collector.wire.envelope import inflate
from tests.unit.collector.gateway.sending_scene import AGAIN_S, Scene

HOUR_S = 3600


@pytest.fixture
def scene(tmp_path):
    return Scene(tmp_path)


def test_one_message_holds_all_serials_and_the_next_what_came_after(scene):
    scene.measure("A", "B", "A")
    assert scene.sender.tick()
    scene.measure("A")
    assert scene.sender.tick()
    assert scene.rows(0) == [("A", 1), ("A", 2), ("B", 1)]
    assert scene.rows(1) == [("A", 3)]
    assert not scene.sender.tick()


def test_new_readings_wait_for_company(tmp_path):
    scene = Scene(tmp_path, batch_s=60.0)
    scene.measure("A")
    scene.run(30)
    scene.measure("B")
    assert scene.run(60) == [60.0]
    assert scene.rows() == [("A", 1), ("B", 1)]
    scene.measure("A")
    assert scene.run(100) == [150.0]


def test_the_acknowledgement_deletes(scene):
    scene.measure("A", "B", "A", "A", "A")
    scene.sender.tick()
    assert scene.waiting() == 5
    scene.acknowledge("A", 1, [3, 3])
    assert [r.sequence for r in scene.outbox.unsent(9, 0)] == []
    assert scene.waiting() == 3
    scene.acknowledge("B", 1)
    scene.acknowledge("A", 4)
    assert scene.waiting() == 0


def test_an_acknowledgement_deletes_whenever_it_comes(tmp_path):
    scene = Scene(tmp_path)
    scene.measure("A", "A")
    scene.sender.tick()
    scene.outbox.close()
    again = Scene(tmp_path)
    again.acknowledge("A", 1)
    again.sender.tick()
    assert again.rows() == [("A", 2)]


def test_nothing_is_sent_without_readings_or_connection(scene):
    assert not scene.sender.tick()
    scene.measure("A")
    scene.channel.connected = False
    assert not scene.sender.tick()
    scene.channel.connected = True
    assert scene.sender.tick()
    assert scene.rows() == [("A", 1)]


def test_what_the_channel_does_not_take_is_not_under_way(scene):
    scene.measure("A")
    scene.channel.accepts = False
    assert not scene.sender.tick()
    scene.channel.accepts = True
    assert scene.sender.tick()
    assert scene.rows() == [("A", 1)]


def test_without_acknowledgement_it_is_sent_again_at_growing_intervals(scene):
    scene.measure("A")
    times = scene.run(3.5 * 86_400, step_s=10)
    waits = [b - a for a, b in pairwise(times)]
    assert waits[0] == pytest.approx(AGAIN_S, abs=20)
    assert all(b == pytest.approx(min(2 * a, LONGEST_AGAIN_S), abs=40) for a, b in pairwise(waits))
    assert scene.waiting() == 1
    scene.acknowledge("A", 0)
    scene.measure("A")
    assert len(scene.run(4 * AGAIN_S, step_s=10)) >= 2, "a server that answers is asked as before"


def test_a_broker_that_confirms_nothing_gets_a_new_connection_not_a_second_copy(scene):
    scene.measure("A")
    scene.sender.tick()
    scene.channel.delivered = False
    scene.run(CONFIRM_S + 1)
    assert scene.channel.renewed == 1
    assert len(scene.channel.sent) == 1
    scene.sender.reconnected()
    scene.run(CONFIRM_S - 1)
    assert scene.channel.renewed == 1, "the message goes out again by itself and has time anew"


def test_what_is_under_way_on_one_road_goes_on_another_too(scene):
    scene.measure("A", "B")
    scene.sender.tick()
    scene.sender.start_over()
    assert scene.sender.tick()
    assert scene.rows(0) == scene.rows(1)


def test_after_an_outage_the_live_go_first_then_the_newest_of_the_backlog(tmp_path):
    scene = Scene(tmp_path, backlog_rows_per_min=100)
    for hours in range(1000, 0, -1):
        scene.measure("A", ago_s=hours * HOUR_S)
    scene.measure("A", "B")
    scene.sender.tick()
    first = scene.rows()
    assert ("B", 1) in first
    assert [n for s, n in first if s == "A"] == [*range(900, 1002)], "live and a minute's backlog"
    scene.run(300)
    assert len(scene.channel.sent) > 20
    scene.measure("B")
    scene.sender.tick()
    assert ("B", 2) in scene.rows(), "whoever comes live does not wait for the backlog"


@pytest.mark.parametrize("per_minute", [60, 600])
def test_the_backlog_keeps_to_its_rate(tmp_path, per_minute):
    scene = Scene(tmp_path, backlog_rows_per_min=per_minute)
    for hours in range(2500, 1, -1):
        scene.measure("A", ago_s=hours * HOUR_S)
    scene.run(180)
    sent = sum(len(scene.rows(i)) for i in range(len(scene.channel.sent)))
    assert sent == pytest.approx(min(4 * per_minute, 2499), rel=0.05), "one minute's worth at once"
    numbers = [n for i in range(len(scene.channel.sent)) for _, n in scene.rows(i)]
    assert len(set(numbers)) == len(numbers)


def test_what_the_server_asks_for_goes_before_the_backlog_and_at_its_rate(tmp_path):
    scene = Scene(tmp_path, backlog_rows_per_min=60)
    for hours in range(500, 1, -1):
        scene.measure("A", ago_s=hours * HOUR_S)
    scene.run(1)
    boot = scene.outbox.boots()["A"]
    scene.sender.resend([{"sn": "A", "b": boot, "from": 3, "to": 10}])
    scene.measure("B")
    scene.run(8)
    assert scene.rows(1) == [("B", 1)], "what is live waits for nothing that is asked for"
    assert scene.rows(2) == [("A", n) for n in range(5, 11)]


def test_a_server_that_asks_for_everything_does_not_hold_up_what_is_live(tmp_path):
    scene = Scene(tmp_path, backlog_rows_per_min=100)
    for hours in range(3000, 1, -1):
        scene.measure("A", ago_s=hours * HOUR_S)
    scene.run(1)
    boot = scene.outbox.boots()["A"]
    scene.sender.resend([{"sn": "A", "b": boot, "from": 1, "to": 2999}])
    before = len(scene.channel.sent)
    scene.measure("B")
    scene.run(120)
    messages = [scene.rows(i) for i in range(before, len(scene.channel.sent))]
    assert messages[0] == [("B", 1)]
    assert sum(map(len, messages)) == pytest.approx(200, abs=20)


def test_holes_are_said_until_they_are_noted(scene):
    scene.measure("A", "A", "A")
    scene.sender.tick()
    scene.acknowledge("A", 3)
    boot = scene.outbox.boots()["A"]
    scene.sender.resend([{"sn": "A", "b": boot, "from": 2, "to": 9}])
    said = {"sn": "A", "b": boot, "lost": [[2, 3]], "why": "no longer kept"}
    assert scene.run(AGAIN_S + 10) == [0.0, AGAIN_S]
    assert scene.plain() == [said]
    scene.acknowledge("A", 3)
    assert not scene.run(2 * AGAIN_S)


@pytest.mark.parametrize(
    "asked",
    [None, 7, [7], [{}], [{"sn": "A", "b": 1, "from": 5, "to": 1}], [{"sn": "A", "b": -1}]],
)
def test_requests_that_make_no_sense_are_passed_over(scene, asked):
    scene.sender.resend(asked)
    assert not scene.outbox.untold(9)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"7",
        b'{"acks":1}',
        b'{"acks":[{"sn":1,"b":1,"rc":1}]}',
        b"{}",
        b'{"acks":[{"sn":"A","b":1,"rc":99999999999999999999999}]}',
        b'{"acks":[{"sn":"A","b":1,"rc":-1,"also":[[5,1],[1,99999999999999999999999]]}]}',
    ],
)
def test_unreadable_acknowledgements_are_passed_over(scene, payload):
    scene.measure("A")
    scene.sender.tick()
    scene.sender.acknowledged(payload)
    assert scene.waiting() == 1


@pytest.mark.parametrize(("codec", "first"), [("json", b"{"), ("cbor", b"\xa6")])
def test_codecs_and_compression(tmp_path, codec, first):
    plain = Scene(tmp_path / "p", codec=codec, compress=False)
    packed = Scene(tmp_path / "c", codec=codec, compress=True)
    for scene in (plain, packed):
        scene.measure(*["A"] * 50)
        scene.sender.tick()
        assert len(scene.rows()) == 50
    assert plain.channel.sent[0].startswith(first)
    assert packed.channel.sent[0].startswith(b"\x78")
    assert len(packed.channel.sent[0]) < len(plain.channel.sent[0])


def test_homes_and_street_lights_travel_together(scene):
    scene.measure("A", form=1)
    scene.measure("L", form=3, lamp_level_percent=40.0)
    scene.measure("A", form=2)
    scene.sender.tick()
    assert [(o["sn"], o["df"]) for o in scene.plain()] == [("A", 1), ("A", 2), ("L", 3)]


def test_a_guessed_time_says_so_on_the_wire(scene):
    scene.outbox.keep(Measured("A", 50, 1, {"battery_voltage_v": 12.0}), "an earlier run")
    scene.measure("A")
    scene.sender.tick()
    assert scene.rows() == [("A", 2)], "what has no time waits for one"
    scene.outbox.date("now", scene.wall() - 100)
    scene.sender.tick()
    assert scene.plain()["tq"] == 1
    assert scene.plain()["ts"] == scene.wall() - 101


def test_a_backlog_goes_out_in_messages_within_the_limits(tmp_path):
    scene = Scene(tmp_path, backlog_rows_per_min=100_000)
    fields = {
        "pv_voltage_v": 17.25, "pv_current_a": 10.25, "battery_voltage_v": 13.25,
        "battery_current_a": -10.25, "load_current_a": 10.25, "battery_temperature_c": 31.5,
        "load_voltage_v": 13.25, "soc_percent": 100.0, "charge_stage": 3.0, "load_state": 1.0,
        "fault_bits": 65535.0,
    }  # fmt: skip
    serials = [f"KPK-TENTANG-PANJANG-{n:08d}" for n in range(20)]
    for sequence in range(150, 0, -1):
        scene.measure(*serials, form=2, ago_s=900 * sequence, **fields)
    scene.run(10)
    sizes = [len(scene.rows(i)) for i in range(len(scene.channel.sent))]
    assert sum(sizes) == 3000
    assert max(sizes) <= MAX_ROWS
    assert max(len(inflate(payload)) for payload in scene.channel.sent) <= MAX_BYTES
