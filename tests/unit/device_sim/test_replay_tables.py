import csv

from collector.domain.registry import Registry
from device_sim.mending import Event
from device_sim.replay_tables import REGISTRY_COLUMNS, write_events, write_registry
from tests.fixtures.simulated_field import BOTI, HAYA, mixed_fleet


def test_the_registry_has_one_row_a_device(tmp_path):
    fleet = mixed_fleet()
    write_registry(Registry((BOTI, HAYA), fleet.systems, fleet.assignments), tmp_path / "r.csv")
    with (tmp_path / "r.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [r["serial"] for r in rows] == list(fleet.serials)
    assert tuple(rows[0]) == REGISTRY_COLUMNS
    assert len(REGISTRY_COLUMNS) == 14
    assert rows[9]["kind"] == "street_light"
    assert rows[4]["battery_chemistry"] == "lfp"
    assert rows[8]["nominal_v"] == "24"
    assert rows[6]["village"] == "Haya"
    assert rows[6]["latitude"] == "-3.38"
    assert [rows[0]["gateway"], rows[7]["gateway"]] == ["gw-boti", ""]


def test_events_are_utc_seconds(tmp_path):
    write_events([Event("KPK-0001", 1_700_000_000, "repaired")], tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_text().split() == [
        "serial,time,event",
        "KPK-0001,1700000000,repaired",
    ]
