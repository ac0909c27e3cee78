"""Whether somebody whom the gateway's own file trusts has signed an archive, told by OpenSSH."""

import shutil
import subprocess
from pathlib import Path

SIGNER = "suluh"
"""Whom a line of the signers' file must name, before the public key."""
NAMESPACE = "suluh-version"
"""What is signed is a version and nothing else: a signature made for another use is none."""
PROGRAM = "ssh-keygen"
_LIMIT_S = 120.0


def signers_problem(signers: Path) -> str:
    """Why no signature can be told here, before anything is fetched; empty when one can."""
    try:
        lines = signers.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return f"cannot read the signers in {signers}: {error}"
    if not any(line.startswith(f"{SIGNER} ") for line in lines):
        return f'{signers} names no signer: write lines like "{SIGNER} ssh-ed25519 AAAA..."'
    if shutil.which(PROGRAM) is None:
        return f"{PROGRAM} is missing: apt-get install openssh-client"
    return ""


def signature_problem(signers: Path, archive: Path, signature: Path) -> str:
    """Why this is no signature of ``archive`` by one of the ``signers``; empty when it is.

    Raises OSError when that cannot be told now, see ``signers_problem``.
    """
    if trouble := signers_problem(signers):
        raise OSError(trouble)
    who = ["-f", str(signers), "-I", SIGNER, "-n", NAMESPACE]
    command = [PROGRAM, "-Y", "verify", *who, "-s", str(signature)]
    try:
        with archive.open("rb") as signed:
            done = subprocess.run(
                command, stdin=signed, capture_output=True, timeout=_LIMIT_S, check=False
            )
    except subprocess.TimeoutExpired as error:
        raise OSError("ssh-keygen does not answer") from error
    if done.returncode == 0:
        return ""
    said = " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())
    return f"it is not signed by anybody in {signers}: {said}"
