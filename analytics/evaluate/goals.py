"""What was aimed at, beside what came out: passed, short, or not measured."""

from collections.abc import Mapping
from typing import Any

from analytics.evaluate.foresight import OURS

_TOP = "top_1_percent_precision"


def goals(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each goal with its figure, interval, verdict and the ceiling's figure where there is one."""
    lead, horizon = figures["lead"], figures["horizon"]
    tickets = figures["tickets"]
    faults = tickets["faults"]
    worst = {"value": tickets["worst_village"]["precision"]}
    panels, lamps = faults["panel faults"], faults["lamp faults"]
    found = [
        _lead("8 weeks ahead, all causes: balanced accuracy", lead["8"]["all"], 0.80),
        _lead("8 weeks ahead, gradual: balanced accuracy", lead["8"]["gradual"], 0.90),
        _lead("at failure, gradual: balanced accuracy", lead["0"]["gradual"], 0.95),
        _goal(
            "top 1 % of system-weeks: precision within 8 weeks",
            horizon["8"].get(OURS, {}).get(_TOP),
            (">=", 0.60),
            horizon["8"].get("ceiling", {}).get(_TOP),
        ),
        _goal(
            "false tickets per 1,000 healthy system-months",
            tickets["false_per_1000_healthy_system_months"],
            ("<=", 2.0),
        ),
        _goal("worst village: ticket precision", worst, (">=", 0.5)),
        _goal("panel faults: recall", panels["recall"], (">=", 0.90)),
        _goal("panel faults: median days to ticket", {"value": panels["median_days"]}, ("<=", 7.0)),
        _goal("lamp faults: recall", lamps["recall"], (">=", 0.90)),
    ]
    too_good = lead["8"]["all"].get(OURS, {}).get("balanced_accuracy", {}).get("value") or 0.0
    if too_good > 0.95:
        found.append(
            {
                "goal": "8 weeks ahead above 0.95: this simulator is too easy",
                "value": too_good,
                "low": None,
                "high": None,
                "wanted": "<= 0.95",
                "verdict": "short",
                "ceiling": None,
                "above_ceiling": None,
            }
        )
    return found


def _lead(name: str, told: Mapping[str, Any], wanted: float) -> dict[str, Any]:
    ours, ceiling = (told.get(scorer, {}).get("balanced_accuracy") for scorer in (OURS, "ceiling"))
    return _goal(name, ours, (">=", wanted), ceiling)


def _goal(
    name: str,
    figure: Mapping[str, Any] | None,
    wanted: tuple[str, float],
    ceiling: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    value = (figure or {}).get("value")
    sign, limit = wanted
    verdict = "not measured"
    if value is not None:
        verdict = "passed" if (value >= limit if sign == ">=" else value <= limit) else "short"
    best = (ceiling or {}).get("value")
    return {
        "goal": name,
        "value": value,
        "low": (figure or {}).get("low"),
        "high": (figure or {}).get("high"),
        "wanted": f"{sign} {limit:g}",
        "verdict": verdict,
        "ceiling": best,
        "above_ceiling": None if value is None or best is None else round(value - best, 4),
    }
