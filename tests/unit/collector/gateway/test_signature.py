"""Only what one of the named signers signed as a version is signed."""

import pytest

from collector.gateway.signature import signature_problem, signers_problem
from tests.fixtures.versions import new_signer, small_version

pytestmark = pytest.mark.ssh_keygen


@pytest.fixture
def signer(tmp_path):
    return new_signer(tmp_path)


def test_what_a_signer_signed_is_signed(tmp_path, signer):
    archive = small_version(tmp_path)
    signature = signer.sign(archive)
    assert signature_problem(signer.trusted, archive, signature) == ""
    two = tmp_path / "both"
    two.write_text(new_signer(tmp_path, "other").trusted.read_text() + signer.trusted.read_text())
    assert signature_problem(two, archive, signature) == ""


def test_nothing_else_is(tmp_path, signer):
    archive = small_version(tmp_path)
    signature = signer.sign(archive)
    stranger = new_signer(tmp_path, "stranger")
    assert "is not signed by anybody" in signature_problem(stranger.trusted, archive, signature)
    for_another_use = signer.sign(archive, "file")
    assert signature_problem(signer.trusted, archive, for_another_use)
    signature = signer.sign(archive)
    archive.write_bytes(archive.read_bytes() + b"x")
    assert signature_problem(signer.trusted, archive, signature)
    (tmp_path / "odd.sig").write_text("no signature")
    assert signature_problem(signer.trusted, archive, tmp_path / "odd.sig")


def test_somebody_with_another_role_is_no_signer(tmp_path, signer):
    archive = small_version(tmp_path)
    signature = signer.sign(archive)
    role, stranger = tmp_path / "role", new_signer(tmp_path, "stranger")
    ours = signer.trusted.read_text().replace("suluh ", "somebody ", 1)
    role.write_text(ours + stranger.trusted.read_text())
    assert "is not signed by anybody" in signature_problem(role, archive, signature)


def test_where_it_cannot_be_told_it_is_not_answered(tmp_path, signer, monkeypatch):
    archive = small_version(tmp_path)
    signature = signer.sign(archive)
    assert signers_problem(signer.trusted) == ""
    with pytest.raises(OSError, match=r"cannot read the signers in .*none"):
        signature_problem(tmp_path / "none", archive, signature)
    (tmp_path / "nobody").write_text("# none yet\n")
    with pytest.raises(OSError, match="names no signer: write lines like"):
        signature_problem(tmp_path / "nobody", archive, signature)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OSError, match="apt-get install openssh-client"):
        signature_problem(signer.trusted, archive, signature)
