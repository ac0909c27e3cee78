"""`suluh gateways` on a real database: versions made known, assigned, taken back, listed."""

import json

import pytest
from typer.testing import CliRunner

from api.migrations import upgrade
from collector.bootstrap import open_database
from collector.ledger.port import PublisherState, Takings
from collector.ledger.repository import SqlLedger
from collector.publishers.changes import give_secrets
from collector.publishers.repository import SqlPublishers
from collector.releases.command import app
from collector.releases.repository import SqlReleases
from collector.settings import CollectorSettings
from tests.fixtures.running_collector import registered
from tests.fixtures.small_fleet import fleet
from tests.fixtures.versions import new_signer, sha256, small_version

pytestmark = pytest.mark.ssh_keygen


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path / "data"))
    engine = open_database(CollectorSettings())
    upgrade(engine)
    registered(engine, fleet())
    give_secrets(SqlPublishers(engine), ["gw-boti", "gw-haya", "KPK-0001"], 1.0)
    yield engine
    engine.dispose()


@pytest.fixture
def suluh(engine):
    """A function that runs `suluh gateways ...`; its output."""
    del engine

    def run(*arguments, code=0):
        done = CliRunner().invoke(app, [str(each) for each in arguments])
        assert done.exit_code == code, done.output
        return done.stdout if code == 0 else done.output

    return run


@pytest.fixture
def archive(tmp_path):
    made = small_version(tmp_path, "suluh-0.2")
    new_signer(tmp_path).sign(made)
    return made


def test_a_version_is_made_known_and_assigned_and_seen_to_run(engine, suluh, archive):
    digest = sha256(archive)
    assert suluh("release", archive) == f"{digest}\n"
    assert suluh("release", archive) == f"{digest}\n", "again changes nothing"
    assert "is for 1: gw-boti" in suluh("assign", "suluh-0.2", "gw-boti")
    assert SqlReleases(engine).archive("gw-boti", digest) == archive.read_bytes()
    (version,) = json.loads(suluh("versions", "--json"))
    assert (version["sha256"], version["assigned_to"]) == (digest, 1)
    state = PublisherState("gw-boti", 1_732_233_600.0, 0, release=digest[:16], update="current")
    SqlLedger(engine).take("s", Takings(states=[state]), 5.0)
    boti, haya = json.loads(suluh("list", "--json"))
    running = f"suluh-0.2 ({digest[:16]})"
    assert boti == {
        "gateway": "gw-boti",
        "runs": running,
        "wanted": running,
        "update": "current",
        "said": "2024-11-22T00:00:00Z",
    }
    assert haya["wanted"] is haya["runs"] is None
    told = suluh("list")
    assert "gw-boti" in told
    assert "never heard" in told
    assert "0 of them do not run yet" in told
    assert "suluh-0.2" in suluh("versions")


def test_all_a_share_and_back(engine, suluh, archive):
    assert "None yet" in suluh("versions")
    suluh("release", archive, "--name", "new")
    assert "is for 1: " in suluh("assign", "new", "--stage", "50")
    assert "is for 2: gw-boti, gw-haya" in suluh("assign", "new", "--all")
    assert "2 of them do not run yet" in suluh("list")
    assert "Taken back for 1: gw-haya" in suluh("unassign", "gw-haya")
    assert "Taken back for 1: gw-boti" in suluh("unassign", "--all")
    assert "Nothing" in suluh("unassign", "--all")
    assert SqlReleases(engine).orders() == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["release", "nowhere.tar.gz"], "nowhere.tar.gz cannot be read"),
        (["assign", "suluh-0.9", "gw-boti"], "There is no version suluh-0.9"),
        (["assign", "suluh-0.2"], "Say who"),
        (["assign", "suluh-0.2", "gw-nowhere"], "gw-nowhere: no gateway"),
        (["assign", "suluh-0.2", "KPK-0001"], "KPK-0001: no gateway"),
        (["unassign", "gw-nowhere"], "gw-nowhere: no gateway"),
    ],
)
def test_what_is_not_possible_is_said_with_what_to_do(engine, suluh, archive, arguments, words):
    suluh("release", archive)
    assert words in suluh(*arguments, code=2)
    assert SqlReleases(engine).orders() == {}


def test_a_database_of_another_version_is_said_to_be_one(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path / "empty"))
    done = CliRunner().invoke(app, ["list"])
    assert done.exit_code == 2
    assert "./suluh migrate" in done.output
