"""How much of something may be had by now when it may be had at a steady rate."""


class Allowance:
    """So many a minute, saved up for a minute at most; it begins full."""

    def __init__(self, per_minute: float, now_s: float) -> None:
        self._per_minute = per_minute
        self._left = per_minute
        self._since_s = now_s

    def now(self, now_s: float) -> int:
        """How many may be had; none until a tenth of a minute's worth has come together."""
        passed_min = max(0.0, now_s - self._since_s) / 60
        self._left = min(self._per_minute, self._left + passed_min * self._per_minute)
        self._since_s = now_s
        return int(self._left) if self._left >= self._per_minute / 10 else 0

    def spend(self, count: int) -> None:
        """Take that many; more than there are makes the next wait longer."""
        self._left -= count
