"""Secrets of publishers: random, shown once, kept only as the hash that mosquitto reads too.

A secret is 192 random bits and never chosen by a person, so that nobody can guess it and a fast
hash protects it as well as a slow one would. One hash serves the broker and the HTTP door.
"""

import base64
import hashlib
import hmac
import re
import secrets

ROUNDS = 101  # what mosquitto 2.0 itself uses
_SALT_BYTES, _DIGEST_BYTES, _SECRET_BYTES = 12, 64, 24
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_HASH = re.compile(r"\$7\$(\d{1,7})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")


def is_name(name: str) -> bool:
    """Whether a publisher may be called so: it is a user name, a client id and part of a topic."""
    return _NAME.fullmatch(name) is not None


def new_secret() -> str:
    """A secret that nobody had before, as text that fits in any form and any header."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def hashed(secret: str) -> str:
    """What is kept of a secret: PBKDF2-SHA512 with a random salt, as mosquitto writes it."""
    salt = secrets.token_bytes(_SALT_BYTES)
    fields = (base64.b64encode(part).decode() for part in (salt, _digest(secret, salt, ROUNDS)))
    return f"$7${ROUNDS}${'$'.join(fields)}"


def matches(secret: str, kept: str) -> bool:
    """Whether this is the secret of a hash; False for anything that is no hash."""
    found = _HASH.fullmatch(kept)
    if found is None:
        return False
    try:
        salt, digest = (base64.b64decode(found[i], validate=True) for i in (2, 3))
    except ValueError:
        return False
    return hmac.compare_digest(_digest(secret, salt, int(found[1])), digest)


def _digest(secret: str, salt: bytes, rounds: int) -> bytes:
    said = secret.encode("utf-8", "surrogatepass")
    return hashlib.pbkdf2_hmac("sha512", said, salt, max(rounds, 1), _DIGEST_BYTES)
