"""`suluh bench`: measured figures as JSON, each from one run on this machine."""

import json
import platform
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from api.health.parts import part
from tests.bench import analytics as analytics_bench
from tests.bench.faults import measure_faults
from tests.bench.gateway import measure_gateway
from tests.bench.ingest import Peers, measure_ingest
from tests.bench.peers import measure_peers
from tests.bench.pipeline import measure
from tests.bench.soak import measure_backlog, measure_soak
from tests.bench.telegraf import HOW_TO_GET, telegraf_path
from tests.servers.certificates import make_certificates
from tests.servers.influxdb import InfluxDB, influx_server
from tests.servers.mosquitto import broker

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)


@app.command()
def pipeline(
    systems: Annotated[int, typer.Option(min=100, help="Systems whose day is ingested.")] = 2000,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here.")
    ] = None,
) -> None:
    """Decode, ingest into DuckDB and InfluxDB, read a day back, compute daily indicators.

    The readings are invented but travel as real messages. InfluxDB is measured when influxd is
    installed; its own CPU is not in our figure. Example:

        ./suluh bench pipeline --json pipeline.json
    """
    with tempfile.TemporaryDirectory(prefix="suluh-bench-") as folder, ExitStack() as servers:
        told = measure(Path(folder), _influx(Path(folder), servers), systems, _say)
    _tell(told, json_file)


@app.command()
def analytics(
    systems: Annotated[int, typer.Option(min=400, help="Systems of the night.")] = 100_000,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here.")
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(help="A folder for RdTools and solar-data-tools, measured in the same run."),
    ] = None,
) -> None:
    """One night of analytics on one core: indicators, detectors, prognosis, in CPU time.

    The villages are invented. With --peers, RdTools and solar-data-tools are installed into
    environments of their own in that folder (once) and given one system-year. Example:

        ./suluh bench analytics --peers /tmp/peers --json analytics.json
    """
    told = analytics_bench.measure(systems, _say)
    if peers is not None:
        told["peers"] = measure_peers(peers, _say)
    _tell(told, json_file)


def _tell(told: dict[str, Any], json_file: Path | None) -> None:
    told["machine"] = {
        "cpu": platform.processor() or platform.machine(),
        "python": platform.python_version(),
    }
    text = json.dumps(told, indent=2)
    if json_file:
        json_file.write_text(text + "\n")
    typer.echo(text)


@app.command()
def faults(
    rounds: Annotated[int, typer.Option(min=4, help="Kills, on each store.")] = 100,
    seed: Annotated[int, typer.Option(help="Decides the moments.")] = 1,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the account here.")
    ] = None,
) -> None:
    """Kill collector, broker and store at random moments; then count what is lost or there twice.

    On DuckDB and, where influxd is installed, on InfluxDB; it needs mosquitto. A gateway sends all
    the while and keeps what is not acknowledged as stored. Example:

        ./suluh bench faults --rounds 100 --json faults.json
    """
    _need("mosquitto")
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="suluh-faults-") as name, ExitStack() as servers:
        folder = Path(name)
        influx = _influx(folder, servers)
        for store, server in (("duckdb", None), ("influxdb", influx)):
            if store == "duckdb" or server is not None:
                run = folder / store
                with broker(run / "broker") as running:
                    told[store] = measure_faults(run, running, server, rounds, seed, _say)
    wrong = any(t["lost"] or t["duplicates"] for t in told.values())
    _tell(told, json_file)
    if wrong:
        raise typer.Exit(1)


