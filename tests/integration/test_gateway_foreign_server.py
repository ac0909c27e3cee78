"""Our bus and poller against a server by libmodbus, which holds words of real controllers."""

import pytest

from collector.controllers.decode import decode
from collector.controllers.load import load_map, map_names
from collector.gateway.bus import PymodbusBus
from collector.gateway.bus_config import BusConfig
from collector.gateway.device import Device
from collector.gateway.poller import Poller
from tests.fixtures.pty_pair import pty_pair
from tests.servers.libmodbus import compiled, libmodbus

PROVED = [n for n in map_names() if load_map(n).vectors and not load_map(n).sends_text]

pytestmark = pytest.mark.libmodbus


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("libmodbus"))


def words_of(controller):
    """The words of all vectors of a map, as one device would hold them."""
    return {a: w for vector in reversed(controller.vectors) for a, w in vector.words.items()}


def bus_at(controller, port):
    config = BusConfig("peer", (), "tcp", "127.0.0.1", int(port), timeout_s=1.0)
    return PymodbusBus(config, controller.link, settle_s=0.0, quiet_s=0.0)


@pytest.mark.parametrize("name", PROVED)
def test_a_foreign_server_is_read_and_decoded(program, name):
    controller = load_map(name)
    with libmodbus(program, words_of(controller), "tcp") as port:
        bus = bus_at(controller, port)
        words = {}
        for block in controller.blocks:
            words |= zip(block.addresses, bus.read(1, block), strict=True)
        bus.close()
    told, expected = decode(controller, words), controller.vectors[0].expected
    assert {k: told[k] for k in expected} == pytest.approx(dict(expected))


def test_a_poller_keeps_what_a_foreign_server_says(program):
    epever, kept = load_map("epever_tracer"), []
    with libmodbus(program, words_of(epever), "tcp") as port:
        bus = bus_at(epever, port)
        poller = Poller(bus, [Device("KPK-1", 1, epever)], kept.append, lambda: 60.0)
        assert poller.cycle().read == ["KPK-1"]
        assert poller.cycle().read == ["KPK-1"]
        bus.close()
    seen = epever.vectors[0].expected
    assert [k.time_s for k in kept] == [60, 60]
    for name in ("battery_voltage_v", "battery_current_a", "soc_percent", "load_state"):
        assert kept[0].fields[name] == pytest.approx(seen[name])


def test_a_foreign_server_of_another_kind_is_refused_and_the_others_go_on(program):
    """Its words are SRNE's; under EPEVER's names they would be nonsense."""
    epever, srne, kept = load_map("epever_tracer"), load_map("srne_rover"), []
    with libmodbus(program, words_of(srne), "tcp") as port:
        bus = bus_at(srne, port)
        devices = [Device("WRONG", 1, epever), Device("RIGHT", 2, srne)]
        done = Poller(bus, devices, kept.append, lambda: 60.0).cycle()
        bus.close()
    assert done.read == ["RIGHT"]
    assert done.failed == ["WRONG"]
    assert [k.serial for k in kept] == ["RIGHT"]


@pytest.mark.socat
def test_rtu_on_a_serial_cable(program, tmp_path):
    srne = load_map("srne_rover")
    with (
        pty_pair(tmp_path) as (theirs, ours),
        libmodbus(program, words_of(srne), theirs, 9600, 1, 16),
    ):
        config = BusConfig("usb", (), "serial", device=str(ours), timeout_s=1.0)
        bus = PymodbusBus(config, srne.link, settle_s=0.0, quiet_s=0.05)
        kept = []
        devices = [Device("HERE", 16, srne), Device("NOBODY", 17, srne)]
        done = Poller(bus, devices, kept.append, lambda: 60.0).cycle()
        words = {}
        for block in srne.blocks:
            words |= zip(block.addresses, bus.read(16, block), strict=True)
        bus.close()
    assert (done.read, done.failed) == (["HERE"], ["NOBODY"])
    told, expected = decode(srne, words), srne.vectors[1].expected
    assert {k: told[k] for k in expected} == pytest.approx(dict(expected))
