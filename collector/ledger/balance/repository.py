"""The ledger's sums out of the relational database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, select, true

from collector.ingest.tables import dead_letters
from collector.ledger.balance.account import Account, Counted, DeviceAccount, PublisherTraffic
from collector.ledger.port import UNNUMBERED, Traffic
from collector.ledger.tables import publisher_states, sequences, traffic

_SUMS = ("sent", "stored", "refused", "lost", "missing", "duplicates")
_UNNUMBERED = case((sequences.c.boot == UNNUMBERED, sequences.c.sent), else_=0)


class SqlBalance:
    """Reads sums; every method is one or a few queries, whatever the fleet's size."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def total(self, serials: Sequence[str] | None = None) -> Counted:
        """The account without what waits in spools: of all, or of these devices alone."""
        with self._engine.connect() as connection:
            chosen = true() if serials is None else sequences.c.serial.in_(serials)
            columns = [func.coalesce(func.sum(sequences.c[name]), 0) for name in _SUMS]
            unnumbered = func.coalesce(func.sum(_UNNUMBERED), 0)
            *sums, loose = connection.execute(select(*columns, unnumbered).where(chosen)).one()
            counted = Counted(_account(sums), int(loose))
            _add_letters(connection, counted, serials)
            counted.unseen = _unseen(connection, serials)
        return counted

    def devices(
        self, after: str = "", limit: int = 100, serials: Sequence[str] | None = None
    ) -> list[DeviceAccount]:
        """Accounts of devices by ascending serial, from the one after ``after`` on."""
        columns = [func.sum(sequences.c[name]) for name in _SUMS]
        more = (func.sum(_UNNUMBERED), func.max(sequences.c.heard_s), func.max(sequences.c.reason))
        chosen = sequences.c.serial > after
        if serials is not None:
            chosen = and_(chosen, sequences.c.serial.in_(serials))
        query = select(sequences.c.serial, *columns, *more).where(chosen)
        query = query.group_by(sequences.c.serial).order_by(sequences.c.serial).limit(limit)
        with self._engine.connect() as connection:
            return [
                DeviceAccount(serial, _account(rest[:6]), int(rest[6]), rest[7], rest[8] or "")
                for serial, *rest in connection.execute(query)
            ]

    def troubled(self, limit: int = 50) -> list[DeviceAccount]:
        """Devices of which something is missing or lost, most of it first."""
        gone = func.sum(sequences.c.missing + sequences.c.lost)
        query = select(sequences.c.serial).group_by(sequences.c.serial).having(gone > 0)
        with self._engine.connect() as connection:
            found = connection.scalars(query.order_by(gone.desc()).limit(limit)).all()
        order = {serial: place for place, serial in enumerate(found)}
        return sorted(self.devices("", limit, found), key=lambda d: order[d.serial])

    def open_holes(self) -> tuple[int, int]:
        """(devices of which something is missing, how many readings); quick while they are few."""
        # Only what is missing is to be asked for, and that has an index.
        columns = (func.count(sequences.c.serial.distinct()), func.sum(sequences.c.missing))
        with self._engine.connect() as connection:
            query = select(*columns).where(sequences.c.ask_s >= 0)
            devices, readings = connection.execute(query).one()
        return int(devices), int(readings or 0)

    def traffic(self, month: str, limit: int = 100) -> list[PublisherTraffic]:
        """Publishers' traffic of a month ("2026-11"), the dearest first."""
        query = select(traffic).where(traffic.c.month == month)
        query = query.order_by(traffic.c.line_bytes.desc(), traffic.c.publisher).limit(limit)
        with self._engine.connect() as connection:
            return [
                PublisherTraffic(publisher, of, Traffic(*counts))
                for publisher, of, *counts in connection.execute(query)
            ]


def _account(sums: Sequence[Any]) -> Account:
    sent, stored, refused, lost, missing, duplicates = map(int, sums)
    return Account(sent, stored, refused, 0, missing, lost, duplicates)


def _add_letters(connection: Connection, counted: Counted, serials: Sequence[str] | None) -> None:
    """Refused readings without a number: known by their letters, stored once those are settled."""
    chosen: ColumnElement[bool] = true()
    if serials is not None:
        chosen = dead_letters.c.publisher.in_(serials)
    is_open = dead_letters.c.settled_s.is_(None)
    dead, settled = (
        int(value or 0)
        for value in connection.execute(
            select(
                func.sum(case((is_open, dead_letters.c.unnumbered), else_=0)),
                func.sum(case((is_open, 0), else_=dead_letters.c.unnumbered)),
            ).where(chosen)
        ).one()
    )
    counted.account.sent += dead + settled
    counted.account.dead_letters += dead
    counted.account.stored += settled
    counted.unnumbered += dead + settled


def _unseen(connection: Connection, serials: Sequence[str] | None) -> dict[str, int]:
    """Readings that publishers say they keep and that we have not heard of in any way."""
    said = connection.execute(select(publisher_states)).all()
    if serials is not None:
        said = [row for row in said if row.publisher in set(serials)]
    found = {}
    for row in said:
        since = sequences.c.boot >= row.since_boot
        mine = and_(sequences.c.publisher == row.publisher, since)
        sums = [func.sum(sequences.c[n]) for n in ("sent", "missing", "stored", "refused")]
        sums = connection.execute(select(*sums).where(mine)).one()
        sent, missing, stored, refused = (int(value or 0) for value in sums)
        if row.produced is not None:
            unseen = row.produced - sent
        else:  # of what it kept then, what has come since is not there any more
            unseen = row.outbox_rows - missing - (stored + refused - row.settled_then)
        if unseen > 0:
            found[row.publisher] = unseen
    return found
