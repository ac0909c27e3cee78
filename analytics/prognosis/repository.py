"""Forecasts in a relational database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from analytics.prognosis.facts import FACTS
from analytics.prognosis.forecast import Reason
from analytics.prognosis.system_forecast import SystemForecast
from analytics.prognosis.tables import battery_forecasts

_FACT = {fact.name: fact for fact in FACTS}


class SqlForecastBook:
    """Forecasts behind an engine; see ForecastBook."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, forecasts: Sequence[SystemForecast]) -> None:
        """Keep all of them or none; a system's older forecast gives way to a newer one."""
        if not forecasts:
            return
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(battery_forecasts)
        newer = statement.excluded.as_of_s >= battery_forecasts.c.as_of_s
        changed = {c.name: statement.excluded[c.name] for c in battery_forecasts.c}
        statement = statement.on_conflict_do_update(
            index_elements=["system"], set_=changed, where=newer
        )
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(statement, [_columns(forecast) for forecast in forecasts])

    def forecasts(self) -> Mapping[str, SystemForecast]:
        """The newest forecast of every system that ever had one, by house code."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(battery_forecasts))
            return {row.system: _forecast(row._asdict()) for row in rows}


def _columns(forecast: SystemForecast) -> dict[str, Any]:
    return {
        "system": forecast.system,
        "as_of_s": float(forecast.as_of_s),
        "p_dark_4w": float(forecast.p_dark_4w),
        "p_dark_8w": float(forecast.p_dark_8w),
        "few_data": bool(forecast.few_data),
        "reasons": [[r.fact.name, float(r.value), float(r.adds)] for r in forecast.reasons],
    }


def _forecast(row: dict[str, Any]) -> SystemForecast:
    # A fact that a newer model no longer knows has no words left.
    known = [reason for reason in row.pop("reasons") if reason[0] in _FACT]
    reasons = tuple(Reason(_FACT[name], value, adds) for name, value, adds in known)
    return SystemForecast(**row, reasons=reasons)
