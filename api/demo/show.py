"""The two ways to see the demonstration: until Ctrl-C, or once to its end with an account."""

import re
import threading
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.bootstrap import nightly_schedule
from api.demo.account import account
from api.demo.run import Demo, DemoPlan
from api.settings import ApiSettings

LIVE_INTERVAL_S = 60
ONCE_INTERVAL_S = 5
ONCE_GATEWAY_CYCLES = 3


def run_once(
    folder: Path, days: int, seed: int, api: ApiSettings, stopping: threading.Event
) -> dict[str, Any]:
    """The whole job on a fresh folder, then stop. Returns the account."""
    # Whatever port is free: nobody has to find this page but ourselves.
    api = api.model_copy(update={"port": 0})
    with Demo(DemoPlan(folder, days, seed, ONCE_INTERVAL_S, api), stopping) as demo:
        demo.receive_history()
        demo.read_village_over_modbus(ONCE_GATEWAY_CYCLES)
        demo.settle()
        demo.judge()
        demo.progress.stage("page", "Page: asking for the fleet as a browser would")
        _see_the_fleet(demo)
        return account(demo)


def run_until_stopped(
    folder: Path, days: int, seed: int, api: ApiSettings, stopping: threading.Event
) -> None:
    """History, judgement, then the fleet live until the person stops it."""
    with Demo(DemoPlan(folder, days, seed, LIVE_INTERVAL_S, api), stopping) as demo:
        demo.receive_history()
        demo.judge()
        demo.read_village_over_modbus(1)
        demo.progress.end()
        demo.progress.say(
            f"\nThe fleet is live: {demo.web.url}\n"
            f"Readings arrive every {LIVE_INTERVAL_S} s; every night the fleet is judged anew.\n"
            "Ctrl-C stops everything; the next start goes on from here."
        )
        stores = demo.stores
        schedule = nightly_schedule(stores)
        schedule.start()
        while not stopping.wait(5.0):
            for child in demo.children:
                child.must_run()
        schedule.stop()
        demo.progress.say("Stopping: simulator, gateway, broker, collector, page")
        demo.memory.sent(datetime.now(UTC).replace(microsecond=0))


def _see_the_fleet(demo: Demo) -> None:
    """Fetch the first page; it must show every system. Raises RuntimeError when it does not."""
    # The page is on this very machine: a proxy that is set for the world must not be asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(demo.web.url, timeout=30) as answer:
        text = answer.read().decode()
    shown = {int(n.replace(".", "")) for n in re.findall(r"\b\d{1,3}(?:\.\d{3})*\b", text)}
    if len(demo.registry.systems) not in shown:
        raise RuntimeError("the page does not show the whole fleet")
