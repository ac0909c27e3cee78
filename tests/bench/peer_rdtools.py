# pyright: reportMissingImports=false
"""RdTools on a system-year: soiling by stochastic rate and recovery, degradation year on year.

Run in an environment that has rdtools: ``python peer_rdtools.py YEAR.npz``.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
import rdtools

warnings.simplefilter("ignore")
record = np.load(sys.argv[1])
power = pd.Series(record["power_w"], pd.to_datetime(record["time_s"], unit="s", utc=True))
daily = power.resample("1D").sum() / 4.0
normal = daily / daily.quantile(0.95)
insolation = daily.clip(lower=1.0)
began = time.process_time()
ratio, interval, _ = rdtools.soiling_srr(normal, insolation, reps=1000)
spent = time.process_time() - began
told = {"version": rdtools.__version__, "cpu_s_per_system_year": round(spent, 2)}
print(json.dumps({**told, "soiling_ratio": round(float(ratio), 3)}))
