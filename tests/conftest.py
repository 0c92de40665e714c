"""Shared fixtures."""

import os

# One thread a kernel: the tests run kernels side by side.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
