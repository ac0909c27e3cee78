"""An archive over a line that breaks: on a real socket, to the byte, at a modest rate."""

import hashlib
import shutil
import ssl
from collections import namedtuple

import pytest

from collector.gateway import download as downloads
from collector.gateway.download import BYTES_PER_MIN, DamagedError, Download
from collector.gateway.tls import Trust
from collector.gateway.versions_door import MOST_BYTES, VersionsDoor, Wanted
from collector.intake.versions_http import VersionsDoor as ServerSide
from tests.fixtures.cut_line import CutLine
from tests.fixtures.http_door import open_door
from tests.servers.certificates import make_certificates

ARCHIVE = bytes(range(251)) * 500
SHA = hashlib.sha256(ARCHIVE).hexdigest()
WANTED = Wanted(SHA, len(ARCHIVE), "signed", 1.5)


class Scene:
    """A server, the line to it, and a gateway whose time passes only while it waits."""

    def __init__(self, port, folder, **answers):
        self.on_s, self.stop = 0.0, False
        self.answers = answers
        self.line = CutLine(port)
        self.folder = folder / "update"
        address = f"http://127.0.0.1:{self.line.port}"
        self.door = VersionsDoor(address, ("gw-boti", "two"), Trust())
        self.download = self.anew()

    def anew(self):
        return Download(
            self.door, self.folder, lambda: self.stop, lambda: self.on_s, wait=self.wait
        )

    def wait(self, seconds):
        self.on_s += seconds

    def there(self):
        return sum(file.stat().st_size for file in self.folder.iterdir())


@pytest.fixture
def scene(tmp_path):
    server = ServerSide(
        lambda _: {"sha256": SHA, "size_bytes": len(ARCHIVE), "signature": "s", "assigned_s": 1},
        lambda _, sha256: ARCHIVE if sha256 == SHA else None,
    )
    with open_door(tmp_path, versions=server) as opened:
        made = Scene(opened.port, tmp_path)
        yield made
        made.line.close()


def test_it_comes_whole_and_stays_without_another_byte(scene):
    assert scene.door.wanted() == Wanted(SHA, len(ARCHIVE), "s", 1)
    archive = scene.download.fetch(WANTED)
    assert archive.read_bytes() == ARCHIVE
    assert scene.on_s >= 60 * (len(ARCHIVE) - BYTES_PER_MIN) / BYTES_PER_MIN
    carried = scene.line.carried
    assert scene.anew().fetch(WANTED) == archive
    assert scene.line.carried == carried


def test_over_a_line_that_breaks_it_goes_on_where_it_stopped(scene):
    scene.line.cut_after(40_000)
    for _ in range(20):
        have = scene.there() if scene.folder.exists() else 0
        try:
            archive = scene.anew().fetch(WANTED)
            break
        except OSError:
            assert scene.there() > have, "each attempt brings it further"
    assert archive.read_bytes() == ARCHIVE
    assert scene.line.carried < len(ARCHIVE) + 40_000, "nothing comes twice"


def test_what_lies_there_of_another_archive_goes(scene):
    scene.folder.mkdir()
    (scene.folder / ("e" * 64 + ".tar.gz")).write_text("another")
    archive = scene.download.fetch(WANTED)
    assert list(scene.folder.iterdir()) == [archive]
    scene.download.clear()
    assert not list(scene.folder.iterdir())


def test_damage_from_before_costs_a_second_attempt_and_from_now_the_version(scene):
    scene.folder.mkdir()
    (scene.folder / f"{SHA}.tar.gz").write_bytes(bytes(70_000))
    with pytest.raises(OSError, match="from the beginning"):
        scene.download.fetch(WANTED)
    assert scene.download.fetch(WANTED).read_bytes() == ARCHIVE
    scene.download.clear()
    shorter = Wanted(SHA, len(ARCHIVE) - 1, "signed", 1.5)
    with pytest.raises(DamagedError, match="another sum"):
        scene.download.fetch(shorter)
    assert not list(scene.folder.iterdir())


def test_a_stop_and_a_full_disk_end_it_for_now(scene, monkeypatch):
    scene.stop = True
    with pytest.raises(OSError, match="stops"):
        scene.download.fetch(WANTED)
    scene.stop = False
    usage = namedtuple("usage", "total used free")(1, 1, downloads.ROOM_BYTES)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(OSError, match="MB free"):
        scene.download.fetch(WANTED)


@pytest.mark.parametrize(
    "odd",
    [
        {"sha256": "../" + "a" * 61},
        {"sha256": "A" * 64},
        {"size_bytes": 0},
        {"size_bytes": MOST_BYTES + 1},
        {"signature": "x" * 20_000},
        {"assigned_s": "now"},
    ],
)
def test_an_answer_that_cannot_be_is_none(tmp_path, odd):
    said = {"sha256": SHA, "size_bytes": 5, "signature": "s", "assigned_s": 1} | odd
    with open_door(tmp_path, versions=ServerSide(lambda _: said, lambda *_: None)) as opened:
        door = VersionsDoor(f"http://127.0.0.1:{opened.port}", ("gw-boti", "two"), Trust())
        with pytest.raises(OSError, match="unreadable answer"):
            door.wanted()


def test_credentials_go_nowhere_the_server_points_at(tmp_path):
    from tests.fixtures.pointing_server import pointing_at

    server = ServerSide(lambda _: None, lambda *_: ARCHIVE)
    with (
        open_door(tmp_path, versions=server) as elsewhere,
        pointing_at(f"http://127.0.0.1:{elsewhere.port}") as port,
    ):
        door = VersionsDoor(f"http://127.0.0.1:{port}", ("gw-boti", "two"), Trust())
        with pytest.raises(OSError, match="302"):
            door.wanted()
        assert not elsewhere.answers


@pytest.mark.openssl
def test_a_server_of_another_authority_is_not_believed(tmp_path):
    tls, other = (make_certificates(tmp_path / name) for name in ("ours", "other"))
    with open_door(tmp_path, tls=tls, versions=ServerSide(lambda _: None, lambda *_: None)) as d:
        address = f"https://127.0.0.1:{d.port}"
        assert VersionsDoor(address, ("gw-boti", "two"), Trust(str(tls.ca))).wanted() is None
        with pytest.raises((ssl.SSLError, OSError), match="CERTIFICATE_VERIFY_FAILED"):
            VersionsDoor(address, ("gw-boti", "two"), Trust(str(other.ca))).wanted()
