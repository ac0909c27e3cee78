"""What receipts tell of the devices' clocks, as columns beside the indicators.

- ``clock_ahead_h``: median of time - received [h] over a day's readings whose time is plainly wrong
  (more than an hour ahead of the receipt, or more than 60 days behind it: then below zero); 0 on a
  day when none is, NaN on a day without a receipt.
- ``clock_lag_h``: least of received - time [h] of the day's receipts. Near 0 for a clock that is
  right, whatever was delivered late; below zero for one ahead; hours each day for one behind.

Both are NaN for everybody on a day on which most clocks are ahead: the receiver's is wrong then.
A day is the UTC day of receipt. A plain store has neither: its tables lack both columns.
In the nightly run they come from the times that the collector had to rebuild (``ClockedStore``).
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, runtime_checkable

from analytics.indicators.day_view import Floats


@runtime_checkable
class ReceiptClocks(Protocol):
    """A store that remembers when the readings of each device were received."""

    def clock_columns(self, codes: Sequence[str], first_day: date, days: int) -> dict[str, Floats]:
        """Both columns for some systems by code, each of shape (len(codes), days)."""
        ...
