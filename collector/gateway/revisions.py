"""The configuration as the server has changed it: on trial first, and taken back if it fails."""

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec
import structlog

from collector.gateway.config import ConfigError, GatewayConfig, changed, read_config

FIXED = ("gateway", "outbox", "updates")
"""What only the file decides: who it is, where its readings lie, whose versions it runs."""
MOST_STARTS = 3
"""Starts within a trial before it counts as failed: it may bring the program down [K]."""

log = structlog.get_logger(__name__)


class _Record(msgspec.Struct, omit_defaults=True):
    """What stands on disk. ``base`` is the digest of the file that the changes were made to."""

    base: str
    kept: dict[str, Any] = {}
    trial: dict[str, Any] | None = None
    starts: int = 0
    refused: str = ""


class Revisions:
    """Changes to a configuration file that is itself never written (its disk may be read-only).

    They lie beside the outbox and lapse when somebody edits the file. Raises ConfigError when the
    file itself cannot be used.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._base = read_config(file)
        self._digest = hashlib.sha256(file.read_bytes()).hexdigest()
        self._place = Path(self._base.outbox).with_name("revision.json")
        self._record = self._read()

    def start(self) -> GatewayConfig:
        """The configuration to run with now; counts the start of a trial."""
        record = self._record
        if record.trial is not None:
            if record.starts >= MOST_STARTS:
                self.take_back(f"the gateway ended {MOST_STARTS} times with it")
                return self.start()
            record.starts += 1
            self._write()
        try:
            return changed(self._base, record.kept if record.trial is None else record.trial)
        except ConfigError as error:
            # Valid for the version that accepted it, and not for this one.
            log.warning("revision_unusable", reason=str(error))
            record.kept, record.trial, record.refused = {}, None, str(error)
            self._write()
            return self._base

    @property
    def on_trial(self) -> bool:
        """Whether the present configuration has yet to prove itself."""
        return self._record.trial is not None

    @property
    def said(self) -> str:
        """For people: ``file``, ``changed``, ``trial``, or why the last change was refused."""
        record = self._record
        if record.refused:
            return f"refused: {record.refused}"
        return "trial" if self.on_trial else "changed" if record.kept else "file"

    def propose(self, changes: dict[str, Any]) -> bool:
        """Put changes on trial; False, with the reason kept, when they cannot be used."""
        record = self._record
        wanted = record.kept | changes
        if isinstance(changes.get("broker"), dict):
            wanted["broker"] = record.kept.get("broker", {}) | changes["broker"]
        try:
            _refuse_fixed(changes)
            changed(self._base, wanted)
        except ConfigError as error:
            log.warning("change_refused", reason=str(error))
            record.refused = str(error)
            self._write()
            return False
        if record.trial is None and wanted == record.kept:
            return False
        record.trial, record.starts, record.refused = wanted, 0, ""
        self._write()
        log.info("change_on_trial", names=sorted(changes))
        return True

    def keep(self) -> None:
        """The trial has proved itself."""
        if self._record.trial is not None:
            self._record = _Record(self._digest, kept=self._record.trial)
            self._write()
            log.info("change_kept")

    def take_back(self, why: str) -> None:
        """The trial has failed; what was there before returns with the next ``start``."""
        self._record = _Record(self._digest, kept=self._record.kept, refused=why)
        self._write()
        log.warning("change_taken_back", reason=why)

    def _read(self) -> _Record:
        try:
            record = msgspec.json.decode(self._place.read_bytes(), type=_Record)
        except FileNotFoundError:
            return _Record(self._digest)
        except (OSError, msgspec.DecodeError) as error:
            log.warning("revision_unreadable", reason=str(error))
            return _Record(self._digest)
        if record.base != self._digest:
            log.warning("revision_lapsed", reason="the configuration file was edited")
            return _Record(self._digest)
        return record

    def _write(self) -> None:
        part = self._place.with_suffix(".part")
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(msgspec.json.encode(self._record))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._place)
        except OSError as error:
            log.warning("revision_not_written", reason=str(error))


def _refuse_fixed(changes: dict[str, Any]) -> None:
    if fixed := [name for name in FIXED if name in changes]:
        raise ConfigError(f"{', '.join(fixed)}: decided by the gateway's own file")
