"""How the sample days of home use were made, once: `python make_days.py days.csv`.

Needs the package rampdemand (0.5.2) in an environment of its own; the simulator only reads the
file. Each archetype is a list of appliances with their windows; RAMP draws when each is switched
on. Every day is normed to the same use: how much a home uses is the fleet's affair, when it does is
told here.
"""

import csv
import random
import sys
from pathlib import Path

import numpy as np
from ramp import UseCase, User  # pyright: ignore[reportMissingImports]

DAYS = 30
SEED = 4
_EVENING, _MORNING, _NIGHT = (1080, 1320), (285, 390), (1290, 1439)
_SMALL_HOURS, _DAY = (0, 330), (540, 960)

LAMPS = ("lamps", 3, 5.0, 185, 20, (_EVENING, _MORNING))
PHONE = ("phone", 1, 5.0, 90, 30, (_DAY, (1140, 1320)))
RADIO = ("radio", 1, 4.0, 100, 20, (_MORNING, (1000, 1260)))
NIGHT_LAMP = ("night lamp", 1, 1.5, 400, 120, (_NIGHT, _SMALL_HOURS))
TELEVISION = ("television", 1, 18.0, 110, 30, ((1110, 1320),))
FAN = ("fan", 1, 10.0, 150, 30, ((720, 960), (1140, 1439)))

ARCHETYPES = (
    (LAMPS, PHONE),
    (LAMPS, PHONE, RADIO, NIGHT_LAMP),
    (LAMPS, PHONE, TELEVISION),
    (LAMPS, PHONE, NIGHT_LAMP, TELEVISION, FAN),
)


def days_of(appliances: tuple[tuple, ...]) -> np.ndarray:
    """Normed use in every quarter hour, shape (DAYS, 96), each day's mean 1."""
    user = User(user_name="home", num_users=1)
    for _, number, power, minutes, cycle, windows in appliances:
        appliance = user.add_appliance(
            number=number,
            power=power,
            num_windows=len(windows),
            func_time=minutes,
            time_fraction_random_variability=0.25,
            func_cycle=cycle,
        )
        appliance.windows(*(list(w) for w in windows), random_var_w=0.2)
    case = UseCase(users=[user], date_start="2026-01-05", date_end="2026-02-03")
    minutes_w = np.asarray(case.generate_daily_load_profiles(flat=True))
    quarters = minutes_w.reshape(DAYS, 96, 15).mean(axis=2)
    return quarters / quarters.mean(axis=1, keepdims=True)


def main() -> None:
    """Write the days: archetype, day, and 96 quarter hours from midnight in hundredths."""
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - RAMP draws from the global generator
    with Path(sys.argv[1]).open("w", newline="", encoding="utf-8") as out:
        sheet = csv.writer(out, lineterminator="\n")
        for number, appliances in enumerate(ARCHETYPES):
            for day, shares in enumerate(days_of(appliances)):
                sheet.writerow([number, day, *np.rint(100 * shares).astype(int)])


if __name__ == "__main__":
    main()
