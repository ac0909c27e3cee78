"""Kept indicators on disk: whole or not at all, known by their code, given up when damaged."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.archive import files
from analytics.archive.files import CHUNK_DAYS, STORED_WITHIN_S, FileArchive
from analytics.archive.port import KeptDays
from analytics.load import Neighbourhood, nothing_heard
from tests.fixtures.village_physics import VILLAGE, systems

FIRST = date(2026, 3, 1)
LONG_AGO = date(2020, 1, 1)
PLACE = Neighbourhood(replace(VILLAGE, name="Tomi-tomi / Luhu ..\\x"), systems(3))


def some_days(place=PLACE, first=FIRST, days=40, value=1.0):
    values = nothing_heard(len(place.systems), days)
    values[:] = value + np.arange(days)
    keys = np.arange(1, days + 1, dtype=np.uint64)
    return KeptDays(tuple(s.code for s in place.systems), first, keys, values)


@pytest.fixture
def archive(tmp_path):
    found = FileArchive(tmp_path / "indicators", lambda: 5e9)
    found.mark(100.0, LONG_AGO)
    return found


def again(archive):
    return FileArchive(archive._home, archive._clock)


def all_of(days):
    return np.ones(days.keys.size, bool)


def test_what_is_kept_is_there_for_the_next_process(archive):
    archive.keep(PLACE, some_days(), all_of(some_days()))
    archive.mark(200.0, LONG_AGO)
    found = again(archive)
    assert (found.seen_until_s, found.first_day) == (200.0, FIRST)
    kept = found.load(PLACE, FIRST + timedelta(5), 20)
    np.testing.assert_array_equal(kept.keys, np.arange(6, 26))
    np.testing.assert_array_equal(kept.values, some_days().values[:, :, 5:25])


def test_only_changed_days_are_written(archive):
    archive.keep(PLACE, some_days(), all_of(some_days()))
    changed = np.zeros(40, bool)
    changed[[3, 17, 39]] = True
    archive.keep(PLACE, some_days(value=500.0), changed)
    kept = again(archive).load(PLACE, FIRST, 40)
    expected = np.where(changed, some_days(value=500.0).values, some_days().values)
    np.testing.assert_array_equal(kept.values, expected)


def test_days_beyond_what_is_kept_are_not(archive):
    archive.keep(PLACE, some_days(days=4), all_of(some_days(days=4)))
    kept = again(archive).load(PLACE, FIRST - timedelta(2), 8)
    assert kept.keys.tolist() == [0, 0, 1, 2, 3, 4, 0, 0]


def test_other_systems_of_the_village_find_their_rows(archive):
    archive.keep(PLACE, some_days(days=4), all_of(some_days(days=4)))
    grown = systems(5)
    other = replace(PLACE, systems=(grown[4], grown[1], grown[0]))
    kept = again(archive).load(other, FIRST, 4)
    np.testing.assert_array_equal(kept.values[:, 1:], some_days(days=4).values[:, :2])
    np.testing.assert_array_equal(kept.values[:, 0], nothing_heard(1, 4)[:, 0])


def test_places_are_kept_apart(archive):
    others = [replace(PLACE, part=1), replace(PLACE, village=replace(VILLAGE, name=".."))]
    archive.keep(PLACE, some_days(), all_of(some_days()))
    for other in others:
        assert not again(archive).load(other, FIRST, 40).keys.any()
        archive.keep(other, some_days(value=7.0), all_of(some_days()))
    assert again(archive).load(PLACE, FIRST, 1).values[0, 0, 0] == 1.0
    assert all(path.is_relative_to(archive._folder) for path in archive._folder.rglob("*.npz"))
    assert len(list(archive._folder.glob("*/"))) == 3


def test_forgotten_days_are_not_kept(archive):
    archive.keep(PLACE, some_days(), all_of(some_days()))
    archive.forget(PLACE, frozenset({FIRST + timedelta(2), FIRST + timedelta(90)}))
    assert np.flatnonzero(again(archive).load(PLACE, FIRST, 40).keys == 0).tolist() == [2]


def test_a_damaged_file_counts_as_not_kept(archive):
    archive.keep(PLACE, some_days(), all_of(some_days()))
    first, *_, last = sorted(archive._folder.glob("*/*.npz"))
    first.write_bytes(first.read_bytes()[:100])
    last.write_bytes(b"")
    kept = again(archive).load(PLACE, FIRST, 40)
    assert (kept.keys == 0).any()
    assert (kept.keys != 0).any()
    gone = nothing_heard(3, 40)[:, :, kept.keys == 0]
    np.testing.assert_array_equal(kept.values[:, :, kept.keys == 0], gone)


def test_a_run_killed_while_it_writes_leaves_the_old_days(archive, monkeypatch):
    archive.keep(PLACE, some_days(), all_of(some_days()))

    def dies(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", dies)
    with pytest.raises(KeyboardInterrupt):
        archive.keep(PLACE, some_days(value=9.0), all_of(some_days()))
    kept = again(archive).load(PLACE, FIRST, 40)
    np.testing.assert_array_equal(kept.values, some_days().values)


def test_without_a_mark_nothing_is_kept(archive):
    """Nobody knows then what came since."""
    archive.keep(PLACE, some_days(), all_of(some_days()))
    (archive._folder / "mark.json").write_text("half")
    found = again(archive)
    assert (found.seen_until_s, found.first_day) == (None, None)
    assert not found.load(PLACE, FIRST, 40).keys.any()
    found.mark(900.0, LONG_AGO)
    assert not found.load(PLACE, FIRST, 40).keys.any()


def test_the_indicators_of_another_code_are_not_these(archive, monkeypatch):
    archive.keep(PLACE, some_days(), all_of(some_days()))
    archive.mark(300.0, LONG_AGO)
    monkeypatch.setattr(files, "code_version", lambda: "0123456789abcdef")
    found = again(archive)
    assert found.seen_until_s is None
    stranger = archive._home / "notes"
    stranger.mkdir()
    found.mark(400.0, LONG_AGO)
    assert not archive._folder.exists()
    assert stranger.exists()


def test_old_days_go_when_nobody_looks_back_on_them(archive):
    archive.keep(PLACE, some_days(days=80), all_of(some_days(days=80)))
    archive.mark(300.0, FIRST + timedelta(50))
    kept = again(archive).load(PLACE, FIRST, 80)
    gone = np.flatnonzero(kept.keys == 0)
    assert 50 - CHUNK_DAYS < gone.size <= 50
    assert again(archive).first_day > FIRST
    assert not kept.keys[: gone.size].any()


def test_the_mark_never_goes_back(archive):
    archive.mark(50.0, LONG_AGO)
    assert again(archive).seen_until_s == 100.0


def test_what_may_still_wait_before_the_store_is_asked_for_again(archive):
    assert archive.heard_until_s(1e9) == (5e9 - STORED_WITHIN_S, 5e9)


def test_another_process_waits_and_then_sees_what_was_left(archive):
    other = again(archive)
    order = []

    def second():
        with other.alone():
            order.append(("second", other.seen_until_s))

    with archive.alone():
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.05)
        archive.mark(700.0, LONG_AGO)
        order.append(("first", 700.0))
    waiting.join()
    assert order == [("first", 700.0), ("second", 700.0)]


def test_a_full_disk_stops_no_night_and_moves_no_mark(archive, monkeypatch):
    archive.keep(PLACE, some_days(), all_of(some_days()))

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    with archive.alone():
        with monkeypatch.context() as patched:
            patched.setattr(files.np, "savez", full)
            archive.keep(PLACE, some_days(value=9.0), all_of(some_days()))
        archive.mark(800.0, LONG_AGO)
    kept = again(archive)
    assert kept.seen_until_s == 100.0
    np.testing.assert_array_equal(kept.load(PLACE, FIRST, 40).values, some_days().values)
    with archive.alone():
        archive.mark(900.0, LONG_AGO)
    assert again(archive).seen_until_s == 900.0


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path):
    (tmp_path / "indicators").write_text("a file in the way")
    nowhere = FileArchive(tmp_path / "indicators", lambda: 5e9)
    with nowhere.alone():
        nowhere.mark(100.0, LONG_AGO)
        nowhere.keep(PLACE, some_days(), all_of(some_days()))
        assert not nowhere.load(PLACE, FIRST, 40).keys.any()
