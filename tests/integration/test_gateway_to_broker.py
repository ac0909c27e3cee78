"""Thirty controllers on a bus, the gateway's own process, a real broker, a server that answers."""

import itertools
import json
import signal

import pytest

from collector.controllers.load import load_map
from device_sim.links.modbus import ModbusBus
from tests.fixtures.village_gateway import AckServer, GatewayProcess, config_text, eventually

SERIALS = [f"KPK-{n:04d}" for n in range(1, 31)]
_numbers = itertools.count(1)


def truth(unit):
    """What unit's controller measures, different for each."""
    return {
        "pv_voltage_v": 10 + unit / 100,
        "pv_current_a": unit / 50,
        "battery_voltage_v": 12.5,
        "battery_current_a": -unit / 10,
        "load_current_a": 0.4,
        "battery_temperature_c": 27.5 - unit,
        "load_voltage_v": 12.4,
        "soc_percent": float(unit),
        "charge_stage": 0.0,
        "load_state": 1.0,
        "fault_bits": 0.0,
    }


class Village:
    """The bus, the gateway and the server of one test."""

    def __init__(self, broker, folder, serials=SERIALS, dead=(), framing="tcp", **top):
        self.broker = broker
        self.name = f"gw-test-{next(_numbers)}"
        self.serials = list(serials)
        self.dead = set(dead)
        self.bus = ModbusBus(
            dict.fromkeys(range(1, len(serials) + 1), load_map("epever_tracer")),
            lambda unit: {} if unit in self.dead else truth(unit),
            framing=framing,
        )
        port = self.bus.start()
        config = folder / "gateway.toml"
        link = "tcp" if framing == "tcp" else "rtu-tcp"
        config.write_text(
            config_text(self.name, broker.address, {port: self.serials}, link=link, **top)
        )
        self.gateway = GatewayProcess(config)
        self.server = AckServer(broker, self.name)

    def close(self):
        self.gateway.end()
        self.server.close()
        self.bus.stop()

    def all_so_far(self):
        """Whether what is measured by now has been acknowledged, as a condition."""
        produced = self.gateway.produced()
        return lambda: self.gateway.counts()["acknowledged"] >= produced > 0


@pytest.fixture
def village(mosquitto, tmp_path):
    with_broker = []

    def build(**said):
        with_broker.append(Village(said.pop("broker", mosquitto), tmp_path, **said))
        return with_broker[-1]

    yield build
    for one in with_broker:
        one.close()


def check(village, dead=()):
    """Every reading once, numbered without a gap, with what its own controller measured."""
    assert not village.server.contradictions
    numbers = {}
    for (serial, boot, sequence), (_, fields) in village.server.readings.items():
        unit = village.serials.index(serial) + 1
        assert fields == pytest.approx(truth(unit), abs=0.006)
        numbers.setdefault(serial, {}).setdefault(boot, []).append(sequence)
    assert set(numbers) == {s for i, s in enumerate(village.serials, 1) if i not in dead}
    for boots in numbers.values():
        assert len(boots) == 1, "a restart is no new boot: the numbers go on"
        (sequences,) = boots.values()
        assert sorted(sequences) == list(range(1, len(sequences) + 1))


@pytest.mark.parametrize("framing", ["tcp", "rtu"])
@pytest.mark.parametrize("codec", ["json", "cbor"])
def test_all_that_was_measured_arrives(village, framing, codec):
    it = village(framing=framing, codec=codec, serials=SERIALS[:5])
    it.gateway.start()
    eventually(lambda: len(it.server.readings) >= 15)
    assert it.gateway.stop() == 0
    before = len(it.server.readings)
    it.gateway.start()
    eventually(lambda: len(it.server.readings) > before)
    eventually(it.all_so_far())
    assert it.gateway.stop(signal.SIGINT) == 0
    check(it)
    assert it.server.births[0]["gw"] == it.name
    assert it.server.births[0]["df"] == [2]
    assert it.server.states[-1] == {"state": "offline"}
    assert {"online"} == {s["state"] for s in it.server.states[:-1]} - {"offline"}


def test_kill_9_in_the_middle_loses_nothing_and_uses_no_number_twice(village):
    it = village()
    it.server.answers = False
    produced = 0
    for _ in range(4):
        it.gateway.start()
        eventually(lambda wanted=produced + 17: it.gateway.produced() >= wanted)
        it.gateway.kill()
        produced = it.gateway.produced()
    it.server.answers = True
    it.gateway.start()
    eventually(lambda: {s for s, _, _ in list(it.server.readings)} == set(it.serials), 60)
    eventually(it.all_so_far(), 60)
    assert it.gateway.stop() == 0
    it.dead.update(range(1, 31))  # nothing more is measured: what is left on disk goes out
    it.gateway.start()
    eventually(lambda: it.gateway.counts()["waiting"] == 0)
    it.gateway.kill()
    eventually(lambda: it.server.states[-1] == {"state": "offline"}, what="the last will")
    counts = it.gateway.counts()
    assert counts["produced"] == counts["acknowledged"] == len(it.server.readings)
    assert counts["dropped"] == 0
    check(it)


