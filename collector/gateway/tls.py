"""How the server proves itself to a gateway that may not know what day it is."""

import ssl
from collections.abc import Callable

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL (x509_vfy.h)."""


class Trust:
    """Certificates of the server are checked against an authority, the system's or ``ca_file``.

    While the clock is not set their dates mean nothing and are passed over: else nobody would ever
    say the time to a machine that starts in 1970. The chain and the name are checked all the same.
    """

    def __init__(self, ca_file: str = "", clock_set: Callable[[], bool] = lambda: True) -> None:
        self._context = ssl.create_default_context(cafile=ca_file or None)
        self._flags = self._context.verify_flags
        self._clock_set = clock_set

    def context(self) -> ssl.SSLContext:
        """To be asked for anew before every connection; always the same object."""
        lenient = ssl.VerifyFlags(self._flags | _NO_CHECK_TIME)
        self._context.verify_flags = self._flags if self._clock_set() else lenient
        return self._context
