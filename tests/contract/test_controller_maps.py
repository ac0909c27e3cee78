"""What every controller map must hold; a file added to the folder is tested by being there."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from collector.controllers.check import problems
from collector.controllers.decode import decode, encode, status_names
from collector.controllers.load import MAPS, load_map, map_names, read_map
from collector.controllers.word_types import WORD_TYPES
from collector.domain.fields import FAULT_BITS, FIELD_INDEX, FIELDS
from collector.wire.formats import data_formats

TABLES = Path(__file__).parents[3] / "shared" / "data" / "maps"
BUS_FIELDS = ("battery_voltage_v", "battery_current_a", "pv_voltage_v", "load_current_a")

pytestmark = pytest.mark.parametrize("name", map_names())


def polled(controller, words):
    addresses = {a for b in controller.polled for a in b.addresses}
    return {a: w for a, w in words.items() if a in addresses}


def typical(controller):
    """A value for every register, each different, inside its range."""
    values = {}
    for i, register in enumerate(controller.registers):
        if register.type in {"bits16", "bool"} or (register.field and register.field in values):
            continue
        low = max(register.minimum, WORD_TYPES[register.type].minimum * register.scale)
        high = min(register.maximum, WORD_TYPES[register.type].maximum * register.scale)
        share = 0.1 + 0.7 * (i % 17) / 17
        steps = round((low + (high - low) * share) / register.scale)
        values[register.field or register.name] = round(steps * register.scale, 6)
    return values


def test_it_is_sound(name):
    assert problems(read_map(MAPS / f"{name}.toml")) == []


def test_a_real_device_or_a_plain_warning_stands_behind_it(name):
    controller = load_map(name)
    assert controller.vectors or controller.unverified


def test_its_vectors_decode_to_what_was_seen(name):
    controller = load_map(name)
    for vector in controller.vectors:
        values = decode(controller, vector.words)
        seen = {k: values.get(k) for k in vector.expected}
        assert seen == pytest.approx(dict(vector.expected)), vector.name
        assert vector.source


def test_a_reading_has_what_the_programme_needs(name):
    controller = load_map(name)
    values = decode(controller, polled(controller, encode(controller, typical(controller))))
    assert set(BUS_FIELDS) <= values.keys()
    form = data_formats()[controller.data_format]
    assert set(form.fields) <= set(FIELD_INDEX)
    assert {v for v in values if v in FIELD_INDEX} <= set(form.fields), "or the wire would lose it"


def test_every_register_comes_back_as_it_was_served(name):
    controller = load_map(name)
    values = typical(controller)
    back = decode(controller, encode(controller, values))
    assert {k: back[k] for k in values} == pytest.approx(values)


@pytest.mark.parametrize("bit", sorted(FAULT_BITS))
def test_fault_bits_it_can_report_come_back_alone(name, bit):
    controller = load_map(name)
    back = decode(controller, encode(controller, {"fault_bits": float(1 << bit)}))
    can = any(row.fault == FAULT_BITS[bit] for row in controller.status)
    assert back["fault_bits"] == (1 << bit if can else 0)


@pytest.mark.parametrize("field", ["charge_stage", "load_state"])
def test_states_it_can_report_come_back(name, field):
    controller = load_map(name)
    rows = [row for row in controller.status if row.field == field]
    assert rows
    for code in FIELDS[FIELD_INDEX[field]].codes:
        words = encode(controller, {field: float(code)})
        said = [row.name for row in rows if row.code == code]
        if said:
            assert set(said) & set(status_names(controller, words))


def test_a_healthy_controller_reports_no_fault(name):
    controller = load_map(name)
    healthy = {"charge_stage": 3.0, "load_state": 1.0, "fault_bits": 0.0}
    back = decode(controller, encode(controller, healthy))
    assert {k: back[k] for k in healthy} == healthy


def test_a_late_answer_is_told_by_its_length(name):
    blocks = load_map(name).polled
    assert all(a.count != b.count or a.function != b.function for a, b in pairwise(blocks))
    fence = load_map(name).fence
    assert fence
    assert fence.count not in {b.count for b in blocks if b.function == fence.function}


def test_it_covers_its_table(name):
    table = TABLES / f"{name}.csv"
    if not table.exists():
        pytest.skip(f"the register table {table.name} is not beside this checkout")
    left_out = {(1, 0x13), (1, 0x14)}  # commands, not facts
    here = {(r.function, r.address): r for r in load_map(name).registers}
    with table.open() as file:
        for row in csv.DictReader(file):
            address = (int(row["function"]), int(row["register_address_hex"], 16))
            if address in left_out:
                continue
            register = here[address]
            assert register.type == row["type"], row
            assert register.scale == float(row["scale"]), row
