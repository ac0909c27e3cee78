"""A collector seen from outside while it works: its memory, and what waits in its spool."""

import sqlite3
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

EVERY_S = 0.5
_PAGE_KB = 4


@dataclass
class Watch:
    """Samples a process and its spool's file between ``start`` and ``stop``.

    ``rss_mb`` has a value for each sample; ``longest_wait_s`` is how long anything live had waited
    in the spool at worst, ``most_waiting`` the deliveries of every kind.
    """

    pid: int
    spool: Path
    rss_mb: list[float] = field(default_factory=list)
    longest_wait_s: float = 0.0
    most_waiting: int = 0

    def __post_init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ending.set()
        self._thread.join()

    def memory(self) -> dict[str, float]:
        """Median memory [MB] of the second, third and last quarter of the time: flat or not."""
        quarter = max(1, len(self.rss_mb) // 4)
        parts = [sorted(self.rss_mb[i * quarter : (i + 1) * quarter]) for i in (1, 2, 3)]
        names = ("second_quarter", "third_quarter", "last_quarter")
        middle = [part[len(part) // 2] if part else 0.0 for part in parts]
        return dict(zip(names, middle, strict=True)) | {"most": max(self.rss_mb, default=0.0)}

    def waiting(self) -> int:
        """Deliveries that are on disk and not stored yet."""
        return sum(many for many, _ in self._queues())

    def _run(self) -> None:
        while not self._ending.wait(EVERY_S):
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
            self.rss_mb.append(round(pages * _PAGE_KB / 1024, 1))
            (live, oldest_s), (backlog, _) = self._queues()
            self.most_waiting = max(self.most_waiting, live + backlog)
            if live:
                self.longest_wait_s = max(self.longest_wait_s, time.time() - oldest_s)

    def _queues(self) -> list[tuple[int, float]]:
        """(how many wait, when the first of them was received), live ones and backlog."""
        connection = sqlite3.connect(f"file:{self.spool}?mode=ro", uri=True, timeout=30)
        try:
            settled = {0: 0, 1: 0} | dict(connection.execute("SELECT * FROM progress"))
            found = []
            for kind in (0, 1):
                waiting = "FROM deliveries WHERE backlog = ? AND id > ?"
                (many,) = connection.execute(
                    f"SELECT count(*) {waiting}",
                    (kind, settled[kind]),
                ).fetchone()
                first = connection.execute(
                    f"SELECT received_s {waiting} ORDER BY id LIMIT 1", (kind, settled[kind])
                ).fetchone()
                found.append((many, first[0] if first else 0.0))
            return found
        finally:
            connection.close()
