"""A CSV answer of InfluxDB as columns of text, without visiting its records one by one."""

import csv
from io import StringIO


def csv_columns(text: str) -> dict[str, list[str]]:
    """Columns by their heading. Several series of one answer repeat the heading; it is dropped."""
    text = text.strip("\n")
    if not text:
        return {}
    if '"' in text:
        rows = [r for r in csv.reader(StringIO(text)) if r]
        rows = [rows[0], *(r for r in rows[1:] if r != rows[0])]
        return {name: list(column) for name, *column in zip(*rows, strict=True)}
    heading, _, body = text.partition("\n")
    names = heading.split(",")
    if heading in body:
        body = "\n".join(line for line in body.split("\n") if line and line != heading)
    cells = body.replace("\n", ",").split(",") if body else []
    return {name: cells[i :: len(names)] for i, name in enumerate(names)}
