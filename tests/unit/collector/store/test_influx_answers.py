"""What the adapter makes of answers that a healthy InfluxDB does not give on demand."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from collector.store.influx import InfluxStore
from collector.store.port import StoreRejectedError, StoreUnavailableError


class Server(HTTPServer):
    """Answers every write alike, and notes the lines that came."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.status, self.retry_after, self.lines = 204, "", b""


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Encoding"] == "gzip"
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


def one(value=12.5):
    values = np.full((1, len(FIELDS)), np.nan)
    values[0, 2] = value
    return ReadingBatch.of("KPK-0001", [1_732_233_600], values, received_s=1_732_233_700.25)


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
