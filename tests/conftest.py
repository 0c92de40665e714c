"""Shared fixtures."""

import os
from pathlib import Path

import pytest

from loopback_fred import fred  # noqa: F401  a fixture, for tests of data and of whole notebooks

# One thread a kernel: the tests run kernels side by side.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")


@pytest.fixture(scope="session")
def collection_report(tmp_path_factory) -> Path:
    """The whole collection, executed once on the real snapshot as `make report` does."""
    from helpers.run.execute import run_collection

    out = tmp_path_factory.mktemp("collection") / "reports"
    run_collection(out)
    return out
