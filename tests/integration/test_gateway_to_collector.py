"""Controllers, gateway, broker, collector, store: what was measured is what is stored, once."""

import json
import time

import numpy as np
import pytest

from collector.controllers.load import load_map
from collector.domain.device import Assignment
from collector.domain.fields import FIELD_INDEX
from collector.gateway.clock import synchronised
from collector.gateway.config import BrokerConfig
from collector.gateway.export import export
from device_sim.links.modbus import ModbusBus
from tests.fixtures.http_door import open_door, post
from tests.fixtures.running_collector import collector_on
from tests.fixtures.small_fleet import INSTALLED_S, fleet
from tests.fixtures.station import Station
from tests.fixtures.village_gateway import GatewayProcess, config_text, eventually
from tests.servers.process import free_port

GATEWAY = "gw-boti"
SERIALS = ["KPK-0001", "KPK-0002", "KPK-0003"]


@pytest.fixture
def devices():
    bus = ModbusBus(
        dict.fromkeys([1, 2, 3], load_map("epever_tracer")),
        lambda unit: {"battery_voltage_v": 12 + unit / 10, "battery_current_a": -unit},
    )
    yield bus.start()
    bus.stop()


def test_readings_are_stored_and_acknowledged_end_to_end(new_mosquitto, devices, tmp_path):
    broker = new_mosquitto()
    config = tmp_path / "gateway.toml"
    config.write_text(config_text(GATEWAY, broker.address, {devices: SERIALS}))
    gateway = GatewayProcess(config)
    assigned = fleet(
        *(
            Assignment(serial, code, INSTALLED_S, None, GATEWAY, "epever_tracer", unit)
            for unit, (serial, code) in enumerate(zip(SERIALS, "ABC", strict=True), 1)
        )
    )
    with collector_on(broker, tmp_path / "data", assigned) as (collector, store, letters):
        gateway.start()
        try:
            eventually(lambda: gateway.log.exists() and store.count() >= 6)
        finally:
            gateway.stop()
        counts = json.loads(gateway.ask("status", "--json").stdout)
        assert counts["waiting"] == 0, "what waited was sent before the end"
        assert counts["acknowledged"] == counts["produced"] == store.count()
        assert letters.count_readings() == 0
        assert collector.intake.connected
        latest = store.latest(SERIALS)
    by_serial = {latest.serials[c]: i for i, c in enumerate(latest.serial_code)}
    for unit, serial in enumerate(SERIALS, 1):
        row = latest.values[by_serial[serial]]
        assert row[FIELD_INDEX["battery_voltage_v"]] == pytest.approx(12 + unit / 10)
        assert row[FIELD_INDEX["battery_current_a"]] == pytest.approx(-unit)
    assert np.isfinite(latest.sequence).all()


def test_by_http_and_by_hand_to_the_servers_own_door(tmp_path):
    with open_door(
        tmp_path, lets_in=lambda name, secret: (name, secret) == (GATEWAY, "secret")
    ) as door:
        address = f"http://127.0.0.1:{door.port}"
        broker = BrokerConfig(
            "127.0.0.1", free_port(), https=address, https_after_s=0.0, batch_s=0.0
        )
        station = Station(tmp_path / GATEWAY, GATEWAY, broker)
        station.measure(*SERIALS)
        station.start()
        eventually(lambda: station.outbox.counts().acknowledged == 3)
        station.close()
        carried = Station(tmp_path / "carried", GATEWAY, BrokerConfig("127.0.0.1"))
        carried.measure(*SERIALS, *SERIALS)
        file = tmp_path / "boti.jsonl.gz"
        assert export(tmp_path / "carried/outbox.db", GATEWAY, time.time(), file) == (6, 0)
        status, answer, _ = post(door.port, file.read_bytes(), f"{GATEWAY}:secret")
        assert (status, answer["readings"]) == (200, 6)
        assert carried.outbox.counts().waiting == 6, (
            "what is carried stays until it is acknowledged"
        )
        carried.sender.acknowledged(json.dumps(answer).encode())
        assert carried.outbox.counts().waiting == 0
        carried.close()


@pytest.mark.skipif(synchronised(), reason="NTP keeps the clock of this machine")
def test_a_gateway_without_a_clock_is_told_the_time(new_mosquitto, devices, tmp_path):
    broker = new_mosquitto()
    config = tmp_path / "gateway.toml"
    config.write_text(config_text(GATEWAY, broker.address, {devices: SERIALS[:1]}, clock="ntp"))
    gateway = GatewayProcess(config)
    assigned = fleet(Assignment(SERIALS[0], "A", INSTALLED_S, None, GATEWAY, "epever_tracer", 1))
    with collector_on(broker, tmp_path / "data", assigned) as (_, store, letters):
        gateway.start()
        try:
            eventually(lambda: store.count() >= 2)
        finally:
            gateway.stop()
        assert letters.count_readings() == 0
        assert store.latest(SERIALS[:1]).time_s[0] == pytest.approx(time.time(), abs=60)
