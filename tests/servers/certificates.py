"""A certificate authority of one's own and a server's certificate by it, for loopback."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.left_out import need


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: the authority's certificate, the server's, and its key."""

    ca: Path
    server: Path
    key: Path


def make_certificates(
    folder: Path, address: str = "127.0.0.1", *, expired: bool = False
) -> Certificates:
    """Made by openssl; the server's name is its IP address. The authority itself is in time."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    ca, server, key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
    _openssl(
        *("req", "-x509", *kind, "-days", "30", "-keyout", folder / "ca.key", "-out", ca),
        *("-subj", "/CN=Suluh test authority", "-addext", "keyUsage=critical,keyCertSign"),
    )
    request, names = folder / "server.csr", folder / "names"
    _openssl("req", *kind, "-keyout", key, "-out", request, "-subj", "/CN=broker")
    names.write_text(f"subjectAltName=IP:{address}\nbasicConstraints=critical,CA:FALSE\n")
    _openssl(
        *("x509", "-req", "-in", request, "-CA", ca, "-CAkey", folder / "ca.key", "-out", server),
        *("-CAcreateserial", "-days", "-1" if expired else "30", "-extfile", names),
    )
    key.chmod(0o644)  # mosquitto reads it under its own user
    return Certificates(ca, server, key)


def _openssl(*words: str | Path) -> None:
    subprocess.run([need("openssl"), *map(str, words)], check=True, capture_output=True)
