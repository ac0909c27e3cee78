"""What the ledger part of the API answers."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from collector.ledger.balance.account import Counted

_EXAMPLE: JsonDict = {
    "sent": 4_682_112,
    "stored": 4_681_500,
    "dead_letters": 12,
    "spooled": 400,
    "at_device": 189,
    "lost_holes": 11,
    "duplicates_ignored": 2_310,
    "unnumbered": 0,
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
    balanced: bool

    @classmethod
    def of(cls, counted: Counted) -> "AccountOut":
        """From the ledger."""
        account = counted.account
        return cls(**account.as_dict(), unnumbered=counted.unnumbered, balanced=account.balanced)
