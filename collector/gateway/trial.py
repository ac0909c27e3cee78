"""A change of configuration or version that runs, until it is proved or taken back."""

from enum import Enum, auto

from collector.gateway.installed import Installed
from collector.gateway.probation import Probation
from collector.gateway.revisions import Revisions


class Verdict(Enum):
    """What follows."""

    GO_ON = auto()
    BEGIN_ANEW = auto()
    """Without the change of configuration."""
    LEAVE = auto()
    """This version of the program is not to run on."""


class Trial:
    """Looks at the probation now and then and tells those concerned how it ended."""

    def __init__(self, probation: Probation, revisions: Revisions, installed: Installed) -> None:
        self._probation = probation
        self._revisions = revisions
        self._installed = installed

    def verdict(self) -> Verdict:
        """What is to be done; what has proved itself is kept."""
        changed, updated = self._revisions.on_trial, self._installed.on_trial
        if not (changed or updated):
            return Verdict.GO_ON
        if self._probation.proved():
            self._revisions.keep()
            self._installed.keep()
        if not self._probation.failed():
            return Verdict.GO_ON
        why = f"{self._probation.missing()} in time"
        if changed:
            # One at a time: the version gets its own chance with the old configuration.
            self._revisions.take_back(why)
            return Verdict.BEGIN_ANEW
        self._installed.take_back(why)
        return Verdict.LEAVE
