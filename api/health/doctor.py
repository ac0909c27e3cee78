"""`suluh doctor`: what is missing or wrong on this machine, and the line that mends it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from api.health import machine
from api.health.database import database
from api.health.finding import Finding, Verdict
from api.health.parts import PARTS
from api.settings import ApiSettings
from collector.environment import from_environment
from collector.settings import CollectorSettings

_SIGNS = {Verdict.OK: "ok", Verdict.NOTICE: "--", Verdict.FAULT: "!!"}
_ROOT = Path(__file__).resolve().parents[2]


def examine(environment: Mapping[str, str] = os.environ) -> list[Finding]:
    """Look at everything; changes nothing on the machine."""
    collector, api = from_environment(CollectorSettings), from_environment(ApiSettings)
    newest = max(path.stat().st_mtime for path in (_ROOT / "api").rglob("*.py"))
    return [
        machine.python_version((sys.version_info[0], sys.version_info[1])),
        machine.clock(datetime.now(UTC), datetime.fromtimestamp(newest, UTC)),
        machine.data_folder(collector.data_dir),
        machine.disk_space(collector.data_dir),
        database(collector.relational_url),
        machine.port("pages", api.host, api.port, "SULUH_API_PORT"),
        machine.port("broker port", collector.mqtt_host, collector.mqtt_port, "SULUH_MQTT_PORT"),
        *(machine.external_part(part, environment) for part in PARTS),
    ]


def report(findings: Sequence[Finding]) -> str:
    """The findings as lines for a person: `!!` must be mended, `--` is good to know."""
    lines = []
    for finding in findings:
        lines.append(f"{_SIGNS[finding.verdict]}  {finding.what:<14} {finding.found}")
        if finding.to_do:
            lines.append(f"{'':<19}-> {finding.to_do}")
    faults = sum(finding.verdict is Verdict.FAULT for finding in findings)
    notices = sum(finding.verdict is Verdict.NOTICE for finding in findings)
    verdict = f"{faults} to mend" if faults else "Suluh can run here"
    return "\n".join([*lines, "", f"{verdict}; {notices} to know about"])


def doctor(*, as_json: bool = False) -> int:
    """Print what `examine` finds; 1 when something must be mended, else 0.

    As JSON: `{"well": bool, "findings": [{"what", "verdict", "found", "to_do"}]}`.
    """
    findings = examine()
    well = all(finding.verdict is not Verdict.FAULT for finding in findings)
    if as_json:
        listed = [asdict(finding) for finding in findings]
        text = json.dumps({"well": well, "findings": listed}, indent=2)
    else:
        text = report(findings)
    sys.stdout.write(text + "\n")
    return 0 if well else 1
