"""Shared fixtures, and the order in which the suite runs."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from between_workers import held, made_once
from corrupted_future import revised_copy
from loopback_fred import fred  # noqa: F401  a fixture, for tests of data and of whole notebooks
from warm_forks import _server, warm_forks, whole_server  # noqa: F401  fixtures, for tests of runs

# Tests written once, for files that state what is their own.
pytest.register_assert_rewrite("moved_by_parameters", "told_pictures")

# One thread a kernel: the tests run kernels side by side.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# A search for cycles goes through all that was imported, and a twentieth of the time went into these searches.
gc.set_threshold(50_000, 20, 20)

# A busy machine is no reason for an example to fail.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

#: Folders whose tests run notebooks or pages: they start first, so that no worker is left with them at the end.
LONG = ("notebooks", "test_golden.py", "reports", "run", "faults")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores, as some always wait: for a browser, a run, or a time limit to pass."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let the first worker that comes to a file rewrite its asserts, and the others read what it kept."""
    if isinstance(collector, pytest.Module) and "PYTEST_XDIST_WORKER" in os.environ:
        with held(collector.path):
            return (yield)
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start what takes long first."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        part = item.path.relative_to(here).parts[0]
        return LONG.index(part) if part in LONG else len(LONG)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def collection_report(tmp_path_factory) -> Path:
    """The whole collection, executed once on the real snapshot as `make report` does, for all workers."""
    from helpers.run.execute import run_collection

    return made_once(tmp_path_factory, "collection", run_collection)


@pytest.fixture(scope="session")
def revised(tmp_path_factory) -> Path:
    """A data folder in which later vintages say something else of months whose first release is held."""
    return made_once(tmp_path_factory, "revised", revised_copy)


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory) -> Path:
    """The sample notebook with its outputs, executed once for all workers."""
    from sample_notebook import NAME, execute_into

    return made_once(tmp_path_factory, "sample", execute_into) / f"{NAME}.ipynb"