def test_without_acknowledgement_everything_is_kept_and_sent_again(village):
    it = village(serials=SERIALS[:3], ack_timeout_s=1.0)
    it.server.answers = False
    it.gateway.start()
    eventually(lambda: len(it.server.messages) >= 2)
    counts = it.gateway.counts()
    assert counts["acknowledged"] == 0
    assert counts["waiting"] == counts["produced"] > 0
    it.server.answers = True
    eventually(it.all_so_far(), 60)
    it.gateway.stop()
    check(it)


def test_a_broker_that_is_killed_and_away_costs_nothing(village, new_mosquitto):
    broker = new_mosquitto()
    it = village(broker=broker, serials=SERIALS[:4], ack_timeout_s=1.0)
    it.gateway.start()
    eventually(lambda: len(it.server.readings) >= 4)
    broker.kill()
    before = it.gateway.counts()["produced"]
    eventually(lambda: it.gateway.counts()["produced"] >= before + 8, what="polling without broker")
    broker.start()
    eventually(it.all_so_far(), 90)
    it.gateway.stop()
    check(it)


def test_dead_devices_do_not_keep_the_others_waiting(village):
    dead = {4, 9, 17, 23, 30}
    it = village(dead=dead, timeout_s=0.2)
    it.gateway.start()
    eventually(lambda: len(it.server.readings) >= 50, 120)
    it.gateway.stop()
    check(it, dead)
    times = {}
    for (serial, _, _), (time_s, _) in it.server.readings.items():
        times.setdefault(serial, []).append(time_s)
    assert min(len(t) for t in times.values()) >= 2


def test_the_servers_commands_and_strange_words_are_survived(village):
    it = village(serials=SERIALS[:2])
    it.gateway.start()
    eventually(lambda: it.server.readings)
    it.server.command(resend=[{"sn": SERIALS[0], "b": 1, "from": 1, "to": 2}])
    it.server.command(interval_s=60, config={})
    for strange in (b"", b"\xff", b"[1]", b'{"acks": 7}', b'{"acks":[{"sn":1}]}'):
        for topic in ("ack", "cmd"):
            it.server._client.publish(f"shs/v1/{it.name}/{topic}", strange, qos=1)
    so_far = len(it.server.readings)
    eventually(lambda: len(it.server.readings) >= so_far + 6)
    eventually(lambda: it.server.lost, what="saying what it no longer has")
    assert it.server.lost[0]["lost"] == [[1, 2]]
    assert it.gateway.stop() == 0
    check(it)


def test_read_once_prints_every_register(village):
    it = village(serials=SERIALS[:2], dead={2})
    shown = it.gateway.ask("read", "--once")
    assert shown.returncode == 1, "one of them is silent"
    assert "KPK-0001" in shown.stdout
    line = next(x for x in shown.stdout.splitlines() if "battery_current_a" in x)
    assert line.split() == ["4:331B", "battery_current_a", "-0.1", "A", "FFF6", "FFFF"]
    registers = load_map("epever_tracer").registers
    assert all(r.name in shown.stdout for r in registers)
    assert "no reading" in shown.stderr
    one = it.gateway.ask("read", "--once", "--serial", "KPK-0001")
    assert one.returncode == 0
    assert "KPK-0002" not in one.stdout
    assert it.gateway.ask("read", "--once", "--serial", "nobody").returncode == 2


def test_a_wrong_password_is_said_and_outlasted(village, new_mosquitto):
    users = {"server-of-x": "s", "gw": "right"}
    broker = new_mosquitto(users=users)
    it = village(serials=SERIALS[:1])
    text = it.gateway.config.read_text().replace(
        f"port = {it.broker.port}", f"port = {broker.port}"
    )
    it.gateway.config.write_text(text)
    wrong = GatewayProcess(it.gateway.config, SULUH_MQTT_USERNAME="gw", SULUH_MQTT_PASSWORD="wrong")
    wrong.start()
    eventually(lambda: "broker_refuses" in wrong.log.read_text())
    assert wrong.stop() == 0
    assert "wrong" not in wrong.log.read_text().replace("wrong password", "")
    right = GatewayProcess(it.gateway.config, SULUH_MQTT_USERNAME="gw", SULUH_MQTT_PASSWORD="right")
    right.start()
    eventually(lambda: "broker_connected" in right.log.read_text())
    assert right.stop() == 0


def test_status_counts(village):
    it = village(serials=SERIALS[:1])
    asked = it.gateway.ask("status")
    assert asked.returncode == 1
    assert "has the gateway run yet" in asked.stderr
    it.gateway.start()
    eventually(lambda: it.server.readings)
    it.gateway.stop()
    assert set(json.loads(it.gateway.ask("status", "--json").stdout)) >= {
        "produced",
        "waiting",
        "acknowledged",
    }
