"""From system-weeks to a model: what it must find, and that it finds nothing where nothing is."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.prognosis.facts import FACTS
from analytics.prognosis.training.train import raw, train
from analytics.prognosis.training.weeks import SystemWeeks, together
from collector.domain.device import Chemistry

HOMES, WEEKS = 400, 30


def made(seed=1, *, told=True):
    """Homes whose capacity says when they go dark (``told``), or says nothing."""
    rng = np.random.default_rng(seed)
    dark_day = rng.integers(0, 600, HOMES).astype(float)
    dark_day = np.repeat(dark_day, WEEKS)
    as_of = np.tile(20_000 + 7 * np.arange(WEEKS), HOMES)
    dark_day = dark_day + 20_000
    values = {f.name: rng.normal(size=as_of.size).astype(np.float32) for f in FACTS}
    left = np.minimum(dark_day - as_of, 300.0)
    if told:
        noise = rng.normal(0.0, 0.08, as_of.size)
        values["capacity"] = (np.clip(0.4 + left / 300.0, 0.2, 1.0) + noise).astype(np.float32)
    values["age"] = rng.uniform(0.0, 6.0, as_of.size).astype(np.float32)
    home = np.repeat(np.arange(HOMES), WEEKS)
    return SystemWeeks(
        values=values,
        lithium=home % 4 == 0,
        few=np.zeros(as_of.size, bool),
        as_of=as_of,
        dark_day=dark_day,
        last_day=np.full(as_of.size, 20_000 + 7 * WEEKS),
        village=home // 20,
        fleet=np.zeros(as_of.size, np.int64),
    )


def auroc(score, dark):
    order = np.argsort(np.argsort(score))
    many = dark.sum()
    return (order[dark].sum() - many * (many - 1) / 2) / (many * (~dark).sum())


def judged(model, weeks):
    dark, case = weeks.outcome(56)
    log_odds = raw(model.outlooks[56].additive, weeks, case)
    return model.outlooks[56].calibrated(log_odds), dark[case]


def test_what_tells_is_found_and_true_on_homes_never_seen():
    p, dark = judged(train(made(), "t", {}), made(2))
    assert auroc(p, dark) > 0.9
    assert p.mean() == pytest.approx(dark.mean(), rel=0.15)
    sure = p > 0.5
    assert dark[sure].mean() == pytest.approx(p[sure].mean(), abs=0.15)


def by_lot(weeks, seed):
    """Each home gets the darkness of another."""
    by_home = weeks.dark_day.reshape(HOMES, WEEKS)[:, 0]
    dealt = np.repeat(np.random.default_rng(seed).permutation(by_home), WEEKS)
    return replace(weeks, dark_day=dealt)


def test_darkness_dealt_by_lot_gives_chance():
    """No leak by way of age, date or village.

    Both the labels learnt from and those judged by are dealt: bound to what physics knows, curves
    fitted to noise still point the right way and would do better than chance on the truth.
    """
    p, dark = judged(train(by_lot(made(), 5), "t", {}), by_lot(made(2), 6))
    assert auroc(p, dark) == pytest.approx(0.5, abs=0.1)


def test_weeks_after_darkness_and_of_unknown_outcome_are_no_cases():
    weeks = made()
    dark, case = weeks.outcome(56)
    assert not (case & (weeks.as_of > weeks.dark_day)).any()
    unknown = weeks.as_of + 56 > weeks.last_day
    assert not (case & unknown).any()
    left = weeks.dark_day - weeks.as_of
    np.testing.assert_array_equal(dark, case & (left >= 0) & (left < 56))


def test_each_chemistry_has_its_curves_unless_it_has_too_few_failures():
    assert set(train(made(), "t", {}).outlooks[28].additive) == set(Chemistry)
    alone = replace(made(), lithium=np.zeros(HOMES * WEEKS, bool))
    assert set(train(alone, "t", {}).outlooks[28].additive) == {Chemistry.LEAD_ACID}


def test_older_batteries_have_no_smaller_base_rate():
    shares = train(made(), "t", {}).outlooks[56].base_rate.shares
    assert list(shares) == sorted(shares)


def test_weeks_with_too_few_data_are_not_learnt_from():
    weeks = made()
    spoilt = weeks.values["capacity"].copy()
    few = np.arange(spoilt.size) % 3 == 0
    spoilt[few] = 99.0
    weeks = replace(weeks, few=few, values={**weeks.values, "capacity": spoilt})
    knots = (
        train(weeks, "t", {}).outlooks[56].additive[Chemistry.LEAD_ACID].curves["capacity"].knots
    )
    assert max(knots) < 2.0


def test_records_put_together_keep_villages_and_fleets_apart():
    both = together([made(1), made(2)], apart=True)
    assert np.unique(both.village).size == 2 * np.unique(made().village).size
    assert set(both.fleet.tolist()) == {0, 1}
    assert len(both.as_of) == 2 * HOMES * WEEKS


def test_a_record_without_a_failure_cannot_be_learnt_from():
    weeks = made()
    with pytest.raises(ValueError, match="go dark"):
        train(replace(weeks, dark_day=np.full(weeks.dark_day.shape, np.inf)), "t", {})


def test_failures_of_one_village_alone_cannot_be_held_out():
    weeks = made()
    with pytest.raises(ValueError, match="two villages"):
        train(replace(weeks, village=np.zeros(weeks.village.size, np.int64)), "t", {})
