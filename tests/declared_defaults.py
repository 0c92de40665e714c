"""The defaults of an examination, held to those its notebook declares: a reader of either meets the same case."""

import inspect
from collections.abc import Callable

from helpers.run.parameters import load_parameters, notebooks_dir


def assert_defaults_are_declared(examine: Callable, notebook: str, *others: str) -> None:
    """Every parameter of ``examine`` but the information set has the default declared in the notebook.

    ``others`` are parameters of the notebook that do not go there.
    """
    declared = load_parameters(notebooks_dir() / f"{notebook}.ipynb")
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(examine).parameters.items()
        if name != "info"
    }
    assert set(declared) - set(defaults) == {"as_of", "source", *others}
    for name, default in defaults.items():
        plain = list(default) if isinstance(default, tuple) else default
        assert declared[name].default == plain, name
