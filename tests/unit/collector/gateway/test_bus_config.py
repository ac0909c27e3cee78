"""Lines and devices that cannot be together."""

import pytest

from collector.gateway.bus_config import BusConfig, DeviceConfig, bus_problems, bus_twice

EPEVER = DeviceConfig("A", 1)
SRNE = DeviceConfig("B", 2, "srne_rover")
TRISTAR = DeviceConfig("C", 3, "morningstar_tristar_mppt")
GX = DeviceConfig("D", 100, "victron_gx_solarcharger")
TEXT = DeviceConfig("E", 1, "victron_vedirect")


def line(link, *devices, **more):
    where = {"host": "h"} if link in {"tcp", "rtu-tcp"} else {"device": "/dev/ttyUSB0"}
    return BusConfig("b", devices, link, **(where | more))


@pytest.mark.parametrize(
    "sound",
    [
        line("serial", EPEVER),
        line("serial", SRNE, TRISTAR),
        line("serial", EPEVER, SRNE, baud=9600),
        line("rtu-tcp", EPEVER, SRNE),
        line("tcp", EPEVER, GX),
        line("vedirect", TEXT),
    ],
)
def test_what_goes_together(sound):
    assert bus_problems(sound, 900) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (line("serial", EPEVER, SRNE), "speak at 9600 and 115200 baud"),
        (line("serial", GX), "victron_gx_solarcharger is reached by tcp, not serial"),
        (line("tcp", TEXT), "victron_vedirect is reached by vedirect, not tcp"),
        (line("vedirect", EPEVER), "reached by serial or rtu-tcp or tcp, not vedirect"),
        (line("vedirect", TEXT, DeviceConfig("F", 2, "victron_vedirect")), "of one charger"),
        (line("vedirect", TEXT, device=""), 'a vedirect link needs device = "/dev/ttyUSB0"'),
        (line("serial"), "no device to read"),
    ],
)
def test_what_does_not(broken, said):
    assert any(said in each for each in bus_problems(broken, 900)), bus_problems(broken, 900)


def test_a_controller_that_bears_no_haste():
    assert bus_problems(line("serial", SRNE), 60) == []
    (said,) = bus_problems(line("serial", SRNE), 30)
    assert "not to be asked more often than every 60 s; interval_s is 30" in said


def test_two_buses_cannot_share_a_name_or_a_serial_device():
    one, other = line("serial", EPEVER), line("serial", SRNE)
    assert bus_twice([one, other]) == [
        "bus b stands twice",
        "/dev/ttyUSB0 is given to two buses: a line has one speed and one reader",
    ]
    assert bus_twice([one, BusConfig("c", (SRNE,), "tcp", "h")]) == []
    assert bus_twice([BusConfig("c", (), "tcp", "h"), BusConfig("d", (), "tcp", "h")]) == []
