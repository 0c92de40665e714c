"""Every example in a docstring runs, and every public statistic says what it estimates and where it comes from."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import helpers
from helpers import stats

MODULES = sorted(
    info.name
    for info in pkgutil.walk_packages(helpers.__path__, "helpers.")
    if not info.name.endswith("__main__")
)
STATISTICS = sorted(
    name
    for name in stats.__all__
    if inspect.isfunction(getattr(stats, name)) and not name.startswith("simulate_")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_and_class_says_what_it_does(name):
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    for public, thing in vars(module).items():
        own = getattr(thing, "__module__", None) == name and not public.startswith("_")
        if own and (inspect.isfunction(thing) or inspect.isclass(thing)):
            assert inspect.getdoc(thing), f"{name}.{public} has no docstring"


@pytest.mark.parametrize("name", STATISTICS)
def test_a_statistic_documents_itself(name):
    text = inspect.getdoc(getattr(stats, name))
    for section in ("Parameters\n---", "Returns\n---", "Raises\n---", "Examples\n---"):
        assert section in text, f"stats.{name} lacks {section.split(chr(10))[0]}"
    assert "doi:" in text or "jstor" in text, f"stats.{name} names no source"
