"""What a publisher may forget once an upload of its is on disk, with all that the ledger has."""

from bisect import bisect_right
from collections.abc import Mapping

from collector.ledger.acks import Entry
from collector.ledger.port import Key, Ledger
from collector.ledger.ranges import Ranges, union
from collector.ledger.standing import Standing


def upload_acks(
    ledger: Ledger, publisher: str, runs: Mapping[tuple[str, int], Ranges]
) -> list[Entry]:
    """An entry for each serial and boot of the upload that the ledger knows; the others are left.

    ``rc`` ends at the first hole of what is settled and what is in the upload, and nothing else
    counts: what waits in a spool is told of when it is settled. Raises as the ledger does.
    """
    keys = {Key(publisher, serial, boot): numbers for (serial, boot), numbers in runs.items()}
    known = ledger.standings(list(keys))
    return [_entry(key, keys[key], standing) for key, standing in known.items()]


def _entry(key: Key, numbers: Ranges, standing: Standing) -> Entry:
    # Not by Standing.take: it may give up what is too scattered, which nobody has entered yet.
    both = Standing(settled=union(standing.settled, numbers), known=standing.known)
    upto, begins = both.complete_upto, [first for first, _ in both.settled]
    # Each number of the upload lies in one of them, so its run is found by where it begins.
    mine = sorted({bisect_right(begins, first) - 1 for first, _ in numbers})
    also = [list(both.settled[at]) for at in mine if begins[at] > upto]
    entry: Entry = {"sn": key.serial, "b": key.boot, "rc": upto}
    return entry | ({"also": also} if also else {})
