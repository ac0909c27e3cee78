"""The gateway's file: what is wrong in it is said, with what to write instead."""

import pytest

from collector.gateway.config import ConfigError, read_config
from tests.fixtures.village_gateway import config_text

GOOD = config_text("gw-a", "broker:1883", {502: ["A", "B"]}, interval_s=900)


def written(tmp_path, text):
    file = tmp_path / "gateway.toml"
    file.write_text(text)
    return file


def test_a_whole_file(tmp_path):
    config = read_config(written(tmp_path, GOOD))
    assert config.gateway == "gw-a"
    assert (config.broker.host, config.broker.port, config.broker.tls) == ("broker", 1883, False)
    assert [(d.serial, d.unit, d.controller) for d in config.devices] == [
        ("A", 1, "epever_tracer"),
        ("B", 2, "epever_tracer"),
    ]
    assert config.outbox == str(tmp_path / "outbox.db"), "beside the file, wherever it is run from"


def test_versions_come_from_the_server_only_if_the_file_says_whose(tmp_path):
    assert read_config(written(tmp_path, GOOD)).updates == ""
    said = GOOD.replace("interval_s", 'updates = "signers"\ninterval_s')
    said = said.replace("[broker]", '[broker]\nhttps = "https://suluh.example"')
    assert read_config(written(tmp_path, said)).updates == str(tmp_path / "signers")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('gateway = "gw-a"', 'gateway = "a/b"', "without / + #"),
        ('gateway = "gw-a"', "gateway = 7", "Expected `str`"),
        ("interval_s = 900", 'updates = "signers"', 'write https = "https://..."'),
        ("interval_s = 900", "interval_s = 0", "900 is the programme's"),
        ("interval_s = 900", "intervall_s = 900", "unknown field `intervall_s`"),
        ("batch_s = 0.0", "batch_s = -1", "batch_s is 0 to 86,400"),
        ("interval_s = 900", "interval_s =", "not TOML"),
        ('serial = "B"', 'serial = "A"', "serial A stands twice"),
        ('serial = "B"', 'serial = ""', "1 to 64 characters"),
        ('serial = "B"', f'serial = "{"B" * 65}"', "1 to 64 characters"),
        ("unit = 2", "unit = 1", "unit 1 stands twice"),
        ("unit = 2", "unit = 248", "1 to 247, or 255"),
        ("unit = 2", 'unit = 2\ncontroller = "x"', "no map for controller 'x'; known are:"),
        ('link = "tcp"', 'link = "serial"', 'device = "/dev/ttyUSB0"'),
        ('link = "tcp"', 'link = "usb"', "Invalid enum value 'usb'"),
        ('host = "127.0.0.1"', "", 'needs host = "192.168.1.10"'),
        ("timeout_s = 0.5", "timeout_s = 0", "1.0 is usual"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(ConfigError) as error:
        read_config(written(tmp_path, GOOD.replace(old, new)))
    assert said in str(error.value)
    assert "gateway.toml" in str(error.value)


def test_without_devices_or_file(tmp_path):
    with pytest.raises(ConfigError, match="no device to read"):
        read_config(written(tmp_path, GOOD.split("[[buses]]")[0] + "\n").with_name("gateway.toml"))
    with pytest.raises(ConfigError, match="cannot read"):
        read_config(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path):
    file = tmp_path / "gateway.toml"
    file.write_bytes(b"\x7fELF\xd0\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_config(file)
