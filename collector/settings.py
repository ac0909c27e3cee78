"""What the collector reads from its environment; nothing else in it does."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StoreSettings(BaseSettings):
    """Where readings and relational data are kept; shared by every process that opens them."""

    model_config = SettingsConfigDict(env_prefix="SULUH_", frozen=True, extra="ignore")

    data_dir: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    store: Literal["duckdb", "influxdb"] = "duckdb"
    influxdb_url: str = "http://127.0.0.1:8086"
    influxdb_token: SecretStr = SecretStr("")
    influxdb_org: str = "suluh"
    influxdb_bucket: str = "readings"

    @property
    def relational_url(self) -> str:
        """SQLAlchemy URL: what was set, else a SQLite file in the data folder."""
        set_url = self.database_url.get_secret_value()
        return set_url or f"sqlite:///{(self.data_dir / 'suluh.db').resolve()}"


class CollectorSettings(StoreSettings):
    """The collector's doors."""

    mqtt_host: str = "127.0.0.1"
    mqtt_port: int = 1883
    mqtt_username: str = ""
    mqtt_password: SecretStr = SecretStr("")
    mqtt_ca_file: str = ""
    mqtt_protocol: Literal[5, 3] = 5
    mqtt_reader: Literal["paho", "bulk"] = "paho"
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8001, ge=0, le=65_535)
    http_certificate: str = ""
    http_key: str = ""
    status_host: str = "127.0.0.1"
    status_port: int = Field(default=8002, ge=0, le=65_535)
    collector_id: str = Field(default="suluh-collector-1", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    spool_max_mb: int = Field(default=2_000, ge=10)
    spool_keep_h: float = Field(default=24.0, ge=0.0)
    log_level: str = "INFO"

    @property
    def spool_file(self) -> Path:
        """Where this collector keeps what it has received and not stored yet."""
        return self.data_dir / "spool" / f"{self.collector_id}.db"

    @field_validator("mqtt_ca_file", "http_certificate", "http_key")
    @classmethod
    def _is_there(cls, path: str) -> str:
        if path and not Path(path).is_file():
            raise ValueError("there is no such file")
        return path
