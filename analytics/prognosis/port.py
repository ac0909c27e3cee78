"""Where forecasts are kept: the comments are the contract."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from analytics.prognosis.system_forecast import SystemForecast

Keep = Callable[[Sequence[SystemForecast]], None]
"""Takes the forecasts of a night; none where the night did not look ahead."""


class ForecastBook(Protocol):
    """The newest forecast of every system."""

    def keep(self, forecasts: Sequence[SystemForecast]) -> None:
        """Keep all of them or none; a system's older forecast gives way to a newer one."""
        ...

    def forecasts(self) -> Mapping[str, SystemForecast]:
        """The newest forecast of every system that ever had one, by house code."""
        ...
