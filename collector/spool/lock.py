"""One process at a time: a file that is locked for as long as its holder lives."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """Held until ``release`` or the end of the process, however it ends."""

    def __init__(self, path: Path) -> None:
        """Raises BlockingIOError when another process holds it, OSError when it cannot be made."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Let the next one have it."""
        os.close(self._file)
