import pytest
from pydantic import ValidationError

from device_sim.settings import SimulatorSettings


def test_credentials_come_from_the_environment_and_are_not_shown(monkeypatch):
    monkeypatch.setenv("SULUH_SIM_MQTT_USERNAME", "field")
    monkeypatch.setenv("SULUH_SIM_MQTT_PASSWORD", "secret-1")
    settings = SimulatorSettings()
    assert settings.sim_mqtt_username == "field"
    assert settings.sim_mqtt_password.get_secret_value() == "secret-1"
    assert "secret-1" not in repr(settings)


def test_without_an_environment_it_is_anonymous(monkeypatch):
    monkeypatch.delenv("SULUH_SIM_MQTT_USERNAME", raising=False)
    assert SimulatorSettings().sim_mqtt_username == ""


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        SimulatorSettings().log_level = "DEBUG"
