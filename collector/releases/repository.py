"""Versions of the gateway's program in a relational database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Engine, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from collector.ledger.tables import publisher_states
from collector.releases.port import TELL_AGAIN_S, Order, Release, Report
from collector.releases.tables import release_orders, releases

_COLUMNS = [releases.c[f.name] for f in fields(Release)]
_ORDER_COLUMNS = [release_orders.c.gateway, release_orders.c.assigned_s, *_COLUMNS]
_ORDERS = select(*_ORDER_COLUMNS).join_from(release_orders, releases)
_LATE = and_(
    publisher_states.c.release != func.substr(release_orders.c.digest, 1, 16),
    publisher_states.c.update_said != "off",
    publisher_states.c.update_said.not_like("refused%"),
)


class SqlReleases:
    """Versions behind an engine; see Releases."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, release: Release, archive: bytes) -> bool:
        """Keep a version; False when it was there: then its name and signature are these now."""
        said = {"name": release.name, "signature": release.signature}
        renewed = update(releases).where(releases.c.digest == release.digest).values(said)
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.execute(renewed).rowcount:
                return False
            connection.execute(insert(releases).values(**asdict(release), archive=archive))
        return True

    def all(self) -> list[Release]:
        """Every version, the newest first."""
        wanted = select(*_COLUMNS).order_by(releases.c.made_s.desc(), releases.c.digest)
        with self._engine.connect() as connection:
            return [Release(*row) for row in connection.execute(wanted)]

    def archive(self, gateway: str, digest: str) -> bytes | None:
        """The archive, for the gateway that is to run just this version; else None."""
        wanted = select(releases.c.archive).join_from(releases, release_orders)
        wanted = wanted.where(release_orders.c.gateway == _name(gateway))
        with self._engine.connect() as connection:
            return connection.scalar(wanted.where(releases.c.digest == _name(digest)))

    def assign(self, digest: str, gateways: Sequence[str], now_s: float) -> None:
        """Let these run it from now on, whatever they were to run before. All or none."""
        if not gateways:
            return
        rows = [{"gateway": g, "digest": digest, "assigned_s": now_s} for g in gateways]
        dialect = postgresql if self._engine.name == "postgresql" else sqlite
        statement = dialect.insert(release_orders)
        new = {name: statement.excluded[name] for name in ("digest", "assigned_s")}
        statement = statement.on_conflict_do_update(
            index_elements=["gateway"], set_={**new, "told_s": None}
        )
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(statement, rows)

    def take_back(self, gateways: Sequence[str]) -> list[str]:
        """No wish any more for these; those that had an order. They go on with what they run."""
        gone = delete(release_orders).where(release_orders.c.gateway.in_(gateways))
        with self._engine.execution_options(writes=True).begin() as connection:
            return sorted(connection.scalars(gone.returning(release_orders.c.gateway)))

    def order(self, gateway: str) -> Order | None:
        """What this one is to run."""
        with self._engine.connect() as connection:
            wanted = _ORDERS.where(release_orders.c.gateway == _name(gateway))
            row = connection.execute(wanted).first()
        return _order(row) if row else None

    def orders(self) -> Mapping[str, Order]:
        """Every order, by gateway."""
        with self._engine.connect() as connection:
            return {row.gateway: _order(row) for row in connection.execute(_ORDERS)}

    def reports(self) -> Mapping[str, Report]:
        """What each gateway said last, by its name."""
        names = ("publisher", "said_s", "release", "update_said")
        with self._engine.connect() as connection:
            rows = connection.execute(select(*(publisher_states.c[name] for name in names)))
            return {r.publisher: Report(r.said_s, r.release, r.update_said) for r in rows}

    def claim_news(self, now_s: float) -> list[str]:
        """Gateways to be told that there is something new, each given to one caller only."""
        of_it = publisher_states.c.publisher == release_orders.c.gateway
        late = select(publisher_states.c.publisher).where(of_it, _LATE).exists()
        due = or_(
            release_orders.c.told_s.is_(None),
            and_(release_orders.c.told_s <= now_s - TELL_AGAIN_S, late),
        )
        told = update(release_orders).where(due).values(told_s=now_s)
        with self._engine.connect() as connection:
            if connection.execute(select(release_orders.c.gateway).where(due)).first() is None:
                return []  # as nearly always, and then nothing needs to be locked
        with self._engine.execution_options(writes=True).begin() as connection:
            return sorted(connection.scalars(told.returning(release_orders.c.gateway)))


def _order(row: Row[Any]) -> Order:
    release = Release(row.digest, row.name, row.size_bytes, row.signature, row.made_s)
    return Order(row.gateway, release, row.assigned_s)


def _name(text: str) -> str:
    # A NUL would be an error of PostgreSQL, and nothing here has one in its name.
    return text.replace("\0", "\ufffd")
