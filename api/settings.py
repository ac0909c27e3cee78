"""What the API process reads from the environment, and nothing else does."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Where the pages are served.

    There is no log-in yet, so the default address answers this machine alone.
    """

    model_config = SettingsConfigDict(env_prefix="SULUH_API_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="address to listen on (SULUH_API_HOST)")
    port: int = Field(default=8000, ge=0, le=65_535, description="its port (SULUH_API_PORT)")
    plan_mb: float = Field(
        default=0.0, ge=0.0, description="MB a month that a publisher has paid for; 0: not told"
    )
    operator_token: SecretStr = Field(
        default=SecretStr(""), description="what operators of dead letters must know"
    )
