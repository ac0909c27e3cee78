"""Every command on a database that was never brought to this version says what to do."""

import pytest
from typer.testing import CliRunner

import analytics.command
import collector.command
import collector.ledger_command
import collector.letters_command
import collector.publishers.command
from collector.bootstrap import look_at_tables
from collector.fleet.database import DATABASE_TROUBLE, lacks_tables, open_engine
from tests.servers.process import free_port

COMMANDS = [
    (collector.command.app, ["collector"]),
    (collector.command.app, ["collector", "--retire"]),
    (collector.ledger_command.app, []),
    (collector.letters_command.app, ["list"]),
    (collector.publishers.command.app, ["list"]),
    (analytics.command.app, ["assess"]),
]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("app", "words"), COMMANDS, ids=lambda value: str(value)[:30])
def test_it_says_migrate(app, words, kind, request, tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    if kind == "postgresql":
        monkeypatch.setenv("SULUH_DATABASE_URL", request.getfixturevalue("postgres_url"))
    done = CliRunner().invoke(app, words)
    assert done.exit_code in {1, 2}, done.output
    assert done.output.count("./suluh migrate") == 1
    assert "Traceback" not in done.output


def test_a_database_that_is_away_is_not_one_that_lacks_tables():
    engine = open_engine(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    with pytest.raises(DATABASE_TROUBLE) as caught:
        look_at_tables(engine)
    assert not lacks_tables(caught.value)
