"""A recording that bears its name only when it is whole: until then its folder ends in .part."""

import errno
from collections.abc import Callable
from pathlib import Path

from device_sim.options import OptionError

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


class UnfinishedError(OSError):
    """A recording ended before its end; the message says what is left of it."""


def unfinished_folder(folder: Path) -> Path:
    """Where a recording lies until it is whole.

    Raises OptionError when the folder or what an earlier run left of it is in the way.
    """
    partial = folder.with_name(folder.name + ".part")
    if folder.exists() and not folder.is_dir():
        raise OptionError(f"--record {folder}: that is a file; name a new folder")
    if folder.exists() and any(folder.iterdir()):
        raise OptionError(f"--record {folder}: not empty; name a new folder")
    if partial.exists():
        raise OptionError(
            f"--record {folder}: {partial} is what a recording left that was broken off;"
            " delete it or name another folder"
        )
    return partial


def finish(
    record: Callable[[], dict[str, float]], days: int, partial: Path, folder: Path
) -> dict[str, float]:
    """Record into ``partial`` and give it its name; the account of it.

    Raises UnfinishedError when ``record`` did fewer days, and when the disk is full; other errors
    pass. ``partial`` is then left as it is.
    """
    try:
        account = record()
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise UnfinishedError(
            f"the disk is full: {partial} is not finished; delete it, make room or record elsewhere"
        ) from error
    if account["days"] < days:
        raise UnfinishedError(
            f"stopped after {account['days']:.0f} of {days} days: {partial} is not finished;"
            " delete it"
        )
    partial.rename(folder)
    return account
