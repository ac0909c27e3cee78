"""The account of this installation, joined from its database and its spools."""

from collections.abc import Sequence

from sqlalchemy import Engine

from collector.bootstrap import decode
from collector.ledger.balance.account import Books, Counted, add_spooled, add_unseen
from collector.ledger.balance.repository import SqlBalance
from collector.ledger.balance.spooled import spooled_notes
from collector.ledger.repository import SqlLedger
from collector.settings import CollectorSettings


def account_now(
    settings: CollectorSettings, engine: Engine, serials: Sequence[str] | None = None
) -> Counted:
    """What became of every reading, of all or of these devices, the spools of this folder too.

    Raises SpoolUnavailableError, or one of DATABASE_TROUBLE.
    """
    files = sorted(settings.spool_file.parent.glob("*.db"))
    ledger = SqlLedger(engine)
    waiting = spooled_notes(files, decode, ledger, serials)
    # What is stored between the two looks is counted by its numbers, as stored.
    counted = SqlBalance(engine).total(serials)
    add_spooled(counted, waiting, ledger)
    add_unseen(counted)
    return counted


def open_books(settings: CollectorSettings, engine: Engine) -> Books:
    """The ledger of this installation, as people and machines ask it."""
    balance = SqlBalance(engine)
    return Books(
        lambda serials: account_now(settings, engine, serials),
        balance.devices,
        balance.troubled,
        balance.traffic,
    )
