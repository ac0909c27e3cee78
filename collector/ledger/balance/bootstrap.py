"""The account of this installation, joined from its database and its spools."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine

from collector.bootstrap import decode
from collector.ledger.balance.account import Books, Counted, add_spooled, add_unseen
from collector.ledger.balance.repository import SqlBalance
from collector.ledger.balance.spool_count import SpoolCount
from collector.ledger.balance.spooled import spooled_notes
from collector.ledger.port import Key
from collector.ledger.repository import SqlLedger
from collector.ledger.standing import Note
from collector.settings import CollectorSettings


def account_now(
    settings: CollectorSettings, engine: Engine, serials: Sequence[str] | None = None
) -> Counted:
    """What became of every reading, of all or of these devices, the spools of this folder too.

    Each waiting delivery is read, which takes minutes where a spool is full.
    Raises SpoolUnavailableError, or one of DATABASE_TROUBLE.
    """
    waiting = spooled_notes(_files(settings), decode, SqlLedger(engine), serials)
    return _counted(engine, waiting, serials)


def open_books(settings: CollectorSettings, engine: Engine) -> Books:
    """The ledger of this installation, as people and machines ask it again and again."""
    balance = SqlBalance(engine)
    spools = SpoolCount(decode, SqlLedger(engine), time.monotonic)

    def account(serials: Sequence[str] | None) -> Counted:
        waiting, unread = spools.notes(_files(settings), serials)
        counted = _counted(engine, waiting, serials)
        counted.unread = unread
        return counted

    return Books(account, balance.devices, balance.troubled, balance.traffic)


def _files(settings: CollectorSettings) -> list[Path]:
    return sorted(settings.spool_file.parent.glob("*.db"))


def _counted(engine: Engine, waiting: Mapping[Key, Note], serials: Sequence[str] | None) -> Counted:
    # What is stored between the two looks is counted by its numbers, as stored.
    counted = SqlBalance(engine).total(serials)
    add_spooled(counted, waiting, SqlLedger(engine))
    add_unseen(counted)
    return counted
