"""The model that ships: curves by chemistry and horizon, and what ages alone say; a JSON file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.prognosis.curves import Additive, Curve, chance
from collector.domain.device import Chemistry

FORMAT = 1
SHIPPED = Path(__file__).with_name("model.json")
HORIZONS_DAYS = (28, 56)


class ModelError(ValueError):
    """A model file cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class BaseRate:
    """The share that goes dark within a horizon by the battery's age alone.

    ``shares[i]`` holds up to ``until_years[i]``, the last one beyond too.
    """

    until_years: tuple[float, ...]
    shares: tuple[float, ...]

    def at(self, age_years: NDArray[np.floating]) -> NDArray[np.float64]:
        """The share at each age, shape (systems,)."""
        place = np.searchsorted(self.until_years, np.nan_to_num(age_years))
        return np.asarray(self.shares)[np.minimum(place, len(self.shares) - 1)]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is foreseen for one horizon: curves by chemistry, calibration, base rate.

    ``calibration`` (slope, shift) corrects the log-odds by what fleets held out have shown.
    """

    additive: Mapping[Chemistry, Additive]
    calibration: tuple[float, float]
    base_rate: BaseRate

    def calibrated(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of raw log-odds."""
        slope, shift = self.calibration
        return chance(slope * log_odds + shift)


@dataclass(frozen=True, slots=True)
class Model:
    """``outlooks[days]`` for 28 and 56 days; ``card`` says what it was fitted to."""

    version: str
    card: Mapping[str, Any]
    outlooks: Mapping[int, Outlook]


def read_model(path: Path = SHIPPED) -> Model:
    """A model file. Raises ModelError, OSError."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ModelError(
                f"{path.name} has format {told['format']}; this program reads {FORMAT}"
            )
        outlooks = {days: _outlook(told["outlooks"][str(days)]) for days in HORIZONS_DAYS}
        return Model(str(told["version"]), told["card"], outlooks)
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ModelError(f"{path.name} is no model: {error}") from error


@cache
def shipped_model() -> Model:
    """The model that came with this program. Raises ModelError, OSError."""
    return read_model()


def write_model(model: Model, path: Path) -> None:
    """Write a model file, the numbers to four digits. Raises OSError."""
    outlooks = {
        str(days): {
            "additive": {kind.value: asdict(a) for kind, a in outlook.additive.items()},
            "calibration": outlook.calibration,
            "base_rate": asdict(outlook.base_rate),
        }
        for days, outlook in model.outlooks.items()
    }
    told = {"format": FORMAT, "version": model.version, "card": model.card, "outlooks": outlooks}
    path.write_text(json.dumps(_rounded(told), indent=1) + "\n", encoding="utf-8")


def _rounded(told: Any) -> Any:
    if isinstance(told, float):
        return float(f"{told:.4g}")
    if isinstance(told, dict):
        return {name: _rounded(value) for name, value in told.items()}
    return [_rounded(value) for value in told] if isinstance(told, list | tuple) else told


def _outlook(told: Mapping[str, Any]) -> Outlook:
    additive = {Chemistry(kind): _additive(a) for kind, a in told["additive"].items()}
    slope, shift = told["calibration"]
    rate = told["base_rate"]
    return Outlook(
        additive, (slope, shift), BaseRate(tuple(rate["until_years"]), tuple(rate["shares"]))
    )


def _additive(told: Mapping[str, Any]) -> Additive:
    curves = {
        name: Curve(tuple(c["knots"]), c["usual"], tuple(c["rises"]))
        for name, c in told["curves"].items()
    }
    return Additive(told["constant"], curves)
