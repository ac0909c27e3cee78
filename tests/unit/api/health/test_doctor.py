"""The doctor's report and exit code."""

from __future__ import annotations

import json

import pytest

from api.health import doctor as module
from api.health.doctor import doctor, examine, report
from api.health.finding import Finding, Verdict
from api.health.parts import PARTS
from api.migrations import upgrade
from collector.fleet.database import open_engine

WELL = Finding("disk", Verdict.OK, "9 GB free")
LACKING = Finding("mbpoll", Verdict.NOTICE, "missing", "apt-get install mbpoll")
ILL = Finding("clock", Verdict.FAULT, "1970-01-01", "set the clock")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A data folder of this test's own."""
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SULUH_DATABASE_URL", raising=False)
    return tmp_path


def _named(findings, what: str) -> Finding:
    return next(finding for finding in findings if finding.what == what)


def test_the_report_shows_what_to_do_for_all_that_is_not_well():
    text = report([WELL, LACKING, ILL])
    assert "ok  disk" in text
    assert "-> apt-get install mbpoll" in text
    assert "!!  clock" in text
    assert text.endswith("1 to mend; 1 to know about")


def test_a_machine_that_lacks_only_extras_is_well():
    assert report([WELL, LACKING]).endswith("Suluh can run here; 1 to know about")


@pytest.mark.parametrize(("findings", "code"), [([WELL, LACKING], 0), ([WELL, ILL], 1)])
def test_json_and_exit_code(monkeypatch, capsys, findings, code):
    monkeypatch.setattr(module, "examine", lambda: findings)
    assert doctor(as_json=True) == code
    told = json.loads(capsys.readouterr().out)
    assert told["well"] == (code == 0)
    assert [each["what"] for each in told["findings"]] == [f.what for f in findings]
    assert doctor() == code


def test_everything_is_examined_and_nothing_changed(machine):
    looked_at = {finding.what for finding in examine()}
    assert looked_at >= {part.name for part in PARTS}
    assert looked_at >= {"python", "clock", "data folder", "disk", "database", "pages"}
    assert list(machine.iterdir()) == []


def test_a_database_is_missing_then_empty_then_migrated(machine):
    assert _named(examine(), "database").verdict is Verdict.NOTICE
    engine = open_engine(f"sqlite:///{machine / 'suluh.db'}")
    engine.connect().close()
    empty = _named(examine(), "database")
    assert (empty.verdict, empty.to_do) == (Verdict.FAULT, "./suluh migrate")
    upgrade(engine)
    assert _named(examine(), "database").verdict is Verdict.OK
    engine.dispose()


def test_a_database_out_of_reach_is_a_finding_without_its_password(machine, monkeypatch):
    monkeypatch.setenv("SULUH_DATABASE_URL", "postgresql://suluh:hush@127.0.0.1:1/suluh")
    finding = _named(examine(), "database")
    assert finding.verdict is Verdict.FAULT
    assert "hush" not in report([finding])
