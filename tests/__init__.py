"""Tests of the portal."""

import os

# Several tests run at once: that each has a thread for every core to multiply matrices with makes all of them
# many times slower. Read by numpy as it is loaded, and by the processes that tests start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
