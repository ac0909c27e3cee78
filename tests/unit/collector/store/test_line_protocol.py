"""Every number survives its way through text, and every name its way through a tag."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from collector.domain.fields import FIELD_NAMES, FIELDS
from collector.domain.reading import ReadingBatch
from collector.store.line_protocol import lines

NUMBERS = st.floats(allow_infinity=False)


def batch(values, serial="KPK-0001", village="Boti"):
    found = ReadingBatch.of(serial, np.arange(len(values)), values)
    found.villages = (village,)
    return found


@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.just(len(FIELDS))), elements=NUMBERS))
def test_every_number_reads_back_the_same_and_missing_ones_are_left_out(values):
    told_of = sorted(lines(batch(values)).splitlines(), key=lambda line: int(line.split()[-1]))
    for row, line in zip(values, told_of, strict=True):
        told = dict(f.split(b"=") for f in line.split(b" ")[1].split(b","))
        for name, value in zip(FIELD_NAMES, row, strict=True):
            if np.isnan(value):
                assert name.encode() not in told
            else:
                assert float(told[name.encode()]) == value


def test_each_line_has_its_own_fields_serial_village_and_time():
    values = np.full((4, len(FIELDS)), np.nan)
    values[0, 0], values[1, 1], values[2, 0], values[3, :2] = 1.5, 2.5, 3.5, 4.5
    found = batch(values)
    found.serials, found.serial_code = ("A", "B"), np.array([1, 0, 0, 1], np.int32)
    found.villages, found.village_code = ("X", "Y"), np.array([0, 0, 1, 1], np.int32)
    told = [line.removeprefix("reading,") for line in lines(found).decode().splitlines()]
    assert sorted(told) == [
        "serial=A,village=X pv_current_a=2.5,device_time_s=1.0,quality=0 1",
        "serial=A,village=Y pv_voltage_v=3.5,device_time_s=2.0,quality=0 2",
        "serial=B,village=X pv_voltage_v=1.5,device_time_s=0.0,quality=0 0",
        "serial=B,village=Y pv_voltage_v=4.5,pv_current_a=4.5,device_time_s=3.0,quality=0 3",
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Kota Soe", r"Kota\ Soe"),
        ("a,b=c", r"a\,b\=c"),
        ("", "-"),
        ("a\nb", "ab"),
        ("a\\", "a"),
        ("\ud800", "-"),
        ("\u00e9", "\u00e9"),
    ],
)
def test_names_are_written_so_that_they_stay_within_their_tag(name, written):
    values = np.zeros((1, len(FIELDS)))
    text = lines(batch(values, serial=name, village=name)).decode()
    assert text.startswith(f"reading,serial={written},village={written} pv_voltage_v=0.0")
