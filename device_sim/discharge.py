"""Constant discharge of the battery model beside PyBaMM's lead-acid model: a spot check.

PyBaMM 26.10 `lead_acid.Full` with its default parameters, which describe a 17 Ah home battery of
six cells (Sulzer et al. 2019, J. Electrochem. Soc. 166 A2363). Run in an environment of its own;
only the voltages below are kept.
"""

import numpy as np

from device_sim.arrays import Array
from device_sim.drive import average_lead_acid, driven_voltage_v

RATED_AH = 17.0
REMOVED_SHARE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
PYBAMM_V = {
    20: (12.850, 12.734, 12.617, 12.498, 12.375, 12.250, 12.118, 11.979, 11.825),
    10: (12.822, 12.704, 12.584, 12.461, 12.334, 12.202, 12.061, 11.909, 11.736),
    5: (12.767, 12.644, 12.519, 12.389, 12.253, 12.109, 11.953, 11.781, 11.583),
    2: (12.614, 12.478, 12.339, 12.193, 12.040, 11.875, 11.696, 11.497, 11.269),
}
"""Terminal voltage [V] by hours of the rate (20: C/20), at each share of 17 Ah taken out."""


def model_v(hours: int) -> Array:
    """Terminal voltage [V] of the average battery at C/hours, at every REMOVED_SHARE."""
    steps = 4 * hours
    current = np.full((steps, 1), -RATED_AH / hours, np.float32)
    bank = average_lead_acid(np.array([RATED_AH], np.float32))
    volts = driven_voltage_v(bank, current, np.ones(1, np.float32), 25.0)[:, 0]
    # A step's voltage is that of its start, with the step's own polarisation.
    taken = np.arange(steps) / steps
    return np.interp(REMOVED_SHARE, taken, volts).astype(np.float32)


def differences_v(hours: int) -> Array:
    """Model less PyBaMM [V] at every REMOVED_SHARE."""
    return model_v(hours) - np.array(PYBAMM_V[hours], np.float32)
