"""Readings in InfluxDB 2: the server's store. Written as line protocol, read by InfluxQL as CSV.

CSV parsed by columns reads a day of a district several times faster than record by record.
"""

import re
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

import numpy as np
import urllib3
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService
from isal import igzip
from numpy.typing import NDArray

from collector.domain.block import Block, block_of
from collector.domain.fields import FIELD_NAMES
from collector.domain.reading import ReadingBatch
from collector.store.columns import META_FIELDS, arrived_of_columns, batch_of_columns
from collector.store.csv_columns import csv_columns
from collector.store.line_protocol import MEASUREMENT, lines
from collector.store.port import Arrived, StoreRejectedError, StoreUnavailableError

LINES_A_REQUEST, REQUESTS_AT_ONCE = 10_000, 2
"""InfluxDB takes in a request on one core: while it is at one, the next is on its way."""
SERIALS_A_QUERY = 250
_NEVER_RIGHT = frozenset({400, 413, 422})
_TIMEOUT_MS = 60_000
_ESCAPED = re.compile(r"\\([,= ])")
_GZIP_LEVEL = 1
"""By isal, which takes a third of the CPU of zlib's own first level and leaves as little."""


class InfluxStore:
    """The ReadingStore port on one InfluxDB 2 bucket."""

    def __init__(self, url: str, token: str, org: str, bucket: str) -> None:
        """Connect lazily: the first call finds out whether the server is there."""
        self._client = InfluxDBClient(url=url, token=token, org=org, timeout=_TIMEOUT_MS)
        self._writer = WriteService(self._client.api_client)
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(_TIMEOUT_MS / 1000), retries=False)
        self._query_url = f"{url.rstrip('/')}/query"
        self._headers = {
            "Authorization": f"Token {token}",
            "Accept": "application/csv",
            "Accept-Encoding": "gzip",
        }
        self._org, self._bucket = org, bucket
        self._writing = ThreadPoolExecutor(REQUESTS_AT_ONCE, "influx-write")

    def write(self, batch: ReadingBatch) -> None:
        """Keep the batch; see the port.

        A rejected part leaves others written; writing them again changes nothing. No request of
        this batch is under way any more when it returns or raises.
        """
        batch = batch.last_of_each_key()
        # Series by series: what InfluxDB does for each series in a request costs more than a line.
        batch = batch.take(np.lexsort((batch.time_s, batch.serial_code)))
        parts = [
            self._writing.submit(
                self._write_lines, lines(batch.take(slice(first, first + LINES_A_REQUEST)))
            )
            for first in range(0, len(batch), LINES_A_REQUEST)
        ]
        wait(parts, return_when=FIRST_EXCEPTION)
        begun = [part for part in parts if not part.cancel()]
        wait(begun)
        for part in begun:
            part.result()

    def latest(self, serials: Sequence[str]) -> ReadingBatch:
        """The newest reading of each serial that has one, in the order asked for."""
        found = ReadingBatch.concat(
            [
                self._read(
                    f"where {_one_of(part)} group by serial order by time desc limit 1",
                    f"village,{','.join((*FIELD_NAMES, *META_FIELDS))}",
                )
                for part in _parts(serials)
            ]
        )
        position = {s: i for i, s in enumerate(serials)}
        place = np.array([position[s] for s in found.serials], np.int64)
        return found.take(np.argsort(place[found.serial_code], kind="stable"))

    def rows(self, serial: str, start_s: int, end_s: int) -> ReadingBatch:
        """One device's readings in the window, oldest first."""
        return self._read(
            f"where {_one_of([serial])} and {_window(start_s, end_s)}",
            f"serial,village,{','.join((*FIELD_NAMES, *META_FIELDS))}",
        )

    def block(
        self,
        serials: Sequence[str],
        window_s: tuple[int, int],
        step_s: int,
        fields: Sequence[str],
    ) -> Block:
        """Readings of many devices on a grid; rows in the order of ``serials``."""
        found = [
            self._read(
                f"where {_one_of(part)} and {_window(*window_s)}", f"serial,{','.join(fields)}"
            )
            for part in _parts(serials)
        ]
        return block_of(ReadingBatch.concat(found), serials, window_s, step_s, fields)

    def arrived(self, window_s: tuple[int, int], after_s: float, until_s: float) -> Arrived:
        """Which UTC days of which serials got readings received in that time; see the port."""
        found = self._query(
            f"select count(received_s) from {MEASUREMENT} where {_window(*window_s)} "  # noqa: S608
            f"and received_s >= {after_s:.3f} and received_s < {until_s:.3f} "
            "group by serial, time(1d) fill(none)"
        )
        return arrived_of_columns(
            _grouped_serials(found), np.array(found.get("time", ()), np.int64)
        )

    def count(self) -> int:
        """Distinct readings kept."""
        columns = self._query(f"select count(quality) from {MEASUREMENT}")  # noqa: S608
        return int(float(columns["count"][0])) if columns else 0

    def close(self) -> None:
        """Close the connections."""
        self._writing.shutdown()
        self._client.close()
        self._pool.clear()

    def _write_lines(self, part: bytes) -> None:
        try:
            self._writer.post_write(
                self._org,
                self._bucket,
                igzip.compress(part, _GZIP_LEVEL),
                precision="s",
                content_encoding="gzip",
            )
        except ApiException as error:
            if error.status in _NEVER_RIGHT:
                raise StoreRejectedError(str(error.message or error.reason)[:300]) from error
            raise StoreUnavailableError(
                f"InfluxDB answered {error.status}", _pause_asked_for_s(error)
            ) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreUnavailableError(f"InfluxDB is out of reach: {error}"[:300]) from error

    def _query(self, query: str) -> dict[str, list[str]]:
        try:
            answer = self._pool.request(
                "POST",
                self._query_url,
                fields={"db": self._bucket, "epoch": "s", "q": query},
                headers=self._headers,
                encode_multipart=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreUnavailableError(f"InfluxDB is out of reach: {error}"[:300]) from error
        if answer.status != 200:
            raise StoreUnavailableError(f"InfluxDB answered {answer.status}: {answer.data[:200]!r}")
        return csv_columns(answer.data.decode())

    def _read(self, where: str, columns: str) -> ReadingBatch:
        return _batch(self._query(f"select {columns} from {MEASUREMENT} {where}"))  # noqa: S608


def _pause_asked_for_s(error: ApiException) -> float:
    """Retry-After of an answer [s]; 0 where there is none, or a date, which it never sends."""
    asked = (error.headers or {}).get("Retry-After", "")
    return float(asked) if asked.isdecimal() else 0.0


def _batch(columns: dict[str, list[str]]) -> ReadingBatch:
    if not columns:
        return ReadingBatch.empty()
    numbers = {c: _numbers(columns[c]) for c in (*FIELD_NAMES, *META_FIELDS) if c in columns}
    return batch_of_columns(
        columns.get("serial") or _grouped_serials(columns),
        columns.get("village", [""] * len(columns["time"])),
        np.array(columns["time"], np.int64),
        numbers,
    )


def _grouped_serials(columns: dict[str, list[str]]) -> list[str]:
    """The serial of each row of a query by serial; commas, spaces and equal signs are escaped."""
    tags = columns.get("tags", ())
    return [_ESCAPED.sub(r"\1", tag.removeprefix("serial=")) for tag in tags]


def _numbers(texts: list[str]) -> NDArray[np.float64]:
    return np.array([t or "nan" for t in texts], dtype=np.float64)


def _parts(serials: Sequence[str]) -> list[Sequence[str]]:
    return [serials[i : i + SERIALS_A_QUERY] for i in range(0, len(serials), SERIALS_A_QUERY)]


def _one_of(serials: Sequence[str]) -> str:
    quoted = [s.replace("\\", "\\\\").replace("'", "\\'") for s in serials]
    return "(" + " or ".join(f"serial = '{s}'" for s in quoted) + ")"


def _window(start_s: int, end_s: int) -> str:
    return f"time >= {start_s}s and time < {end_s}s"
