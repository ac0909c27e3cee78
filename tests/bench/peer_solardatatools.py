# pyright: reportMissingImports=false
"""solar-data-tools on a system-year: its standard pipeline.

Run in an environment that has solar-data-tools: ``python peer_solardatatools.py YEAR.npz``.
"""

import contextlib
import io
import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from solardatatools import DataHandler

warnings.simplefilter("ignore")
record = np.load(sys.argv[1])
index = pd.to_datetime(record["time_s"] + 8 * 3600, unit="s")
frame = pd.DataFrame({"power": record["power_w"]}, index=index)
began = time.process_time()
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    handler = DataHandler(frame)
    handler.run_pipeline(power_col="power", verbose=False)
spent = time.process_time() - began
told = {"version": version("solar-data-tools"), "cpu_s_per_system_year": round(spent, 2)}
print(json.dumps(told))