@app.command()
def ingest(
    systems: Annotated[
        int, typer.Option(min=25, max=2000, help="Systems whose day of 96 readings is sent.")
    ] = 1000,
    rounds: Annotated[int, typer.Option(min=1, help="The figures are their medians.")] = 3,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here.")
    ] = None,
) -> None:
    """Our collector and Telegraf in turn, from the same mosquitto into the same InfluxDB.

    CPU of the collecting process for each reading and readings a second from end to end: in
    gateways' batches of 100 and as single messages, these by both readers (SULUH_MQTT_READER). All
    is read back and counted. It needs mosquitto and influxd; Telegraf is measured when
    .ci/build-telegraf has built it. Example:

        ./suluh bench ingest --json ingest.json
    """
    _need("mosquitto", "influxdb")
    peer = telegraf_path()
    if peer is None:
        _say(f"Telegraf is left out: {HOW_TO_GET}")
    with tempfile.TemporaryDirectory(prefix="suluh-ingest-") as name, ExitStack() as servers:
        folder = Path(name)
        influx = servers.enter_context(influx_server(folder / "influxdb"))
        running = servers.enter_context(broker(folder / "broker"))
        told = measure_ingest(Peers(folder, running, influx, peer), systems, rounds, _say)
    _tell(told, json_file)
    if told["lost"] or told["duplicates"]:
        raise typer.Exit(1)


@app.command()
def gateway(
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here.")
    ] = None,
) -> None:
    """A village gateway: megabytes of a home and month on the socket, memory, CPU.

    Its own sender and uplink under TLS through a proxy that counts, a day of 50 homes every 15
    minutes, in each encoding and batch size; and a gateway process that reads 100 controllers.
    It needs mosquitto and openssl. Example:

        ./suluh bench gateway --json gateway.json
    """
    _need("mosquitto", "openssl")
    with tempfile.TemporaryDirectory(prefix="suluh-bench-") as name:
        folder = Path(name)
        certificates = make_certificates(folder / "certificates")
        with broker(folder / "broker", tls=certificates) as running:
            told = measure_gateway(folder, running, _say)
    _tell(told, json_file)


@app.command()
def soak(
    rate: Annotated[int, typer.Option(min=100, help="Readings a second.")] = 7_800,
    minutes: Annotated[float, typer.Option(min=0.1, help="For how long.")] = 15.0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here.")
    ] = None,
) -> None:
    """A nation's hour: each reading of another device, in batches of 100, into the embedded store.

    Broker, sender and collector share this machine. At the end all is counted; memory is that of
    the collector in each quarter of the time. It needs mosquitto. Example:

        ./suluh bench soak --minutes 3 --json soak.json
    """
    _need("mosquitto")
    with tempfile.TemporaryDirectory(prefix="suluh-soak-") as name, ExitStack() as servers:
        folder = Path(name)
        running = servers.enter_context(broker(folder / "broker"))
        told = measure_soak(folder / "run", running, rate, round(minutes * 60), _say)
    _tell(told, json_file)
    if told["lost"]:
        raise typer.Exit(1)


@app.command()
def backlog(
    readings: Annotated[int, typer.Option(min=10_000, help="Of the backlog.")] = 33_000_000,
    devices: Annotated[int, typer.Option(min=100, help="That send them.")] = 48_700,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here.")
    ] = None,
) -> None:
    """A district's backlog of seven days into InfluxDB, while live readings come as always.

    How long live readings waited at worst is the sum of live_at_the_door_s and
    live_longest_wait_s; had it reached 20 s, they would have been backlog from then on. It needs
    mosquitto and influxd. Example:

        ./suluh bench backlog --readings 3300000 --json backlog.json
    """
    _need("mosquitto", "influxdb")
    with tempfile.TemporaryDirectory(prefix="suluh-backlog-") as name, ExitStack() as servers:
        folder = Path(name)
        influx = servers.enter_context(influx_server(folder / "influxdb"))
        running = servers.enter_context(broker(folder / "broker"))
        told = measure_backlog(folder / "run", running, influx, readings, devices, _say)
    _tell(told, json_file)
    if told["lost"]:
        raise typer.Exit(1)


def _need(*names: str) -> None:
    """End the command, saying how to get it, when a part is missing."""
    for name in names:
        if part(name).find() is None:
            _say(f"it needs {name}: {part(name).how_to_get}")
            raise typer.Exit(1)


def _influx(folder: Path, servers: ExitStack) -> InfluxDB | None:
    influxd = part("influxdb")
    if influxd.find() is None:
        _say(f"InfluxDB is left out: {influxd.how_to_get}")
        return None
    return servers.enter_context(influx_server(folder / "influxdb"))


def _say(words: str) -> None:
    typer.echo(f"bench: {words}", err=True)


if __name__ == "__main__":
    app()
