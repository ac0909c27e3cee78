"""What the pages and the API stand on: ports and a clock, handed in by the bootstrap."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analytics.detectors import DETECTORS
from analytics.detectors.detector import Detector
from analytics.prognosis.port import ForecastBook
from analytics.tickets.port import TicketBook
from collector.domain.clock import Clock
from collector.fleet.port import FleetSource
from collector.ingest.dead_letters import DeadLetter, DeadLetters
from collector.ingest.second_chance import SecondChance
from collector.ledger.balance.account import Books
from collector.store.port import ReadingStore, StoreUnavailableError


@dataclass(frozen=True)
class Services:
    """Everything a request may use.

    ``detectors`` gives the words of each fault code. ``unavailable`` lists the errors that mean
    "a server is out of reach, try again": the answer to them is 503, never 500. ``second_chance``
    replays a dead letter, or what it was mended to; operators know ``operator_token`` (empty:
    there are none). ``books`` is the ledger; ``plan_mb`` a publisher's data plan a month (0: none).
    """

    store: ReadingStore
    fleet: FleetSource
    book: TicketBook
    forecasts: ForecastBook
    dead_letters: DeadLetters | None
    clock: Clock
    detectors: Mapping[str, Detector] = field(default_factory=lambda: DETECTORS)
    unavailable: tuple[type[Exception], ...] = (StoreUnavailableError,)
    second_chance: Callable[[DeadLetter, bytes | None], SecondChance] | None = None
    operator_token: str = ""
    books: Books = field(default_factory=Books)
    plan_mb: float = 0.0
