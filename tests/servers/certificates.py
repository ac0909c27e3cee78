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


def make_certificates(folder: Path, address: str = "127.0.0.1") -> Certificates:
    """Made by openssl; the server's name is its IP address."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    ca, server, key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
    _openssl(
        *("req", "-x509", *kind, "-keyout", folder / "ca.key", "-out", ca),
        *("-subj", "/CN=Suluh test authority", "-addext", "keyUsage=critical,keyCertSign"),
    )
    _openssl(
        *("req", "-x509", *kind, "-CA", ca, "-CAkey", folder / "ca.key", "-keyout", key),
        *("-out", server, "-subj", "/CN=broker", "-addext", f"subjectAltName=IP:{address}"),
        *("-addext", "basicConstraints=critical,CA:FALSE"),
    )
    key.chmod(0o644)  # mosquitto reads it under its own user
    return Certificates(ca, server, key)


def _openssl(*words: str | Path) -> None:
    subprocess.run([need("openssl"), *map(str, words)], check=True, capture_output=True)
