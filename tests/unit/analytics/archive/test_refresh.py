"""What is kept and brought up to date is what computing everything anew would give."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from analytics import look_back
from analytics.archive.files import FileArchive
from analytics.archive.memory import MemoryArchive, NoArchive
from analytics.archive.refresh import Reading
from analytics.indicators.table import IndicatorTable
from analytics.look_back import as_of_s, look_backs
from collector.domain.clock import DAY_S, day_start_s
from collector.domain.device import Assignment
from tests.fixtures.receipt_store import ReceiptStore, readings_of
from tests.fixtures.village_fleet import nights, registry_of
from tests.fixtures.village_physics import FIRST_DAY, VILLAGE, Fleet, run, systems

DAYS, SYSTEMS, LOOK_BACK = 14, 6, 9


@pytest.fixture(scope="module")
def batch():
    return readings_of(run(Fleet(systems(SYSTEMS), DAYS, seed=4)))


@pytest.fixture
def registry():
    return registry_of(Fleet(systems(SYSTEMS), DAYS, seed=4), through_gateway=3)


@pytest.fixture(autouse=True)
def _short_look_back(monkeypatch):
    monkeypatch.setattr(look_back, "LOOK_BACK_DAYS", LOOK_BACK)


class Night:
    """Nights one after the other, on kept indicators and on none."""

    def __init__(self, store, archive):
        self.store, self.archive = store, archive

    def kept(self, registry, night):
        self.store.now_s = as_of_s(night)
        reading = Reading(self.store, registry, self.archive)
        return IndicatorTable.joined(list(look_backs(reading, [night])))

    def anew(self, registry, night):
        self.store.now_s = as_of_s(night)
        reading = Reading(self.store, registry, NoArchive())
        return IndicatorTable.joined(list(look_backs(reading, [night])))


def same(one, other):
    assert one.days == other.days
    assert [s.code for s in one.systems] == [s.code for s in other.systems]
    assert set(one.values) == set(other.values)
    for name in one.values:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-5, atol=1e-5, err_msg=name)


def delayed(batch, rng):
    """A third of the devices' days arrive up to six days late, some in two parts."""
    lot = batch.take(np.arange(len(batch)))
    day = (lot.time_s - lot.time_s.min()) // DAY_S
    late_s = rng.choice([0, 0, 0, 1, 2, 6], (SYSTEMS, DAYS + 1)) * DAY_S * rng.random()
    halved = rng.random(len(lot)) < 0.5
    lot.received_s = lot.time_s + 30.0 + late_s[lot.serial_code, day] * halved
    return lot


def test_walking_the_nights_gives_what_computing_anew_gives(batch, registry, archive):
    rng = np.random.default_rng(1)
    night = Night(ReceiptStore(delayed(batch, rng)), archive)
    for as_of in nights(0, DAYS - 1):
        same(night.kept(registry, as_of), night.anew(registry, as_of))


@pytest.fixture(params=["memory", "files"])
def archive(request, tmp_path):
    if request.param == "memory":
        return MemoryArchive()
    return WalkingFiles(tmp_path / "indicators", lambda: 0.0)


class WalkingFiles(FileArchive):
    """Files by the clock of the walk: as if each night were tonight."""

    def heard_until_s(self, as_of_s):
        return as_of_s - 43_200.0, as_of_s


