"""Moments as the files of a record tell them: ISO 8601, UTC where no zone stands."""

from datetime import UTC, datetime

from collector.domain.clock import utc


def iso(time_s: float) -> str:
    """UTC seconds as ISO 8601 with Z."""
    return utc(time_s).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> float:
    """UTC seconds of an ISO 8601 moment or day. Raises ValueError for any other text."""
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
