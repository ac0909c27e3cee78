"""What may import what. ARCHITECTURE.md shows this table; here it is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.rules.sources import PACKAGES, Module

_PORTS = ("collector.fleet.port", "collector.store.port")
_ANALYTICS = ("collector.domain", *_PORTS, "analytics.status")
_GATEWAY = ("collector.domain", "collector.controllers", "collector.wire", "collector.spool")
_SIMULATOR = ("collector.domain", "collector.controllers", "collector.wire")

# Package -> what of ours it may import besides itself. The longest name that fits decides.
MAY_IMPORT: Mapping[str, tuple[str, ...]] = {
    "collector.domain": (),
    "collector.settings": (),
    "collector.environment": (),
    "collector.logs": (),
    "collector.controllers": ("collector.domain",),
    "collector.wire": ("collector.domain",),
    "collector.fleet": ("collector.domain",),
    "collector.store": ("collector.domain",),
    "collector.spool": ("collector.domain",),
    "collector.publishers": ("collector.domain",),
    "collector.web_server": (),
    "collector.watch": (
        *("collector.domain", "collector.spool"),
        *("collector.ingest.worker", "collector.ingest.pipeline", "collector.intake.door"),
        "collector.store.port",
    ),
    "collector.ingest": ("collector.domain", "collector.spool", *_PORTS),
    "collector.ledger": (
        *("collector.domain", "collector.spool", "collector.fleet.port"),
        "collector.ingest.pipeline",
    ),
    "collector.releases": ("collector.domain",),
    "collector.releases.repository": (
        *("collector.domain", "collector.releases", "collector.ledger.tables"),
    ),
    "collector.releases.command": ("collector",),
    "collector.releases.bootstrap": ("collector",),
    "collector.intake": ("collector.domain", "collector.wire", "collector.spool"),
    "collector.gateway": _GATEWAY,
    "collector.gateway.bootstrap": (*_GATEWAY, "collector.gateway", "collector.logs"),
    "collector.gateway.command": (
        *_GATEWAY,
        "collector.gateway",
        "collector.logs",
        "collector.environment",
    ),
    "collector.retiring": (
        *("collector.spool", "collector.ingest.worker", "collector.intake.leaving"),
    ),
    "collector.retiring.bootstrap": ("collector",),
    "collector.intake.bootstrap": ("collector",),
    "collector.watch.bootstrap": ("collector",),
    "collector.bootstrap": ("collector",),
    "collector.command": ("collector",),
    "collector.letters_command": ("collector",),
    "collector.ledger_command": ("collector",),
    "collector.ledger.heard": (
        *("collector.domain", "collector.ledger", "collector.spool", "collector.wire"),
    ),
    "collector.ledger.balance.repository": (
        "collector.domain",
        "collector.ledger",
        "collector.ingest.tables",
    ),
    "collector.ledger.balance.bootstrap": ("collector",),
    "collector.publishers.command": ("collector",),
    "collector.send_log_command": ("collector",),
    "collector.store_again_command": ("collector",),
    "analytics.settings": (),
    "analytics.status": (),
    "analytics.quality": _ANALYTICS,
    "analytics.indicators": (*_ANALYTICS, "analytics.quality"),
    "analytics.detectors": (*_ANALYTICS, "analytics.quality", "analytics.indicators"),
    "analytics.prognosis": (
        *_ANALYTICS,
        "analytics.quality",
        "analytics.indicators",
        "analytics.detectors",
    ),
    # Fits models to records, so it stands behind the walk and the scorer.
    "analytics.prognosis.training": (*_ANALYTICS, "analytics"),
    "analytics.tickets": (*_ANALYTICS, "analytics.detectors", "analytics.prognosis"),
    # The runs: they join the steps.
    **{
        f"analytics.{run}": (*_ANALYTICS, "analytics")
        for run in (
            *(
                "load",
                "archive",
                "look_back",
                "clocked_store",
                "labels",
                "judging",
                "nightly",
                "schedule",
                "explain",
            ),
            *("rehearsal", "replay", "evaluate", "distributed"),
        )
    },
    "analytics.bootstrap": ("analytics", "collector"),
    "analytics.command": ("analytics", "collector"),
    "api": ("analytics", "collector"),
    "device_sim": _SIMULATOR,
    "device_sim.command": (
        *_SIMULATOR,
        "device_sim",
        "collector.logs",
        "collector.environment",
    ),
}

# What `api` may use of others only where things are put together: the adapters behind the ports.
ADAPTERS = (
    "collector.store.duckdb",
    "collector.store.influx",
    "collector.store.lake",
    "collector.fleet.repository",
    "collector.ingest.repository",
    "collector.ingest.clock.repository",
    "collector.publishers.repository",
    "collector.releases.repository",
    "analytics.tickets.repository",
    "analytics.prognosis.repository",
    "collector.intake.mqtt",
    "collector.intake.bulk",
    "collector.intake.leaving",
)
MAY_BUILD_ADAPTERS = ("bootstrap", "command")

# Library -> the modules (or packages) that know it.
FENCES: Mapping[str, tuple[str, ...]] = {
    "prometheus_client": ("collector.watch.metrics", "api.health"),
    "paho": (
        "collector.intake.mqtt",
        "collector.intake.leaving",
        "collector.intake.network",
        "collector.gateway.uplink",
        "device_sim.links.mqtt",
    ),
    "serial": ("collector.gateway.vedirect",),
    "pymodbus": ("collector.gateway.bus", "device_sim.links.modbus"),
    "influxdb_client": ("collector.store.influx",),
    "isal": ("collector.store.influx",),
    "duckdb": ("collector.store.duckdb",),
    "deltalake": ("collector.store.lake",),
    "dask": ("analytics.distributed",),
    "fastapi": ("api", "collector.intake.http", "collector.intake.versions_http"),
    "starlette": ("api", "collector.intake.http", "collector.intake.versions_http"),
    "alembic": ("api.migrations",),
    "amqtt": ("api",),
    "pvlib": ("device_sim",),
    "pyarrow": (
        *("device_sim.recording", "device_sim.hidden_capacity"),
        *("analytics.replay.readings", "analytics.evaluate.ceiling"),
        "analytics.evaluate.aitio_record",
    ),
}
# SQLAlchemy is known by kind of module rather than by place.
SQLALCHEMY_MODULES = ("tables", "repository", "bootstrap")
SQLALCHEMY_PLACES = (
    "collector.fleet.database",
    "collector.ledger.by_key",
    "collector.ledger.upsert",
    "collector.ledger.usual",
    "api.migrations",
)


def within(name: str, package: str) -> bool:
    """Whether the dotted `name` is `package` or lies inside it."""
    return name == package or name.startswith(package + ".")


def wrong_imports(modules: Iterable[Module]) -> list[str]:
    """Imports against the direction device -> collector -> store -> analytics -> tickets -> api."""
    known = list(modules)
    names = {module.name for module in known}
    faults = []
    for module in known:
        rule = max((p for p in MAY_IMPORT if within(module.name, p)), key=len, default=None)
        if rule is None:
            # Only a package's own description needs no rule.
            if module.name not in PACKAGES:
                faults.append(f"{module.name}: no rule for it in tests/rules/imports.py")
            continue
        for line, target in module.imports():
            if target in names and not _allowed(module.name, rule, target):
                faults.append(f"{module.name}:{line} imports {target}")
    return faults


def _allowed(name: str, rule: str, target: str) -> bool:
    if target in PACKAGES:  # a package's own description
        return True
    composes = name.rpartition(".")[2] in MAY_BUILD_ADAPTERS
    if within(name, "api") and not composes and any(within(target, a) for a in ADAPTERS):
        return False
    # A package of ours that only marks a place (`collector.store`) holds nothing to import.
    allowed = (*MAY_IMPORT[rule], rule)
    return any(within(target, package) or within(package, target) for package in allowed)


def fence_breaks(modules: Iterable[Module]) -> list[str]:
    """Libraries imported outside the modules that are to know them."""
    faults = []
    for module in modules:
        for line, target in module.imports():
            library = target.partition(".")[0]
            places = FENCES.get(library, (module.name,))
            outside = not any(within(module.name, place) for place in places)
            if library == "sqlalchemy":
                outside = not _may_use_sqlalchemy(module.name)
            fault = f"{module.name}:{line} imports {library}"
            if outside and fault not in faults:
                faults.append(fault)
    return faults


def _may_use_sqlalchemy(name: str) -> bool:
    kind = name.rpartition(".")[2]
    return kind in SQLALCHEMY_MODULES or any(within(name, place) for place in SQLALCHEMY_PLACES)
