"""Which columns a file has, and what one row says."""

from collector.domain.registry_rows import OPTIONAL, REQUIRED, column_positions, parse_row
from tests.fixtures.registry_rows import COLUMNS, row


def test_positions_missing_and_unknown_columns():
    positions, missing, unknown = column_positions([" Serial ", None, "Panel W", "nama"])
    assert positions == {"serial": 0, "panel_w": 2}
    assert set(missing) == set(REQUIRED) - {"serial", "panel_w"}
    assert unknown == ["nama"]


def test_of_two_columns_of_one_name_the_first_counts():
    assert column_positions(["serial", "serial"])[0]["serial"] == 0


def test_every_known_column_is_in_the_fixture():
    assert set(COLUMNS) == {*REQUIRED, *OPTIONAL}


def _parsed(**changed):
    positions, _, _ = column_positions(COLUMNS)
    return parse_row(9, list(row(1, **changed).values()), positions)


def test_a_right_row_has_no_error():
    found, errors = _parsed()
    assert not errors
    assert found is not None
    assert found.row == 9


def test_every_required_cell_must_be_filled_in():
    for column in REQUIRED:
        found, errors = _parsed(**{column: " "})
        assert found is None
        assert [(e.column, e.en) for e in errors] == [(column, "empty; fill it in")]


def test_a_short_row_lacks_what_it_does_not_reach():
    positions, _, _ = column_positions(COLUMNS)
    found, errors = parse_row(2, list(row(1).values())[:12], positions)
    assert found is None
    assert {e.column for e in errors} == {"latitude", "longitude", "timezone"}
