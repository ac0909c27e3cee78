"""What every controller map must hold; a file added to the folder is tested by being there."""

from itertools import pairwise

import pytest

from collector.controllers.check import problems
from collector.controllers.decode import decode, status_names
from collector.controllers.encode import encode
from collector.controllers.identify import recognised
from collector.controllers.load import MAPS, load_map, map_names, read_map
from collector.controllers.texts import decode_texts, split
from collector.controllers.word_types import STATUS_TYPES, WORD_TYPES
from collector.domain.fields import FAULT_BITS, FIELD_INDEX, FIELDS
from collector.wire.formats import data_formats

MAIN_FIELDS = (
    *("battery_voltage_v", "battery_current_a", "pv_voltage_v", "load_current_a"),
    *("charge_stage", "load_state", "fault_bits"),
)
HEALTHY = {"charge_stage": 3.0, "load_state": 1.0, "fault_bits": 0.0}
KIN = (("srne_rover", "srne_ml"), ("morningstar_prostar_mppt", "morningstar_prostar_pwm"))
"""Families that nothing in their words tells apart: a person says which it is."""

pytestmark = pytest.mark.parametrize("name", map_names())


def polled(controller, words):
    addresses = {a for b in controller.polled for a in b.addresses}
    return {a: w for a, w in words.items() if a in addresses}


def typical(controller):
    """A value for every register that means something then, each different, inside its range."""
    values, texts = split(controller.nameplate)
    values = {
        k: v for k, v in decode(controller, encode(controller, values)).items() if k in values
    }
    for i, register in enumerate(sorted(controller.registers, key=lambda r: len(r.scale_by))):
        if register.name in values or register.field in values or register.type in STATUS_TYPES:
            continue
        if register.when and values.get(register.when.register, 0) not in register.when.codes:
            continue
        kind, step = WORD_TYPES[register.type], register.scale
        for name in register.scale_by:
            step *= values[name]
        low = max(register.minimum, kind.minimum * step)
        high = min(register.maximum, kind.maximum * step)
        raw = (low + (high - low) * (0.1 + 0.7 * (i % 17) / 17)) / step
        raw = kind.read(kind.write(kind.clamp(raw)))
        values[register.field or register.name] = round(raw * step, 6)
    return values, texts


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
        texts = decode_texts(controller, vector.words)
        assert {k: texts.get(k) for k in vector.spelled} == dict(vector.spelled), vector.name
        assert vector.source


def test_a_reading_has_what_the_programme_needs(name):
    controller = load_map(name)
    state = typical(controller)[0] | HEALTHY
    values = decode(controller, polled(controller, encode(controller, state)))
    assert set(MAIN_FIELDS) - values.keys() == set(controller.lacks), "or the map says it lacks it"
    form = data_formats()[controller.data_format]
    assert set(form.fields) <= set(FIELD_INDEX)
    assert {v for v in values if v in FIELD_INDEX} <= set(form.fields), "or the wire would lose it"


def test_every_register_comes_back_as_it_was_served(name):
    controller = load_map(name)
    values, texts = typical(controller)
    words = encode(controller, values, texts)
    back = decode(controller, words)
    assert {k: back[k] for k in values} == pytest.approx(values)
    assert {k: decode_texts(controller, words)[k] for k in texts} == texts


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
    assert bool(rows) != (field in controller.lacks)
    for code in FIELDS[FIELD_INDEX[field]].codes:
        words = encode(controller, {field: float(code)})
        said = [row.name for row in rows if row.code == code]
        if said:
            assert set(said) & set(status_names(controller, words))


def test_a_healthy_controller_reports_no_fault(name):
    controller = load_map(name)
    back = decode(controller, encode(controller, HEALTHY))
    can = HEALTHY.keys() - set(controller.lacks)
    assert {k: back[k] for k in can} == {k: HEALTHY[k] for k in can}


def test_a_late_answer_is_told_by_its_length(name):
    blocks = load_map(name).polled
    assert all(a.count != b.count or a.function != b.function for a, b in pairwise(blocks))
    fence = load_map(name).fence
    if load_map(name).sends_text:
        assert fence is None, "nothing is asked, so nothing can be late"
        return
    assert fence
    assert fence.count not in {b.count for b in blocks if b.function == fence.function}


def test_it_knows_its_own_kind_and_no_other(name):
    """Not from the addresses that answer, which real devices may have more of: from the words."""
    controller = load_map(name)
    mine = encode(controller, *split(controller.nameplate))
    takers = {other for other in map_names() if recognised(load_map(other), mine)}
    assert takers == next((set(kin) for kin in KIN if name in kin), {name})


def test_an_empty_device_is_none_of_its_kind(name):
    controller = load_map(name)
    assert not recognised(controller, {})
    assert not recognised(controller, encode(controller, {}))
