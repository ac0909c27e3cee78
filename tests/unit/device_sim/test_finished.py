import errno
from pathlib import Path

import pytest

from device_sim.finished import UnfinishedError, finish, unfinished_folder
from device_sim.options import OptionError


def recording(partial: Path, days: float, error: OSError | None = None):
    def record() -> dict[str, float]:
        partial.mkdir()
        (partial / "readings").touch()
        if error:
            raise error
        return {"days": days}

    return record


def test_a_whole_recording_gets_its_name(tmp_path):
    folder = tmp_path / "mine"
    partial = unfinished_folder(folder)
    assert finish(recording(partial, 3), 3, partial, folder) == {"days": 3}
    assert (folder / "readings").exists()
    assert not partial.exists()


def test_an_empty_folder_may_be_there(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    partial = unfinished_folder(folder)
    finish(recording(partial, 3), 3, partial, folder)
    assert (folder / "readings").exists()


def test_a_stopped_recording_never_looks_whole(tmp_path):
    folder = tmp_path / "mine"
    partial = unfinished_folder(folder)
    with pytest.raises(UnfinishedError, match=r"2 of 3 days.*mine\.part"):
        finish(recording(partial, 2), 3, partial, folder)
    assert not folder.exists()
    with pytest.raises(OptionError, match="broken off"):
        unfinished_folder(folder)


def test_a_full_disk_is_said_in_words(tmp_path):
    folder = tmp_path / "mine"
    partial = unfinished_folder(folder)
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(UnfinishedError, match="the disk is full"):
        finish(recording(partial, 3, full), 3, partial, folder)
    assert not folder.exists()


def test_other_errors_pass(tmp_path):
    folder = tmp_path / "mine"
    partial = unfinished_folder(folder)
    with pytest.raises(PermissionError):
        finish(recording(partial, 3, PermissionError("no")), 3, partial, folder)


def test_what_is_there_is_never_written_over(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    with pytest.raises(OptionError, match="not empty"):
        unfinished_folder(tmp_path)
    with pytest.raises(OptionError, match="a file"):
        unfinished_folder(file)
