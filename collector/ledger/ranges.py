"""Sets of whole numbers as runs: sorted, apart from each other, first and last of each included."""

from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]
NOTHING: Ranges = ()


def union(*sets: Iterable[tuple[int, int]]) -> Ranges:
    """Every number of any of the sets; runs that touch become one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(run for one in sets for run in one):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def minus(whole: Ranges, taken_away: Ranges) -> Ranges:
    """The numbers of the first set that are not in the second."""
    if not taken_away:
        return whole
    left: list[tuple[int, int]] = []
    at = 0
    for begin, last in whole:
        first = begin
        while at < len(taken_away) and taken_away[at][1] < first:
            at += 1
        gone = at
        while gone < len(taken_away) and taken_away[gone][0] <= last:
            if first < taken_away[gone][0]:
                left.append((first, taken_away[gone][0] - 1))
            first = taken_away[gone][1] + 1
            gone += 1
        if first <= last:
            left.append((first, last))
    return tuple(left)


def common(one: Ranges, other: Ranges) -> Ranges:
    """The numbers that both sets have."""
    return minus(one, minus(one, other)) if one and other else NOTHING


def size(numbers: Ranges) -> int:
    """How many numbers."""
    return sum(last - first + 1 for first, last in numbers)


def spelled(numbers: Ranges) -> str:
    """As it is kept: "1-49,61-100,103"."""
    return ",".join(f"{a}-{b}" if a != b else str(a) for a, b in numbers)


def read(text: str) -> Ranges:
    """What ``spelled`` wrote. Raises ValueError for anything else."""
    if not text:
        return NOTHING
    runs = [run.partition("-") for run in text.split(",")]
    return tuple((int(first), int(last or first)) for first, _, last in runs)
