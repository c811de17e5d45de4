"""Tests of the platform and, beside them, its benchmarks and the factories of both.

What tests compute is small: the threads of the linear algebra would wait for one another in loops, at the expense of
the other worker and of PostgreSQL. It reads its settings when it is first imported. Benchmarks keep all threads.
"""

import os
import sys

if "pytest" in sys.modules:
    for _setting in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(_setting, "1")
