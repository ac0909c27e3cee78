"""The web server: it stops when told to, whoever is still connected, and says when it cannot."""

import socket
import threading

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from collector import web_server
from collector.web_server import Address, PortTakenError, WebServer

MORE_THAN_A_SOCKET_HOLDS = 30_000_000


def test_a_reader_that_does_not_read_cannot_keep_it_from_stopping(monkeypatch):
    monkeypatch.setattr(web_server, "STOP_WITHIN_S", 1)
    asked = threading.Event()
    app = FastAPI()

    @app.get("/")
    def much():
        asked.set()
        return PlainTextResponse("x" * MORE_THAN_A_SOCKET_HOLDS)

    web = WebServer(app, Address("127.0.0.1", 0, ""))
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


def test_a_taken_port_is_told_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"127.0.0.1:{port} .* Choose another."):
            WebServer(FastAPI(), Address("127.0.0.1", port, "Choose another.")).start()
