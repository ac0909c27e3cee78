"""What the adapter makes of answers that a healthy InfluxDB does not give on demand."""

import gzip
import math
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from collector.store import influx
from collector.store.influx import InfluxStore
from collector.store.port import StoreRejectedError, StoreUnavailableError


class Server(HTTPServer):
    """Answers every write alike, and notes the lines that came."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.status, self.retry_after, self.lines = 204, "", b""
        self.slowly_after = math.inf


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Encoding"] == "gzip"
        if self.server.lines.count(b"\n") >= self.server.slowly_after:
            time.sleep(0.2)
        self.server.lines += gzip.decompress(body)
        self.send_response(self.server.status)
        if self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(name="server")
def server_of():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(name="store")
def store_of(server):
    store = InfluxStore(f"http://127.0.0.1:{server.server_port}", "token", "suluh", "readings")
    yield store
    store.close()


def one(value=12.5, serial="KPK-0001"):
    values = np.full((1, len(FIELDS)), np.nan)
    values[0, 2] = value
    return ReadingBatch.of(serial, [1_732_233_600], values, received_s=1_732_233_700.25)


def test_lines_are_sent_compressed(server, store):
    store.write(one())
    assert server.lines == (
        b"reading,serial=KPK-0001,village=- battery_voltage_v=12.5,"
        b"device_time_s=1732233600.0,received_s=1732233700.25,quality=0 1732233600\n"
    )


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_will_never_be_right_is_refused(server, store, status):
    server.status = status
    with pytest.raises(StoreRejectedError):
        store.write(one())


@pytest.mark.parametrize("status", [401, 404, 429, 500, 502, 503, 504])
def test_what_may_be_right_later_is_tried_again(server, store, status):
    server.status = status
    with pytest.raises(StoreUnavailableError, match=str(status)) as caught:
        store.write(one())
    assert caught.value.retry_after_s == 0


@pytest.mark.parametrize(("said", "pause_s"), [("17", 17.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0)])
def test_the_pause_that_is_asked_for_is_handed_on(server, store, said, pause_s):
    server.status, server.retry_after = 429, said
    with pytest.raises(StoreUnavailableError) as caught:
        store.write(one())
    assert caught.value.retry_after_s == pause_s


def test_when_a_write_fails_nothing_of_it_is_under_way_any_more(server, store, monkeypatch):
    monkeypatch.setattr(influx, "LINES_A_REQUEST", 1)
    server.status, server.slowly_after = 503, 1
    with pytest.raises(StoreUnavailableError):
        store.write(ReadingBatch.concat([one(float(n), f"KPK-{n}") for n in range(20)]))
    came = server.lines
    store.close()
    assert server.lines == came


def test_a_batch_of_many_requests_is_there_whole(server, store, monkeypatch):
    monkeypatch.setattr(influx, "LINES_A_REQUEST", 3)
    store.write(ReadingBatch.concat([one(float(n), f"KPK-{n}") for n in range(20)]))
    assert len(set(server.lines.splitlines())) == 20
