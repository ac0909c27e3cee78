"""The ways to the server: MQTT over TLS to a real broker, HTTPS while it is away."""

import base64

import pytest

from collector.gateway import uplink
from collector.gateway.clock import EARLIEST_UTC_S
from collector.gateway.config import BrokerConfig
from tests.fixtures.station import HttpsServer, Station
from tests.fixtures.village_gateway import AckServer, eventually
from tests.servers.certificates import make_certificates
from tests.servers.mosquitto import broker as broker_on
from tests.servers.process import free_port

pytestmark = [pytest.mark.mosquitto, pytest.mark.openssl]


@pytest.fixture
def certificates(tmp_path):
    return make_certificates(tmp_path / "certificates")


@pytest.fixture
def station(tmp_path):
    built = []

    def build(name, **broker):
        broker = {"tls": True, "batch_s": 0.0, "keepalive_s": 10} | broker
        built.append(Station(tmp_path / name, name, BrokerConfig("127.0.0.1", **broker)))
        return built[-1]

    yield build
    for one in built:
        one.close()


def test_readings_travel_under_tls_to_the_broker_our_authority_vouches_for(
    new_mosquitto, certificates, station
):
    broker = new_mosquitto(tls=certificates)
    server = AckServer(broker, "gw-tls")
    gateway = station("gw-tls", port=broker.port, ca_file=str(certificates.ca))
    gateway.measure("A", "B")
    gateway.start()
    eventually(lambda: gateway.outbox.counts().acknowledged == 2)
    assert {serial for serial, _, _ in server.readings} == {"A", "B"}
    eventually(lambda: {"state": "online"} in server.states)
    gateway.close()
    eventually(lambda: server.states[-1] == {"state": "offline"})
    server.close()


@pytest.fixture
def refusals(monkeypatch):
    """What the uplink says of brokers that it cannot reach."""
    said = []
    monkeypatch.setattr(uplink.log, "warning", lambda _, reason: said.append(reason), raising=False)
    return said


@pytest.mark.parametrize("clock_set", [True, False])
def test_a_broker_of_another_authority_hears_nothing(
    new_mosquitto, certificates, station, tmp_path, refusals, clock_set
):
    broker = new_mosquitto(tls=certificates)
    other = make_certificates(tmp_path / "other")
    gateway = station("gw-strange", port=broker.port, ca_file=str(other.ca))
    gateway.clock_set = clock_set
    gateway.start()
    eventually(lambda: refusals)
    assert not gateway.uplink.connected
    assert "CERTIFICATE_VERIFY_FAILED" in refusals[0]


def test_dates_of_certificates_count_for_who_knows_the_date(
    new_mosquitto, station, tmp_path, refusals
):
    expired = make_certificates(tmp_path / "expired", expired=True)
    broker = new_mosquitto(tls=expired)
    gateway = station("gw-dates", port=broker.port, ca_file=str(expired.ca))
    gateway.start()
    eventually(lambda: refusals)
    assert "certificate has expired" in refusals[0]
    gateway.clock_set = False
    eventually(lambda: gateway.uplink.connected)


def test_without_the_broker_readings_go_by_https_and_by_mqtt_again_when_it_is_back(
    certificates, station, tmp_path
):
    door = HttpsServer(certificates)
    port = free_port()
    gateway = station(
        "gw-detour", port=port, https=door.address, https_after_s=0.0, ca_file=str(certificates.ca)
    )
    gateway.measure("A", "B")
    gateway.start()
    eventually(lambda: gateway.outbox.counts().acknowledged == 2)
    assert door.readings == {("A", 1), ("B", 1)}
    secret = base64.b64encode(b"gw-detour:secret").decode()
    assert door.authorizations == {f"Basic {secret}"}
    assert gateway.clock() > EARLIEST_UTC_S, "the answer tells the time too"
    door.status = 503
    gateway.measure("A")
    with broker_on(tmp_path / "broker", tls=certificates, port=port) as broker:
        server = AckServer(broker, "gw-detour")
        eventually(lambda: gateway.outbox.counts().acknowledged == 3)
        assert ("A", 2) not in door.readings
        server.close()
    door.close()
