"""Birth and state: who it is and how it is doing."""

from collector.gateway.config import read_config
from collector.gateway.health import birth, state
from collector.gateway.outbox import Outbox
from collector.gateway.reading import Measured
from tests.fixtures.village_gateway import config_text


def test_birth_and_state(tmp_path):
    file = tmp_path / "gateway.toml"
    file.write_text(config_text("gw-a", "broker:1883", {502: ["A"]}, interval_s=900))
    config = read_config(file)
    box = Outbox(tmp_path / "outbox.db", lambda: 1.79e9)
    assert birth(config, box, [2])["b"] == 0
    boot, _ = box.keep(Measured("A", 0, 2, {}))
    assert birth(config, box, [2]) | {"firmware": ""} == {
        "gw": "gw-a", "model": "suluh-gateway", "firmware": "", "df": [2], "interval_s": 900,
        "b": boot,
    }  # fmt: skip
    said = state(config, box, "file", ("f00d", "current"), clock_set=False)
    assert (said["state"], said["outbox_rows"], said["produced"]) == ("online", 1, 1)
    assert (said["since_b"], said["disk_full"], said["config"]) == (boot, False, "file")
    assert said["clock"] == "unset"
    assert (said["release"], said["update"]) == ("f00d", "current")
    assert said["disk_free_mb"] > 0
    assert said.keys() >= {"supply_v", "signal_dbm", "temperature_c", "version"}
    box.close()
