"""The dashboards in the tree are those the builder makes, and ask only for what is stored."""

from __future__ import annotations

import json
import re

import pytest

from collector.domain.fields import FIELD_NAMES, FIELDS
from collector.store.columns import META_FIELDS
from collector.store.line_protocol import MEASUREMENT
from deploy.grafana import build

BOARDS = {name: json.loads(content) for name, content in build.files().items()}
TAGS = {"serial", "village"}


def queries(board) -> list[str]:
    """Every Flux query of a dashboard, those of its variables too."""
    targets = [target for panel in board["panels"] for target in panel["targets"]]
    of_panels = [target["query"] for target in targets if target["datasource"] == build.DATASOURCE]
    return of_panels + [each["query"] for each in board["templating"]["list"]]


ALL_QUERIES = [query for board in BOARDS.values() for query in queries(board)]


def unknown_names(query: str) -> set[str]:
    """Measurements, fields and tags of a query that the store does not write."""
    measurements = set(re.findall(r'measurement(?: ==|:) "([^"]*)"', query))
    fields = set(re.findall(r'_field == "([^"]*)"', query))
    tags = set(re.findall(r"\br\.([a-z]\w*)", query)) | set(re.findall(r'tag: "(\w+)"', query))
    tags |= set(re.findall(r'distinct\(column: "(\w+)"\)', query))
    tags |= set(re.findall(r'group\(columns: \["(\w+)"\]\)', query))
    known = {*FIELD_NAMES, *META_FIELDS}
    return (measurements - {MEASUREMENT}) | (fields - known) | (tags - TAGS)


@pytest.mark.parametrize("name", BOARDS)
def test_the_file_in_the_tree_is_what_the_builder_makes(name):
    assert (build.FOLDER / name).read_text() == build.files()[name], (
        "run: .venv/bin/python -m deploy.grafana.build"
    )


def test_no_other_dashboard_lies_beside_them():
    assert {path.name for path in build.FOLDER.iterdir()} == set(BOARDS)


@pytest.mark.parametrize("query", ALL_QUERIES)
def test_every_query_names_what_is_stored(query):
    assert f'"{MEASUREMENT}"' in query
    assert unknown_names(query) == set()


@pytest.mark.parametrize(
    ("query", "unknown"),
    [
        ('r._measurement == "readings"', "readings"),
        ('r._field == "battery_voltage"', "battery_voltage"),
        ('r.device == "x"', "device"),
        ('group(columns: ["hamlet"])', "hamlet"),
    ],
)
def test_a_wrong_name_is_seen(query, unknown):
    assert unknown_names(query) == {unknown}


def test_the_device_page_shows_every_field():
    text = "".join(queries(BOARDS["system.json"]))
    assert [field.name for field in FIELDS if f'"{field.name}"' not in text] == []


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_panels_are_numbered_and_do_not_overlap(board):
    taken = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert place["x"] + place["w"] <= build.GRID_COLUMNS
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
