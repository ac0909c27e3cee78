"""What the simulator reads from its environment; nothing else in it does."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SimulatorSettings(BaseSettings):
    """Who the simulator is at the broker."""

    model_config = SettingsConfigDict(env_prefix="SULUH_", frozen=True, extra="ignore")

    sim_mqtt_username: str = ""
    sim_mqtt_password: SecretStr = SecretStr("")
    log_level: str = Field(default="INFO", pattern="(?i)^(debug|info|warning|error|critical)$")
