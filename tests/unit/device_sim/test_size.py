import pytest

from device_sim.options import OptionError
from device_sim.size import Size, refuse_too_much

NATION = Size(7_000_000, 1)


def test_a_nation_has_to_be_meant_and_says_what_it_takes():
    with pytest.raises(
        OptionError, match=r"672 million rows.*18\.8 GB on disk.*--systems N.*--yes"
    ):
        refuse_too_much(NATION, None, meant=False)
    refuse_too_much(NATION, 1e12, meant=True)


def test_a_district_needs_no_consent():
    refuse_too_much(Size(48_782, 30), 1e12, meant=False)


def test_a_disk_that_is_too_small_is_said_before():
    size = Size(1164, 425)
    assert size.rows == 1164 * 425 * 96
    refuse_too_much(size, size.disk_bytes, meant=True)
    with pytest.raises(OptionError, match=r"1\.0 GB are free"):
        refuse_too_much(size, 1e9, meant=True)
