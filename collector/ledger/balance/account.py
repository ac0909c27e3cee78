"""What became of every reading, counted in distinct readings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from collector.ledger.port import UNNUMBERED, Key, Ledger, Traffic
from collector.ledger.ranges import minus, size
from collector.ledger.standing import Note


@dataclass(slots=True)
class Account:
    """Distinct readings; ``sent`` is the sum of all but ``duplicates_ignored``.

    Numbered readings are counted by their numbers. Those without a number are counted as they
    came, so repeats of them count too; ``Counted.unnumbered`` says how many they are.
    """

    sent: int = 0
    stored: int = 0
    dead_letters: int = 0
    spooled: int = 0
    at_device: int = 0
    lost_holes: int = 0
    duplicates_ignored: int = 0

    @property
    def balanced(self) -> bool:
        """Whether what was sent is what is accounted for."""
        kept = self.stored + self.dead_letters + self.spooled
        return self.sent == kept + self.at_device + self.lost_holes

    def as_dict(self) -> dict[str, int]:
        """Its seven figures by name."""
        return asdict(self)


@dataclass(slots=True)
class Counted:
    """An account and what is said beside it.

    ``unnumbered`` readings of it were counted on receipt. ``unseen`` is what each publisher says
    it has numbered and we have never heard of (see ``add_spooled``). ``unread`` messages wait in a
    full spool and have not been counted yet: who asks again learns more.
    """

    account: Account = field(default_factory=Account)
    unnumbered: int = 0
    unseen: dict[str, int] = field(default_factory=dict)
    unread: int = 0


@dataclass(frozen=True, slots=True)
class DeviceAccount:
    """A device's numbers, of all publishers and boots; ``why_lost`` is empty when none is."""

    serial: str
    account: Account
    unnumbered: int
    heard_s: float
    why_lost: str


@dataclass(frozen=True, slots=True)
class PublisherTraffic:
    """What a publisher's messages of a month cost it."""

    publisher: str
    month: str
    traffic: Traffic

    def plan_share(self, plan_mb: float) -> float | None:
        """How much of a data plan [MB a month] it used, 1 being all; None where none is told."""
        return self.traffic.line_bytes / (plan_mb * 1e6) if plan_mb else None


@dataclass(frozen=True, slots=True)
class Books:
    """What can be asked of the ledger.

    ``account``: what became of the readings of all or of these devices, spools included.
    ``devices(after, limit)``: each device by ascending serial. ``troubled(limit)``: devices of
    which something is missing or lost, most first. ``traffic(month, limit)``: what each publisher
    sent in a month ("2026-11"), most first.
    """

    account: Callable[[Sequence[str] | None], Counted] = lambda _serials: Counted()
    devices: Callable[[str, int], list[DeviceAccount]] = lambda _after, _limit: []
    troubled: Callable[[int], list[DeviceAccount]] = lambda _limit: []
    traffic: Callable[[str, int], list[PublisherTraffic]] = lambda _month, _limit: []


def add_spooled(counted: Counted, waiting: Mapping[Key, Note], ledger: Ledger) -> None:
    """Count what waits in the spool: what is new, and what was thought to be at the device."""
    account, known = counted.account, ledger.standings(list(waiting))
    for key, note in waiting.items():
        if key.boot == UNNUMBERED:
            account.spooled += note.received
            account.sent += note.received
            counted.unnumbered += note.received
            continue
        standing = known.get(key)
        numbers = note.stored
        if standing is None:
            account.spooled += size(numbers)
            account.sent += size(numbers)
            new = size(numbers)
        else:
            before = standing.counts()
            numbers = minus(numbers, standing.settled)
            standing.take(Note(known=numbers))
            after = standing.counts()
            new = after["sent"] - before["sent"]
            account.sent += new
            account.spooled += size(numbers)
            account.at_device += after["missing"] - before["missing"] - size(numbers)
        if key.publisher in counted.unseen:
            counted.unseen[key.publisher] = max(0, counted.unseen[key.publisher] - new)


def add_unseen(counted: Counted) -> None:
    """Count what publishers say they still have and we have never heard of."""
    unseen = sum(counted.unseen.values())
    counted.account.at_device += unseen
    counted.account.sent += unseen
