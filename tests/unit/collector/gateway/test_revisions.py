"""Changes by the server: tried, kept or taken back; the file itself is never written."""

import pytest

from collector.gateway.probation import Probation
from collector.gateway.revisions import MOST_STARTS, Revisions
from tests.fixtures.village_gateway import config_text


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "gateway.toml"
    file.write_text(config_text("gw-a", "broker:1883", {502: ["A", "B"]}, interval_s=900))
    return file


def test_without_changes_the_file_counts(file):
    revisions = Revisions(file)
    assert revisions.start().interval_s == 900
    assert not revisions.on_trial
    assert revisions.said == "file"


def test_a_change_is_on_trial_until_it_is_kept(file):
    before = file.read_bytes()
    revisions = Revisions(file)
    assert revisions.propose({"interval_s": 600, "broker": {"batch_s": 5.0}})
    config = Revisions(file).start()
    assert (config.interval_s, config.broker.batch_s, config.broker.host) == (600, 5.0, "broker")
    assert revisions.start() == config
    assert revisions.said == "trial"
    revisions.keep()
    again = Revisions(file)
    assert again.start() == config
    assert again.said == "changed"
    assert again.propose({"broker": {"keepalive_s": 100}})
    assert again.start().broker.batch_s == 5.0, "a later change adds to what was kept"
    assert file.read_bytes() == before


def test_what_fails_is_taken_back_and_says_why(file):
    revisions = Revisions(file)
    revisions.propose({"interval_s": 600})
    revisions.keep()
    revisions.propose({"interval_s": 60})
    assert revisions.start().interval_s == 60
    revisions.take_back("no reading in time")
    assert Revisions(file).start().interval_s == 600
    assert Revisions(file).said == "refused: no reading in time"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"interval_s": 0}, "900 is the programme's"),
        ({"interval_s": "often"}, "Expected `int`"),
        ({"gateway": "gw-b"}, "the gateway's own file"),
        ({"outbox": "/etc/passwd"}, "the gateway's own file"),
        ({"updates": "/tmp/other-signers"}, "the gateway's own file"),
        ({"buses": []}, "no device to read"),
        ({"run": "rm -rf /"}, "unknown field `run`"),
        ({"broker": {"https": "http://elsewhere"}}, "https: the server's address"),
        ({"broker": 7}, "Expected `object`"),
    ],
)
def test_what_cannot_be_used_is_refused_at_once(file, change, said):
    revisions = Revisions(file)
    assert not revisions.propose(change)
    assert said in revisions.said
    assert Revisions(file).start().interval_s == 900
    assert not revisions.on_trial


def test_the_same_again_is_no_change(file):
    revisions = Revisions(file)
    revisions.propose({"interval_s": 600})
    revisions.keep()
    assert not revisions.propose({"interval_s": 600})


def test_a_change_that_brings_the_program_down_does_not_do_so_for_ever(file):
    Revisions(file).propose({"interval_s": 600})
    for _ in range(MOST_STARTS):
        assert Revisions(file).start().interval_s == 600
    assert Revisions(file).start().interval_s == 900
    assert "ended 3 times" in Revisions(file).said


def test_whoever_edits_the_file_is_heard(file):
    revisions = Revisions(file)
    revisions.propose({"interval_s": 600})
    revisions.keep()
    file.write_text(file.read_text().replace("interval_s = 900", "interval_s = 300"))
    assert Revisions(file).start().interval_s == 300


@pytest.mark.parametrize("text", ["", "{", '{"base":7}'])
def test_a_record_that_cannot_be_read_is_none(file, text):
    file.with_name("revision.json").write_text(text)
    assert Revisions(file).start().interval_s == 900


def test_a_probation_wants_a_reading_and_the_servers_word():
    counts, now_s = {"produced": 5, "acknowledged": 2}, [0.0]
    probation = Probation(
        lambda: counts["produced"], lambda: counts["acknowledged"], 900, lambda: now_s[0]
    )
    assert not probation.proved()
    counts["produced"] += 1
    assert probation.missing() == "no acknowledgement by the server"
    now_s[0] = 901.0
    assert probation.failed()
    counts["acknowledged"] += 1
    assert probation.proved()
    assert not probation.failed()
