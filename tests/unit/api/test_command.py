"""Commands refuse at once what would fail after minutes of work."""

from typer.testing import CliRunner

from api.command import app


def test_an_account_that_could_not_be_written_is_refused_before_the_work(tmp_path, monkeypatch):
    def worked(*_):
        raise AssertionError("it began to work")

    monkeypatch.setattr("api.demo.show.run_once", worked)
    asked = ["demo", "--once", "--json", str(tmp_path / "none" / "account.json")]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 1
    assert "none is not there" in done.output
