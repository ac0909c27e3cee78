"""What a bench feeds the pipeline: gateway batches of invented readings, every run the same."""

import json
from datetime import date

import numpy as np

from collector.domain.clock import DAY_S
from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet
from collector.wire.encode import encode_message
from collector.wire.topics import data_topic

START_S = 1_790_000_000 // DAY_S * DAY_S
ROWS_A_DAY = 96
SYSTEMS_A_VILLAGE = 100
SYSTEMS_A_GATEWAY = 25


def serial_of(number: int) -> str:
    """The serial of the bench's system of that number."""
    return f"KPK-{number:05d}"


def village_fleet(systems: int) -> Fleet:
    """A registry of so many systems in villages of a hundred, each read by device of its number."""
    villages = {
        f"Desa {i}": Village(f"Desa {i}", "TTS", "NTT", "Asia/Makassar", -9.8, 124.4)
        for i in range(-(-systems // SYSTEMS_A_VILLAGE))
    }
    houses = tuple(
        System(
            f"BEN-{i:05d}",
            Kind.HOME,
            f"Desa {i // SYSTEMS_A_VILLAGE}",
            "Dusun 1",
            50,
            40,
            Chemistry.LEAD_ACID,
            12,
            date(2020, 1, 1),
        )
        for i in range(systems)
    )
    assigned = tuple(
        Assignment(serial_of(i), s.code, 1_577_836_800, gateway=_gateway_of(i))
        for i, s in enumerate(houses)
    )
    return Fleet(villages, houses, assigned)


def _gateway_of(number: int) -> str:
    return f"gw-{number // SYSTEMS_A_GATEWAY}"


def one_day(systems: int) -> list[ReadingBatch]:
    """A day of each system, 96 readings of six fields, with plausible shapes and some noise."""
    generator = np.random.default_rng(7)
    hour = np.arange(ROWS_A_DAY) / 4
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None)
    use = np.where((hour > 18) & (hour < 23), 0.6, 0.05)
    batches = []
    for i in range(systems):
        noise = generator.normal(0, 0.02, (ROWS_A_DAY, 6))
        values = np.full((ROWS_A_DAY, len(FIELDS)), np.nan)
        pv_a = 2.4 * sun
        columns = [18 * (sun > 0), pv_a, 12.4 + 1.6 * sun, pv_a - use, use, 27 + 4 * sun]
        values[:, :6] = np.column_stack(columns) + noise * (np.array(columns).T != 0)
        times = START_S + 900 * np.arange(ROWS_A_DAY)
        batches.append(ReadingBatch.of(serial_of(i), times, values, boot=1, first_sequence=0))
    return batches


def named_objects(batches: list[ReadingBatch], rows: range) -> list[dict[str, object]]:
    """Readings as objects of named fields, the form that other collectors can read too."""
    return [
        {
            "sn": batch.serials[0],
            "ts": int(batch.time_s[row]),
            "b": int(batch.boot[row]),
            "rc": int(batch.sequence[row]),
            "d": {
                name: round(float(batch.values[row, column]), 2)
                for name, column in FIELD_INDEX.items()
                if np.isfinite(batch.values[row, column])
            },
        }
        for batch in batches
        for row in rows
    ]


def named_batches(batches: list[ReadingBatch]) -> list[tuple[str, bytes]]:
    """(topic, payload) of a gateway's messages of 100 readings: an hour of 25 systems each."""
    return [
        (
            data_topic(_gateway_of(first)),
            json.dumps(
                named_objects(batches[first : first + SYSTEMS_A_GATEWAY], range(row, row + 4)),
                separators=(",", ":"),
            ).encode(),
        )
        for row in range(0, ROWS_A_DAY, 4)
        for first in range(0, len(batches), SYSTEMS_A_GATEWAY)
    ]


def named_singles(batches: list[ReadingBatch]) -> list[tuple[str, bytes]]:
    """(topic, payload) of each device's own messages, one reading in each."""
    return [
        (data_topic(str(said["sn"])), json.dumps(said, separators=(",", ":")).encode())
        for row in range(ROWS_A_DAY)
        for said in named_objects(batches, range(row, row + 1))
    ]


def gateway_messages(batches: list[ReadingBatch]) -> list[tuple[str, bytes]]:
    """(topic, payload) of messages of about 100 readings: an hour of 25 systems each."""
    messages = []
    for first in range(0, len(batches), SYSTEMS_A_GATEWAY):
        mine = batches[first : first + SYSTEMS_A_GATEWAY]
        for row in range(0, ROWS_A_DAY, 4):
            part = [b.take(np.arange(row, row + 4)) for b in mine]
            messages.append((data_topic(_gateway_of(first)), encode_message(part, 1)))
    return messages
