"""The states a system can be in: words that detectors, tickets and pages share."""

from enum import StrEnum


class SystemStatus(StrEnum):
    """What is known of a system; one list for pages, SMS, API and reports."""

    OK = "ok"
    WATCH = "watch"
    FAULT = "fault"
    SILENT = "silent"
    BLOCKED = "blocked"
    NEW = "new"
    SERVICE = "service"
