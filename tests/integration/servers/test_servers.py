"""The servers the tests rely on are real, alone, and come back after being killed."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request

import psycopg
import pytest

from tests.servers.left_out import need
from tests.servers.process import answers


def _publish(broker, *more: str) -> int:
    command = ["mosquitto_pub", "-h", broker.host, "-p", str(broker.port), "-q", "1"]
    done = subprocess.run(
        [*command, "-t", "servers/test", "-m", "x", *more], capture_output=True, check=False
    )
    return done.returncode


@pytest.mark.mosquitto_pub
def test_mosquitto_takes_a_message_and_comes_back_after_a_kill(mosquitto):
    assert _publish(mosquitto) == 0
    port = mosquitto.port
    mosquitto.kill()
    assert not mosquitto.running
    assert not answers(port)
    mosquitto.restart()
    assert mosquitto.port == port
    assert _publish(mosquitto) == 0


@pytest.mark.mosquitto_pub
def test_mosquitto_with_credentials_refuses_strangers(new_mosquitto):
    broker = new_mosquitto(users={"KPK-0001": "s3cret"})
    assert _publish(broker, "-u", "KPK-0001", "-P", "s3cret") == 0
    assert _publish(broker, "-u", "KPK-0001", "-P", "wrong") != 0
    assert _publish(broker) != 0


@pytest.mark.mosquitto_pub
def test_fresh_brokers_share_nothing(new_mosquitto):
    first, second = new_mosquitto(), new_mosquitto()
    assert first.port != second.port
    first.stop()
    assert _publish(second) == 0


def _write(influxdb, bucket: str, line: str) -> int:
    request = urllib.request.Request(
        f"{influxdb.url}/api/v2/write?org={influxdb.org}&bucket={bucket}&precision=s",
        data=line.encode(),
        headers={"Authorization": f"Token {influxdb.token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status


def test_influxdb_takes_a_line_and_keeps_its_set_up_over_a_restart(influxdb, influx_bucket):
    assert _write(influxdb, influxdb.bucket, "reading,serial=A value=1 1732233600") == 204
    influxdb.kill()
    assert not influxdb.running
    influxdb.start()
    assert _write(influxdb, influx_bucket, "reading,serial=A value=1 1732233600") == 204


def test_influxdb_refuses_a_wrong_token(influxdb):
    class Stranger:
        url, org, token = influxdb.url, influxdb.org, "wrong"

    with pytest.raises(urllib.error.HTTPError, match="401"):
        _write(Stranger, influxdb.bucket, "reading,serial=A value=1")


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_has_an_empty_database(postgres_url, run):
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        found = connection.execute("select count(*) from pg_tables where schemaname='public'")
        assert found.fetchone() == (0,)
        connection.execute(f"create table left_over_{run} (id int)")


def test_pages_run_with_and_without_javascript(chromium_page):
    document = "data:text/html,<p id=a>ya</p><script>a.textContent='js'</script>"
    for javascript, expected in ((True, "js"), (False, "ya")):
        page = chromium_page(javascript=javascript)
        page.goto(document)
        assert page.text_content("#a") == expected
        assert page.viewport_size == {"width": 360, "height": 640}


@pytest.mark.mbpoll
@pytest.mark.socat
@pytest.mark.strace
def test_marked_programs_are_there():
    for name in ("mbpoll", "socat", "strace"):
        assert need(name).exists()
