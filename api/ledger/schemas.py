"""What the ledger part of the API answers."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from collector.domain.clock import utc
from collector.ledger.balance.account import Counted, DeviceAccount, PublisherTraffic

_EXAMPLE: JsonDict = {
    "sent": 4_682_112,
    "stored": 4_681_500,
    "dead_letters": 12,
    "spooled": 400,
    "at_device": 189,
    "lost_holes": 11,
    "duplicates_ignored": 2_310,
    "unnumbered": 0,
    "unread_messages": 0,
    "balanced": True,
}


class AccountOut(BaseModel):
    """Distinct readings by what became of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    sent: int = Field(description="the sum of the next five when it balances")
    stored: int
    dead_letters: int
    spooled: int = Field(description="received, on disk, not stored yet")
    at_device: int = Field(description="missing and asked for, or said to wait there")
    lost_holes: int = Field(description="given up, and listed")
    duplicates_ignored: int = Field(description="came again and changed nothing; not in the sum")
    unnumbered: int = Field(description="of all these: without a number, counted as they came")
    unread_messages: int = Field(
        description="in a full spool and not counted yet: ask again; 0 while little waits"
    )
    balanced: bool

    @classmethod
    def of(cls, counted: Counted) -> "AccountOut":
        """From the ledger."""
        account = counted.account
        return cls(
            **account.as_dict(),
            unnumbered=counted.unnumbered,
            unread_messages=counted.unread,
            balanced=account.balanced,
        )


class DeviceAccountOut(BaseModel):
    """The readings of one device, of all who spoke for it; what waits in spools is left out."""

    serial: str
    sent: int
    stored: int
    dead_letters: int
    at_device: int
    lost_holes: int
    why_lost: str
    duplicates_ignored: int
    unnumbered: int
    heard_at: datetime

    @classmethod
    def of(cls, device: DeviceAccount) -> "DeviceAccountOut":
        """From the ledger."""
        figures = device.account.as_dict()
        del figures["spooled"]
        return cls(
            serial=device.serial,
            **figures,
            why_lost=device.why_lost,
            unnumbered=device.unnumbered,
            heard_at=utc(device.heard_s),
        )


class DeviceAccountsOut(BaseModel):
    """One page of devices by ascending serial."""

    items: list[DeviceAccountOut]
    next_cursor: str | None = Field(description="pass it as `cursor` for the next page")


class TrafficOut(BaseModel):
    """What a publisher sent in a month."""

    publisher: str
    messages: int
    payload_bytes: int
    line_bytes: int = Field(description="estimate of what the SIM card is charged")
    plan_share: float | None = Field(description="of its data plan, 1 is all; null: no plan told")

    @classmethod
    def of(cls, sent: PublisherTraffic, plan_mb: float) -> "TrafficOut":
        """From the ledger, held against the plan."""
        counts = sent.traffic
        return cls(
            publisher=sent.publisher,
            messages=counts.messages,
            payload_bytes=counts.payload_bytes,
            line_bytes=counts.line_bytes,
            plan_share=sent.plan_share(plan_mb),
        )


class TrafficsOut(BaseModel):
    """A month's traffic, who sent most first."""

    month: str
    items: list[TrafficOut]
