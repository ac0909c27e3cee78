"""Every data format file is whole, and a wrong one says what to mend."""

import pytest

from collector.wire.formats import DataFormatError, data_formats, read_format


def test_the_specified_formats_are_there_and_each_extends_the_one_before():
    formats = data_formats()
    assert formats[1].fields == (
        "pv_voltage_v",
        "pv_current_a",
        "battery_voltage_v",
        "battery_current_a",
        "load_current_a",
        "battery_temperature_c",
    )
    assert formats[2].fields[:6] == formats[1].fields
    assert formats[3].fields == (*formats[2].fields, "lamp_level_percent")
    assert formats[1].divisor.tolist() == [100, 100, 100, 100, 100, 10]


@pytest.mark.parametrize(
    "rows",
    ['[["colour", 1]]', '[["soc_percent", 0]]', '[["soc_percent", 1], ["soc_percent", 1]]', "[]"],
)
def test_a_wrong_file_is_named(tmp_path, rows):
    path = tmp_path / "9_odd.toml"
    path.write_text(f'df = 9\nname = "odd"\nfields = {rows}\n')
    with pytest.raises(DataFormatError, match=r"9_odd\.toml"):
        read_format(path)
