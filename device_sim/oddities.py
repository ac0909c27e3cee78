"""Messages that no collector can store: what wrong firmware and forgotten devices send."""

import json

import numpy as np

from device_sim.fleet import Fleet
from device_sim.message import Message

UNKNOWN_SERIAL = "KPK-X001"
_UNKNOWN_FORMAT = 99
_ROW = [1812, 245, 1334, 190, 61, 312]


def odd_messages(fleet: Fleet, end_s: int) -> list[Message]:
    """A few messages whose every row belongs into the dead letters; ``rows`` counts them.

    A device the registry does not know, rows with text for numbers, and a data format that was
    never agreed on. They carry no sequence numbers, so they leave no hole.
    """
    healthy = np.flatnonzero(~fleet.habits.street)
    texting, futuristic = (int(healthy[len(healthy) * part // 3]) for part in (1, 2))
    return [
        _odd(UNKNOWN_SERIAL, UNKNOWN_SERIAL, 1, [[900 * i, *_ROW] for i in range(8)], end_s),
        _of(fleet, texting, 1, [[900 * i, "18.12", "2.45", "error"] for i in range(6)], end_s),
        _of(fleet, futuristic, _UNKNOWN_FORMAT, [[900 * i, *_ROW] for i in range(5)], end_s),
    ]


def _of(fleet: Fleet, row: int, form: int, hd: list[list[object]], end_s: int) -> Message:
    return _odd(fleet.publishers[row], fleet.serials[row], form, hd, end_s)


def _odd(publisher: str, serial: str, form: int, hd: list[list[object]], end_s: int) -> Message:
    # 17 s past the grid, so that no honest reading shares their moments.
    base_s = end_s - 900 * (len(hd) + 1) + 897
    body = {"sn": serial, "df": form, "ts": base_s, "hd": hd}
    return Message(publisher, json.dumps(body, separators=(",", ":")).encode(), len(hd))
