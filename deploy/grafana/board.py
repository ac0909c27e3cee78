"""What every dashboard is made of, wherever its numbers come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

GRID_COLUMNS = 24
ROW_HEIGHT = 8

Json = dict[str, Any]


def arrange(panels: Sequence[Json]) -> list[Json]:
    """Number the panels and put them beside each other, row by row."""
    x = y = 0
    for number, each in enumerate(panels, 1):
        width = each["gridPos"]["w"]
        if x + width > GRID_COLUMNS:
            x, y = 0, y + ROW_HEIGHT
        each["gridPos"] |= {"x": x, "y": y}
        each["id"] = number
        x += width
    return list(panels)


def dashboard(
    uid: str,
    title: str,
    panels: Sequence[Json],
    variables: Sequence[Json] = (),
    since: str = "now-7d",
) -> Json:
    """A whole dashboard, in the village's own time as the reader's browser has it."""
    return {
        "uid": uid,
        "title": title,
        "tags": ["suluh"],
        "timezone": "browser",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "5m",
        "time": {"from": since, "to": "now"},
        "templating": {"list": list(variables)},
        "panels": arrange(panels),
    }
