"""The package: every name it promises exists, is documented with a source, and costs nothing until used."""

import dataclasses
import inspect
import subprocess
import sys

import numpy as np
import pytest

from helpers import stats

FUNCTIONS = [name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))]
RESULTS = [name for name in stats.__all__ if inspect.isclass(getattr(stats, name))]


def test_importing_the_package_loads_no_scientific_library():
    code = "import sys, helpers.stats; print({'numpy', 'pandas', 'scipy', 'statsmodels', 'arch'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_documented(name):
    doc = inspect.getdoc(getattr(stats, name))
    # A simulation of our own has no source.
    sections = {"Parameters", "Returns", "Raises", "Examples", "References"} - (
        {"References"} if name == "simulate_sizes" else set()
    )
    assert not [section for section in sections if f"\n{section}\n" not in doc]


@pytest.mark.parametrize("name", RESULTS)
def test_results_are_frozen(name):
    assert getattr(stats, name).__dataclass_params__.frozen
    assert dataclasses.is_dataclass(getattr(stats, name))


def test_results_cannot_be_changed():
    result = stats.mean_hac(np.arange(30.0) % 4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.p = 0.0


@pytest.mark.parametrize(
    "name", [n for n in FUNCTIONS if "rng" in inspect.signature(getattr(stats, n)).parameters]
)
def test_randomness_has_a_seed(name):
    """No function falls back on entropy of the machine."""
    assert inspect.signature(getattr(stats, name)).parameters["rng"].default is not None
