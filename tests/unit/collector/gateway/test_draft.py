"""The file that a scan writes is one that the gateway can read, once a person has filled it in."""

import pytest

from collector.controllers.load import load_map
from collector.gateway.bus_config import BusConfig
from collector.gateway.config import ConfigError, read_config
from collector.gateway.draft import Entry, draft, unsettled

SRNE = (load_map("srne_rover"), load_map("srne_ml"))
LINE = BusConfig("rs485-1", (), "serial", device="/dev/ttyUSB0", baud=9600, parity="N", stop_bits=2)
WHOLE = Entry(1, "KPK-0142", "srne_rover", "RNG-CTRL-RVR20, battery 12.8 V", SRNE)
NAMELESS = Entry(16, "", "morningstar_sunsaver_mppt", "")
OPEN = Entry(17, "KPK-0143", "", 'a "quoted" model', SRNE)


def written(tmp_path, *entries, bus=LINE):
    file = tmp_path / "gateway.toml"
    file.write_text(draft("gw-boti", "broker.example", [(bus, list(entries))]))
    return file


def test_a_settled_scan_is_a_whole_configuration(tmp_path):
    config = read_config(written(tmp_path, WHOLE))
    (bus,), (device,) = config.buses, config.devices
    assert (bus.device, bus.baud, bus.parity, bus.stop_bits) == ("/dev/ttyUSB0", 9600, "N", 2)
    assert (device.serial, device.unit, device.controller) == ("KPK-0142", 1, "srne_rover")
    assert (config.gateway, config.broker.host, config.broker.tls) == ("gw-boti", "broker.example",
                                                                        True)  # fmt: skip
    assert unsettled([WHOLE]) == []


def test_a_network_line(tmp_path):
    bus = BusConfig("rtu-tcp-1", (), "rtu-tcp", "192.168.1.10", 502)
    config = read_config(written(tmp_path, WHOLE, bus=bus))
    assert (config.buses[0].host, config.buses[0].port) == ("192.168.1.10", 502)


def test_a_missing_serial_is_refused_until_it_is_written(tmp_path):
    file = written(tmp_path, WHOLE, NAMELESS)
    with pytest.raises(ConfigError, match="1 to 64 characters"):
        read_config(file)
    assert unsettled([WHOLE, NAMELESS]) == ['unit 16: write its serial (serial = "...")']
    file.write_text(file.read_text().replace('serial = ""', 'serial = "KPK-0150"'))
    assert len(read_config(file).devices) == 2


def test_what_nothing_tells_apart_is_refused_until_somebody_chooses(tmp_path):
    file = written(tmp_path, OPEN)
    assert unsettled([OPEN]) == ["unit 17: choose its controller, srne_rover or srne_ml"]
    with pytest.raises(ConfigError, match="no map for controller ''"):
        read_config(file)
    file.write_text(file.read_text().replace('controller = ""', 'controller = "srne_ml"'))
    assert read_config(file).devices[0].controller == "srne_ml"


def test_somebody_unknown_is_told_and_no_device_of_the_file(tmp_path):
    stranger = Entry(9, "", "", "")
    file = written(tmp_path, WHOLE, stranger)
    assert unsettled([WHOLE, stranger]) == []
    assert [d.unit for d in read_config(file).devices] == [1]
    assert "Unit 9: somebody answers whom no map knows" in file.read_text()