def _changed(registry, rng, night):
    """Something people do to the registry: another battery, a swap told late, a new household."""
    lot, systems_now = rng.integers(4), list(registry.systems)
    at = int(rng.integers(len(systems_now)))
    system = systems_now[at]
    if lot == 0:
        systems_now[at] = replace(system, battery_ah=float(rng.choice([40.0, 65.0, 100.0])))
        return replace(registry, systems=tuple(systems_now))
    if lot == 1:
        # Said today, but true since three days ago, at an odd hour.
        swap_s = int(as_of_s(night) - rng.integers(1, 5) * DAY_S + 1234)
        last = registry.by_system[system.code][-1]
        if last.from_s >= swap_s:
            return registry
        others = tuple(a for a in registry.assignments if a is not last)
        ended = replace(last, until_s=swap_s)
        other = registry.systems[(at + 1) % len(registry.systems)].code + "-spare"
        begun = Assignment(other, system.code, swap_s)
        return replace(registry, assignments=(*others, ended, begun))
    if lot == 2:
        new = replace(system, code=f"{system.code}-{night.day:02d}")
        device = Assignment(new.code, new.code, int(as_of_s(night)) - 2 * DAY_S)
        found = sorted((*registry.systems, new), key=lambda s: s.code)
        return replace(registry, systems=tuple(found), assignments=(*registry.assignments, device))
    return registry


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["memory", "files"])
def test_whatever_happens_the_kept_days_are_right(batch, registry, tmp_path, kind, seed):
    """Late data in any order, changed registries, swaps, runs killed in between, restarts."""
    rng = np.random.default_rng(seed)
    store = ReceiptStore(delayed(batch, rng))
    kept = MemoryArchive() if kind == "memory" else WalkingFiles(tmp_path, lambda: 0.0)
    for as_of in nights(0, DAYS - 1):
        night = Night(store, kept)
        registry = _changed(registry, rng, as_of)
        if rng.random() < 0.3:
            store.dies_after = len(store.blocks_read) + int(rng.integers(0, 3))
            with suppress(KeyboardInterrupt):
                night.kept(registry, as_of)
            store.dies_after = None
        if kind == "files" and rng.random() < 0.5:
            kept = WalkingFiles(tmp_path, lambda: 0.0)
        same(Night(store, kept).kept(registry, as_of), night.anew(registry, as_of))


def test_the_order_of_arrival_changes_nothing(batch, registry):
    rng = np.random.default_rng(7)
    shuffled = batch.take(rng.permutation(len(batch)))
    for as_of in nights(3, 5):
        one = Night(ReceiptStore(batch), NoArchive()).anew(registry, as_of)
        other = Night(ReceiptStore(shuffled), NoArchive()).anew(registry, as_of)
        same(one, other)


def read_days(store, registry, walk):
    """First and last local day that the store was asked for, in a walk."""
    start_s = day_start_s(FIRST_DAY, VILLAGE.timezone)
    before = len(store.blocks_read)
    walk()
    windows = store.blocks_read[before:]
    return sorted(
        {((w[0] + 43_200 - start_s) // DAY_S, (w[1] - start_s) // DAY_S) for w in windows}
    )


def test_a_night_reads_only_the_last_day(batch, registry):
    """And what came late, and no more."""
    lot = batch.take(np.arange(len(batch)))
    start_s = day_start_s(FIRST_DAY, VILLAGE.timezone)
    late = (lot.serial_code == 2) & ((lot.time_s - start_s) // DAY_S == 5)
    lot.received_s[late] = as_of_s(nights(10, 10)[0]) + 60.0
    store = ReceiptStore(lot)
    night = Night(store, MemoryArchive())
    for as_of in nights(8, 9):
        night.kept(registry, as_of)
    found = read_days(store, registry, lambda: night.kept(registry, nights(10, 10)[0]))
    assert found == [(10, 11)]
    found = read_days(store, registry, lambda: night.kept(registry, nights(11, 11)[0]))
    # Receipts are told by UTC day: local day 5 has part in two of them, they in days 4 to 6.
    assert found == [(4, 7), (11, 12)]
    assert read_days(store, registry, lambda: night.kept(registry, nights(11, 11)[0])) == []


def test_a_new_household_leaves_old_days_alone(batch, registry):
    store = ReceiptStore(batch)
    night = Night(store, MemoryArchive())
    night.kept(registry, nights(9, 9)[0])
    new = replace(registry.systems[0], code="BOT-9999")
    device = Assignment(new.code, new.code, int(as_of_s(nights(9, 9)[0])) - DAY_S // 2)
    grown = replace(
        registry,
        systems=(*registry.systems, new),
        assignments=(*registry.assignments, device),
    )
    found = read_days(store, grown, lambda: night.kept(grown, nights(9, 9)[0]))
    assert found == [(9, 10)]
