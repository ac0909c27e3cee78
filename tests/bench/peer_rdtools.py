# pyright: reportMissingImports=false
"""RdTools on a system-year: soiling by stochastic rate and recovery, on its daily yield.

Run in an environment that has rdtools: ``python peer_rdtools.py YEAR.npz``.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
import rdtools
from rdtools.soiling import soiling_srr

warnings.simplefilter("ignore")
record = np.load(sys.argv[1])
days = pd.date_range("2025-01-01", periods=record["normal_yield"].size, freq="D", tz="UTC")
normal = pd.Series(record["normal_yield"], days)
insolation = pd.Series(np.full(days.size, 5_000.0), days)
began = time.process_time()
ratio, interval, _ = soiling_srr(normal, insolation, reps=1000)
spent = time.process_time() - began
told = {"version": rdtools.__version__, "cpu_s_per_system_year": round(spent, 2)}
print(json.dumps({**told, "soiling_ratio": round(float(ratio), 3)}))
