"""A record with answers and a replay of it, written by hand: who fails when is known exactly."""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.analytics.replay.conftest import write_registry

FIRST = date(2026, 1, 5)
EPOCH = (FIRST - date(1970, 1, 1)).days
DAYS = 280


def day(number):
    return (FIRST + timedelta(number)).isoformat()


@dataclass
class Written:
    """Homes V<village>-<n> in ``villages`` villages of ``homes``; what is added is written."""

    folder: Path
    villages: int = 6
    homes: int = 10
    answers: list = field(default_factory=list)
    tickets: list = field(default_factory=list)
    dark: dict = field(default_factory=dict)

    @property
    def serials(self):
        return [f"V{v}-{n}" for v in range(self.villages) for n in range(self.homes)]

    def ill(self, serial, fault, start, end="", dark_from=""):
        cells = [day(x) if x != "" else "" for x in (start, end, dark_from)]
        self.answers.append([serial, fault, *cells[:2], "0.5", cells[2]])
        if dark_from != "":
            self.dark[serial] = dark_from

    def ticket(self, serial, fault, opened, scope="system", scope_id=""):
        self.tickets.append([serial, fault, f"{day(opened)}T00:00:00Z", "", scope, scope_id, "why"])

    def write(self, foresee=lambda serial, left, rng: 0.01):
        """``foresee(serial, days left or inf, rng)`` is the 8-week probability of each week."""
        data, replayed = self.folder / "data", self.folder / "replayed"
        for folder in (data, replayed):
            folder.mkdir(parents=True, exist_ok=True)
        write_registry(data / "registry.csv", self.serials, gateway="gw-1")
        registry = (data / "registry.csv").read_text().splitlines()
        rows = [r.replace("Boti", f"V{r[1]}") for r in registry[1:]]
        (data / "registry.csv").write_text("\n".join([registry[0], *rows]) + "\n")
        self._sheet(data / "answers.csv", "serial,fault,start,end,severity,dark_from", self.answers)
        header = "serial,fault,opened_at,closed_at,scope,scope_id,reason"
        self._sheet(replayed / "tickets.csv", header, self.tickets)
        rng = np.random.default_rng(3)
        told = []
        for week in range(0, DAYS + 1, 7):
            for serial in self.serials:
                left = self.dark.get(serial, np.inf) - week
                p = foresee(serial, left, rng)
                told.append([serial, day(week), f"{p / 2:.5f}", f"{p:.5f}"])
        self._sheet(replayed / "forecasts.csv", "serial,as_of,p_dark_4w,p_dark_8w", told)
        self._readings(data / "readings")
        return data, replayed

    def _sheet(self, path, header, rows):
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header.split(","))
            writer.writerows(rows)

    def _readings(self, folder):
        """Six readings a day; the battery of a home sags in the last weeks before it goes dark."""
        folder.mkdir(exist_ok=True)
        time = (EPOCH * 86_400 + np.arange(0, DAYS * 86_400, 14_400))[:, None]
        time = np.repeat(time, len(self.serials), axis=1)
        left = np.array([self.dark.get(s, 10_000) for s in self.serials])
        sag = np.clip(28 - (left[None, :] - (time // 86_400 - EPOCH)), 0, 28)
        volts = 12.6 - 0.05 * sag
        columns = {
            "serial": pa.array(np.tile(self.serials, len(time)).tolist()),
            "time": pa.array(time.ravel()),
            "received": pa.array(time.ravel()),
            "battery_voltage_v": pa.array(volts.ravel().astype(np.float32)),
        }
        pq.write_table(pa.table(columns), folder / "all.parquet")

    def truth(self, data):
        """capacity.parquet: falls for half a year before a home goes dark."""
        days = np.arange(0, DAYS, 7)
        left = np.array([self.dark.get(s, 10_000) for s in self.serials])
        share = np.clip(0.4 + (left[None, :] - days[:, None]) / 360, 0.2, 0.95)
        when = (EPOCH + days).astype(np.int32)
        columns = {
            "serial": pa.array(np.tile(self.serials, days.size).tolist()),
            "day": pa.array(np.repeat(when, len(self.serials))).cast(pa.date32()),
            "capacity": pa.array(share.ravel().astype(np.float32)),
            "replaced": pa.array(np.zeros(share.size, bool)),
        }
        pq.write_table(pa.table(columns), data / "capacity.parquet")


@pytest.fixture
def written(tmp_path):
    return Written(tmp_path)


@pytest.fixture
def failing(written):
    """Three homes of each village go dark, two slowly and one at once."""
    for village in range(written.villages):
        for n, fault in enumerate(["battery_degraded"] * 2 + ["battery_failed_abruptly"]):
            dark = 120 + 15 * village + 11 * n
            written.ill(f"V{village}-{n}", fault, dark - 30 if n < 2 else dark, "", dark)
    return written
