"""HTTP Basic credentials (RFC 7617), read without trusting a byte of them."""

import base64
import binascii

LONGEST = 400


def name_and_secret(scheme: str, words: str) -> tuple[str, str]:
    """The two halves of the credentials; two empty ones for anything that is no Basic."""
    if scheme.lower() != "basic" or len(words) > LONGEST:
        return "", ""
    try:
        name, _, secret = base64.b64decode(words, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, secret
