"""The demonstration looks at its own page, on this machine, whatever proxy is set."""

import http.server
import threading
from types import SimpleNamespace

import pytest

from api.demo.show import _see_the_fleet


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<p>1.164 sistem</p>")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def page():
    server = http.server.HTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def demo(url, systems):
    return SimpleNamespace(
        web=SimpleNamespace(url=url), registry=SimpleNamespace(systems=range(systems))
    )


def test_a_proxy_in_the_environment_is_passed_by(page, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    _see_the_fleet(demo(page, 1164))


def test_a_page_without_the_whole_fleet_is_an_error(page):
    with pytest.raises(RuntimeError, match="whole fleet"):
        _see_the_fleet(demo(page, 1165))
