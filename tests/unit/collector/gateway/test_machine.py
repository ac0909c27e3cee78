"""The machine's own measurements, from files and programs that may be there or not."""

import pytest

from collector.gateway import machine


def test_what_the_kernel_measures(tmp_path):
    supply = tmp_path / "sys/class/power_supply/rpi"
    thermal = tmp_path / "sys/class/thermal/thermal_zone0"
    for folder in (supply, thermal):
        folder.mkdir(parents=True)
    (supply / "voltage_now").write_text("5087000\n")
    (thermal / "temp").write_text("48312\n")
    assert machine.supply_v(tmp_path) == 5.087
    assert machine.temperature_c(tmp_path) == 48.312
    (thermal / "temp").write_text("hot\n")
    assert machine.temperature_c(tmp_path) is None


@pytest.mark.parametrize(
    ("program", "says", "ask", "value"),
    [
        ("vcgencmd", "EXT5V_V volt(24)=5.15084000V", machine.supply_v, 5.15084),
        ("vcgencmd", "error", machine.supply_v, None),
        ("mmcli", "modem.signal.lte.rsrp : -97.00", machine.signal_dbm, -97),
        ("mmcli", "modem.signal.gsm.rssi : --", machine.signal_dbm, None),
    ],
)
def test_what_programs_say(tmp_path, monkeypatch, program, says, ask, value):
    (tmp_path / program).write_text(f'#!/bin/sh\necho "{says}"\n')
    (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert (ask(tmp_path) if ask is machine.supply_v else ask()) == value


def test_what_is_not_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.temperature_c(tmp_path) is None
    assert machine.supply_v(tmp_path) is None
    assert machine.signal_dbm() is None
    assert machine.disk_free_mb(tmp_path / "none") is None
    assert machine.disk_free_mb(tmp_path) > 0
