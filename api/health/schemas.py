"""What the health routes answer."""

from pydantic import BaseModel, Field


class HealthOut(BaseModel):
    """The process answers."""

    status: str = Field("ok", examples=["ok"])


class ReadyOut(BaseModel):
    """Everything it stands on answers too."""

    status: str = Field("ready", examples=["ready"])
    checks: dict[str, str] = Field(examples=[{"store": "ok", "database": "ok"}])
