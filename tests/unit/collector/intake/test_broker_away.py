"""A broker that is not there is told to the person who started us."""

import socket
import threading

from collector.domain.clock import system_clock
from collector.intake import mqtt


def test_a_broker_that_is_not_there_is_named_with_what_to_check(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told: list[tuple[str, object]] = []
    heard = threading.Event()

    class Log:
        def warning(self, event: str, **known: object) -> None:
            told.append((event, known.get("port")))
            heard.set()

    monkeypatch.setattr(mqtt, "_log", Log())
    broker = mqtt.Broker("127.0.0.1", port, "suluh-collector-1", "", "", "", 5)
    intake = mqtt.MqttIntake(broker, lambda _: True, system_clock)
    intake.start()
    assert heard.wait(20)
    intake.stop()
    assert "SULUH_MQTT_HOST" in told[0][0]
    assert told[0][1] == port
