"""What the gateway takes from the environment: secrets and the log level; all else is its file."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """``SULUH_MQTT_USERNAME`` (the gateway's own name when unset) and ``SULUH_MQTT_PASSWORD``."""

    model_config = SettingsConfigDict(env_prefix="SULUH_", frozen=True, extra="ignore")

    mqtt_username: str = Field(default="", description="user name at the broker")
    mqtt_password: SecretStr = Field(default=SecretStr(""), description="password at the broker")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
