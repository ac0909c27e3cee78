"""One draw for each system from a named channel: what a system is made of, fixed for good."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device_sim.noise import Keys, normal, uniform

_ONCE = np.zeros(1, np.int64)


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws of shape (systems,), each a function of a system's key and the channel's name."""

    keys: Keys

    def between(self, channel: str, low: float, high: float) -> NDArray[np.float32]:
        """Even between two values."""
        share = uniform(self.keys, _ONCE, f"draw/{channel}")[:, 0]
        return np.float32(low) + np.float32(high - low) * share

    def normal(self, channel: str, mean: float, deviation: float) -> NDArray[np.float32]:
        """Nearly normal, never beyond 3.5 deviations."""
        value = normal(self.keys, _ONCE, f"draw/{channel}")[:, 0]
        return np.float32(mean) + np.float32(deviation) * value

    def lognormal(self, channel: str, median: float, spread: float) -> NDArray[np.float32]:
        """A positive value whose logarithm deviates by ``spread``."""
        return np.float32(median) * np.exp(self.normal(channel, 0.0, spread))
