"""The web server: it stops when told to, whoever is still connected."""

import socket
import threading

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from api import bootstrap
from api.bootstrap import WebServer
from api.settings import ApiSettings

MORE_THAN_A_SOCKET_HOLDS = 30_000_000


def test_a_reader_that_does_not_read_cannot_keep_it_from_stopping(monkeypatch):
    monkeypatch.setattr(bootstrap, "STOP_WITHIN_S", 1, raising=False)
    asked = threading.Event()
    app = FastAPI()

    @app.get("/")
    def much():
        asked.set()
        return PlainTextResponse("x" * MORE_THAN_A_SOCKET_HOLDS)

    web = WebServer(app, ApiSettings(port=0))
    web.start()
    port = int(web.url.rsplit(":", 1)[1].strip("/"))
    with socket.create_connection(("127.0.0.1", port)) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert asked.wait(10)
        assert reader.recv(1) == b"H", "the answer is on its way"
        stopping = threading.Thread(target=web.stop, daemon=True)
        stopping.start()
        stopping.join(20)
        assert not stopping.is_alive()
