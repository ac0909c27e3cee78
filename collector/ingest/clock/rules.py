"""Which times cannot be true, and what they are rebuilt to; pure functions of arrays."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet

AHEAD_S = 600
"""A clock may run this far ahead of the collector's before its time is not believed."""
EARLIEST_S = 1_262_304_000
"""2010-01-01: no system of the programme is older; an unset clock says 1970 or 2000."""
LATEST_S = 45 * DAY_S
"""Late data is welcome this long: a rebuilt time is never older than that."""
FEWEST_SENDERS, MOST_AHEAD = 5, 0.5
"""Clocks go wrong one by one: where most senders are ahead, the collector's own is late [K]."""
_EPOCH_ORDINAL = 719_163


def wrong_times(
    batch: ReadingBatch, fleet: Fleet, sender_of_row: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Rows (shape (n,)) whose time is ahead of its receipt, or before the device was installed.

    ``sender_of_row`` tells senders apart by number. Where most of them are ahead at once the
    receipts are wrong, and the devices' times stand.
    """
    ahead = batch.time_s > batch.received_s + AHEAD_S
    heard = np.unique(sender_of_row).size
    if heard >= FEWEST_SENDERS and np.unique(sender_of_row[ahead]).size > MOST_AHEAD * heard:
        ahead[:] = False
    return ahead | (batch.time_s < _installed_s(batch.serials, fleet)[batch.serial_code])


def rebuilt(
    sequence: NDArray[np.float64],
    device_time_s: NDArray[np.float64],
    received_s: NDArray[np.float64],
    offset_s: float | None,
) -> NDArray[np.int64]:
    """Times (shape (n,)) of one boot's readings with a wrong clock, ``n`` at least 1.

    A clock that runs on, only from a wrong beginning, is moved as a whole: by ``offset_s``, what
    the boot's earlier readings were moved by (None: there are none), or, where that leads past the
    receipt or too far back, so that the newest was taken when it was received. A clock that stands
    or jumps tells nothing: the newest was received just then, each before it a second earlier.
    """
    order = np.argsort(sequence, kind="stable")
    passed_s = np.diff(device_time_s[order])
    if (passed_s > 0).all() and passed_s.sum() < LATEST_S:
        # The least delay of any: no reading was received before it was taken.
        own_s = float((received_s - device_time_s).min())
        for moved_s in (offset_s, own_s):
            if moved_s is None:
                continue
            late_s = received_s - (device_time_s + moved_s)
            if late_s.min() > -1.0 and late_s.max() < LATEST_S:
                return np.floor(device_time_s + moved_s).astype(np.int64)
    newest = order[-1]
    back_s = np.minimum(sequence[newest] - sequence, LATEST_S)
    return np.floor(received_s[newest] - back_s).astype(np.int64)


def _installed_s(serials: tuple[str, ...], fleet: Fleet) -> NDArray[np.int64]:
    """When each device's first system was installed, a day early: that is a day of some zone."""
    found = np.full(max(len(serials), 1), EARLIEST_S, np.int64)
    for i, serial in enumerate(serials):
        first = next(iter(fleet.by_serial.get(serial, ())), None)
        if first is not None:
            installed_on = fleet.by_code[first.system].installed_on
            found[i] = (installed_on.toordinal() - _EPOCH_ORDINAL - 1) * DAY_S
    return np.maximum(found, EARLIEST_S)
