"""/healthz, /readyz and /metrics of a collector, for those who run it; not for the outside."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from collector.watch.watch import Watch

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class StatusDoor:
    """Answers between ``start`` and ``stop``, from threads of its own: even when all else hangs."""

    def __init__(self, host: str, port: int, watch: Watch, exposition: Callable[[], bytes]) -> None:
        """Listens at once (``port`` 0: any that is free). Raises OSError when it cannot."""

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0

            def do_GET(self) -> None:
                status, kind, body = _answer(self.path, watch, exposition)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002
                """Say nothing: it is asked every few seconds."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="status", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_address[1]

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _answer(path: str, watch: Watch, exposition: Callable[[], bytes]) -> tuple[int, str, bytes]:
    if path == "/metrics":
        return 200, METRICS_TYPE, exposition()
    if path == "/healthz":
        return 200, "application/json", b'{"status":"ok"}'
    if path == "/readyz":
        checks = watch.checks()
        ready = all(said == "ok" for said in checks.values())
        told = {
            "status": "ready" if ready else "not ready",
            "checks": checks,
            "alarms": watch.alarms(),
        }
        return 200 if ready else 503, "application/json", json.dumps(told).encode()
    return 404, "application/json", b'{"found":["/healthz","/readyz","/metrics"]}'
