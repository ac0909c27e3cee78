"""Logs as one JSON object a line on standard error. Never a name, a phone number or a payload."""

import logging
import sys

import structlog


def set_up_logs(level: str) -> None:
    """Send structlog's records to standard error from ``level`` (INFO, WARNING, ...) on."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # Looked up at each record: a test, or a program around us, may have put another in place.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
