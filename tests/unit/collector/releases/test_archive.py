"""Only a signed version of Suluh is made known, and who brings something else is told why."""

import pytest

from collector.releases import archive as releases_archive
from collector.releases.archive import NoVersionError, read_release
from tests.fixtures.versions import new_signer, sha256, small_version

pytestmark = pytest.mark.ssh_keygen


@pytest.fixture
def signer(tmp_path):
    return new_signer(tmp_path)


@pytest.mark.parametrize("around", ["v", "."])
def test_a_signed_version_is_one(tmp_path, signer, around):
    archive = small_version(tmp_path, around=around)
    signature = signer.sign(archive)
    made, content, checked = read_release(archive, signature, "suluh-0.2", 7.0)
    assert (made.digest, made.name, made.made_s) == (sha256(archive), "suluh-0.2", 7.0)
    assert (content, made.size_bytes) == (archive.read_bytes(), archive.stat().st_size)
    assert (made.signature, checked) == (signature.read_text(), True)
    assert made.short == made.digest[:16]


def _text(tmp_path, signer):
    archive = tmp_path / "text.tar.gz"
    archive.write_text("no archive")
    return archive, signer.sign(archive)


def _lacks(tmp_path, signer):
    archive = small_version(tmp_path, lacks="suluh")
    return archive, signer.sign(archive)


def _of_another(tmp_path, signer):
    return small_version(tmp_path), signer.sign(small_version(tmp_path, "other"))


def _for_another_use(tmp_path, signer):
    archive = small_version(tmp_path)
    return archive, signer.sign(archive, "file")


def _no_signature(tmp_path, _signer):
    archive = small_version(tmp_path)
    return archive, archive


def _unsigned(tmp_path, _signer):
    archive = small_version(tmp_path)
    return archive, tmp_path / "none.sig"


def _missing(tmp_path, _signer):
    return tmp_path / "none.tar.gz", tmp_path / "none.sig"


@pytest.mark.parametrize(
    ("bring", "words"),
    [
        (_text, "is no archive"),
        (_lacks, "it lacks suluh"),
        (_of_another, "is not of this archive. Make one where the key is: ssh-keygen -Y sign"),
        (_for_another_use, "is not of this archive"),
        (_no_signature, "is no signature"),
        (_unsigned, "cannot be read: No such file or directory. Make one where the key is"),
        (_missing, "none.tar.gz cannot be read"),
    ],
)
def test_what_is_none_is_refused_with_what_to_do(tmp_path, signer, bring, words):
    with pytest.raises(NoVersionError, match=words):
        read_release(*bring(tmp_path, signer), "suluh-0.2", 7.0)


def test_a_name_that_is_none_and_an_archive_too_large_are_refused(tmp_path, signer, monkeypatch):
    archive = small_version(tmp_path)
    signature = signer.sign(archive)
    for name in ("", "a b", "x" * 65, "-x"):
        with pytest.raises(NoVersionError, match="cannot be a name"):
            read_release(archive, signature, name, 7.0)
    monkeypatch.setattr(releases_archive, "MOST_BYTES", 10)
    with pytest.raises(NoVersionError, match="pack only suluh"):
        read_release(archive, signature, "a", 7.0)


def test_without_ssh_keygen_it_is_said_that_nobody_looked(tmp_path, signer, monkeypatch):
    archive = small_version(tmp_path)
    signature = signer.sign(small_version(tmp_path, "other"))
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert read_release(archive, signature, "a", 7.0)[2] is False
