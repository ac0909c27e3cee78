"""What is to be changed in the registry, and the port of a registry that can be changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from collector.domain.device import Assignment, System, Village
from collector.fleet.port import Fleet


@dataclass(frozen=True, slots=True)
class FleetChanges:
    """Everything one import or one swap does. Nothing is ever deleted.

    ``villages`` and ``systems`` are new or changed. ``ended`` assignments carry the moment they
    end; ``corrected`` ones (as they are, as they shall be) keep serial and system.
    """

    villages: tuple[Village, ...] = ()
    systems: tuple[System, ...] = ()
    ended: tuple[Assignment, ...] = ()
    corrected: tuple[tuple[Assignment, Assignment], ...] = ()
    begun: tuple[Assignment, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.villages or self.systems or self.ended or self.corrected or self.begun)


class ChangeableFleet(Protocol):
    """A registry that can be read and changed."""

    def load(self) -> Fleet:
        """The registry as of now."""
        ...

    def change(self, plan: Callable[[Fleet], FleetChanges]) -> FleetChanges:
        """Carry out what ``plan`` makes of the registry as it is, all of it or nothing.

        Nobody else changes the registry in between. Whatever ``plan`` raises undoes everything.
        Raises sqlalchemy's IntegrityError when assignments would overlap.
        """
        ...


class EmptyFleet:
    """Holds nothing and keeps nothing: what a dry run meets before the first use."""

    def load(self) -> Fleet:
        """Nothing."""
        return Fleet()

    def change(self, plan: Callable[[Fleet], FleetChanges]) -> FleetChanges:
        """What would be done."""
        return plan(Fleet())
