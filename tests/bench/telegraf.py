"""Telegraf, the peer: MQTT at quality 1 into InfluxDB 2, acknowledged once InfluxDB has it."""

import os
from pathlib import Path

from api.health.parts import cache_folder
from collector.wire.topics import DATA_FILTER
from tests.servers.influxdb import InfluxDB
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import ServerProcess

VERSION, CLIENT_ID = "1.37.2", "telegraf"
HOW_TO_GET = "run .ci/build-telegraf (Go >= 1.24, about 4 minutes of CPU)"
# As quick as it can be made: large requests, and never more undelivered than its buffer holds.
_CONFIGURATION = """
[agent]
  flush_interval = "1s"
  metric_batch_size = 5000
  metric_buffer_limit = 500000
  omit_hostname = true
[[inputs.mqtt_consumer]]
  servers = ["tcp://{broker}"]
  topics = ["{topic}"]
  topic_tag = ""
  qos = 1
  persistent_session = true
  client_id = "{client_id}"
  max_undelivered_messages = 5000
  data_format = "json_v2"
  [[inputs.mqtt_consumer.json_v2]]
    measurement_name = "reading"
    [[inputs.mqtt_consumer.json_v2.object]]
      path = "@this"
      timestamp_key = "ts"
      timestamp_format = "unix"
      tags = ["sn"]
      disable_prepend_keys = true
[[outputs.influxdb_v2]]
  urls = ["{influx.url}"]
  token = "{influx.token}"
  organization = "{influx.org}"
  bucket = "{bucket}"
"""


def telegraf_path() -> Path | None:
    """The program as `.ci/build-telegraf` leaves it, None when it was not built."""
    path = cache_folder(os.environ) / f"telegraf-{VERSION}"
    return path if os.access(path, os.X_OK) else None


def telegraf(
    program: Path, folder: Path, broker: Mosquitto, influx: InfluxDB, bucket: str
) -> ServerProcess:
    """The process, not started; its log lies in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "telegraf.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        _CONFIGURATION.format(
            broker=broker.address,
            client_id=CLIENT_ID,
            topic=DATA_FILTER,
            influx=influx,
            bucket=bucket,
        )
    )
    return ServerProcess(
        [str(program), "--config", str(configuration)], folder / "log", ready=lambda: True
    )
