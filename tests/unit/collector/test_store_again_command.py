"""After a backup of the store: what the spool still keeps waits once more."""

import time

import pytest
from typer.testing import CliRunner

from collector.bootstrap import open_spool
from collector.settings import CollectorSettings
from collector.spool.delivery import Delivery
from collector.store_again_command import app

HOUR_S = 3_600.0


@pytest.fixture(name="settings")
def settings_of(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    return CollectorSettings(data_dir=tmp_path)


def stored(settings, *ages_h):
    """A spool whose messages, received so many hours ago, are all stored."""
    spool = open_spool(settings)
    for age_h in ages_h:
        received_s = time.time() - age_h * HOUR_S
        spool.append([Delivery("gw", "shs/v1/gw/data", b"{}", received_s)])
    while taken := spool.take(10, 10_000):
        spool.settle(taken)
    spool.close()


def run(hours, code=0):
    outcome = CliRunner().invoke(app, ["--hours", str(hours)])
    assert outcome.exit_code == code, outcome.output
    return outcome.output


def waiting(settings):
    spool = open_spool(settings)
    found = spool.state().waiting
    spool.close()
    return found


def test_the_messages_of_the_last_hours_wait_again(settings):
    stored(settings, 5, 3, 1)
    assert "2 messages wait to be stored again" in run(4)
    assert waiting(settings) == 2


def test_it_says_from_when_on_messages_are_kept(settings):
    stored(settings, 5)
    assert "The oldest was received at" in run(20)
    stored(settings, 5)
    assert "The oldest was received at" not in run(5.001)


def test_where_nothing_is_kept_since_then_it_says_so(settings):
    stored(settings, 5)
    assert "Nothing that was stored since" in run(1, code=1)
    assert waiting(settings) == 0


def test_without_a_spool_none_is_made(settings):
    assert "There is no spool at" in run(1, code=1)
    assert not settings.spool_file.exists()


def test_a_collector_at_work_is_not_disturbed(settings):
    stored(settings, 1)
    spool = open_spool(settings)
    assert "another process has" in run(4, code=1)
    assert spool.state().waiting == 0
    spool.close()
