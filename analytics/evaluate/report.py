"""The evaluation as a person reads it on a terminal."""

from collections.abc import Mapping
from typing import Any

from analytics.evaluate.weeks import LEAD_WEEKS, STRATA

_LEADS = [str(lead) for lead in LEAD_WEEKS]


def lines(figures: Mapping[str, Any]) -> list[str]:
    """All tables, a line each."""
    told = [
        (
            f"{figures['systems']} systems of {figures['villages']} villages in "
            f"{len(figures['records'])} records, {figures['went_dark']} homes went dark by their "
            f"battery; {figures['note']}"
        ),
        "",
    ]
    told += _goals(figures) + _faults(figures["tickets"])
    for stratum in STRATA:
        told += _lead(figures["lead"], stratum)
    told += _horizons(figures["horizon"])
    chance, ceiling = _ranged(figures["permuted_auroc"]), _cell(figures["abrupt_ceiling"])
    told += [
        "",
        f"AUROC {chance} when darkness is dealt to homes by lot: 0.5 is chance, more were a leak.",
        (
            f"{_cell(figures['abrupt_share'])} of the failures are abrupt. Whoever foresees all "
            f"others and accuses no healthy home has a balanced accuracy of {ceiling}."
        ),
    ]
    return told


def _goals(figures: Mapping[str, Any]) -> list[str]:
    told = [f"{'goal':<52} {'figure (95 %)':<20} {'wanted':<8} {'ceiling':<13}  verdict"]
    told += [
        f"{goal['goal']:<52} {_ranged(goal):<20} {goal['wanted']:<8} "
        f"{_ceiling(goal):<13}  {goal['verdict']}"
        for goal in figures["goals"]
    ]
    return [*told, ""]


def _faults(tickets: Mapping[str, Any]) -> list[str]:
    worst = tickets["worst_village"]
    told = [
        (
            f"{tickets['tickets']} tickets in {tickets['system_months']:,.0f} system-months: "
            f"{tickets['right']} right, {tickets['wrong_part']} right system but wrong part, "
            f"{tickets['false']} false; worst village {worst['village'] or '-'} with "
            f"{_cell(worst['precision'])} of {worst['tickets']} tickets right"
        ),
        "",
        (
            f"{'fault':<24} {'found':>9} {'recall (95 %)':<20} {'days':>6} {'tickets':>8} "
            f"{'precision (95 %)':<20} {'wrong':>5} {'false':>5}"
        ),
    ]
    for name, fault in tickets["faults"].items():
        told.append(
            f"{name:<24} {fault['found']:>4}/{fault['visible']:<4} {_ranged(fault['recall']):<20} "
            f"{_cell(fault['median_days'], 1):>6} {fault['tickets']:>8} "
            f"{_ranged(fault['precision']):<20} {fault['wrong_part']:>5} {fault['false']:>5}"
        )
    return [*told, ""]


def _lead(lead: Mapping[str, Any], stratum: str) -> list[str]:
    names = [n for n in lead["8"][stratum] if n not in {"homes", "control_weeks"}]
    if not names:
        return [f"Going dark, {stratum} causes: none in the record", ""]
    homes = ", ".join(str(lead[k][stratum]["homes"]) for k in _LEADS)
    told = [f"Going dark, {stratum} causes ({homes} homes): balanced accuracy / AUROC, weeks ahead"]
    told.append(f"{'':<28}" + "".join(f"{k + ' w':>15}" for k in _LEADS))
    for name in names:
        cells = []
        for k in _LEADS:
            figure = lead[k][stratum].get(name, {})
            pair = (figure.get(f, {}).get("value") for f in ("balanced_accuracy", "auroc"))
            cells.append(f"{' / '.join(_cell(v) for v in pair):>15}")
        told.append(f"{name:<28}{''.join(cells)}")
    return [*told, ""]


def _horizons(horizon: Mapping[str, Any]) -> list[str]:
    told = []
    for weeks, at in horizon.items():
        told.append(
            f"Dark within {weeks} weeks: {at['dark']} of {at['weeks']} system-weeks"
            f" ({100 * at.get('prevalence', 0.0):.2f} %)"
        )
        told.append(f"{'':<28}{'AUROC':>8}{'AUPRC':>8}{'top 1 %':>9}{'Brier skill':>13}")
        for name, figure in at.items():
            if isinstance(figure, dict):
                cells = [
                    _cell(figure.get(f, {}).get("value"))
                    for f in ("auroc", "auprc", "top_1_percent_precision", "brier_skill")
                ]
                told.append(f"{name:<28}{cells[0]:>8}{cells[1]:>8}{cells[2]:>9}{cells[3]:>13}")
        if at.get("late_picks") is not None:
            told.append(f"  {100 * at['late_picks']:.0f} % of the wrong picks go dark, only later")
    return told


def _ceiling(goal: Mapping[str, Any]) -> str:
    """The ceiling, and how far the figure is above or below it."""
    above = goal["above_ceiling"]
    return "-" if above is None else f"{_cell(goal['ceiling'])} ({above:+.2f})"


def _ranged(figure: Mapping[str, Any]) -> str:
    if figure.get("low") is None:
        return _cell(figure.get("value"))
    return f"{_cell(figure['value'])} ({_cell(figure['low'])}-{_cell(figure['high'])})"


def _cell(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
