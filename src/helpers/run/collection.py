"""The notebooks of the collection, which of them to run, and with which values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from helpers.errors import ParameterError, RunError
from helpers.run.parameters import (
    Parameter,
    check_names,
    load_notebook,
    load_parameters,
    notebooks_dir,
)

SCOREBOARD = "00"


@dataclass(frozen=True)
class Notebook:
    """One notebook of the collection, named ``NN_name``."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def number(self) -> str:
        return self.name[:2]

    @cached_property
    def question(self) -> str:
        """Its title: the first heading."""
        for cell in load_notebook(self.path)["cells"]:
            for line in (
                "".join(cell["source"]).splitlines() if cell["cell_type"] == "markdown" else ()
            ):
                if line.startswith("# "):
                    return line[2:].strip()
        return self.name

    @cached_property
    def declared(self) -> dict[str, Parameter]:
        return load_parameters(self.path)


def find_notebooks(folder: Path | None = None) -> list[Notebook]:
    """All notebooks of a folder (the collection's own by default), in their order."""
    folder = Path(folder or notebooks_dir())
    found = [Notebook(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]
    if not found:
        raise RunError(
            f"No notebook NN_name.ipynb in {folder.name}/. Unset REBALANCE_NOTEBOOKS or restore it."
        )
    return found


def select(notebooks: list[Notebook], only: Iterable[str]) -> list[Notebook]:
    """The notebooks named by number or name, all when none is named; the scoreboard goes along with any."""
    asked = {word.strip() for word in only if word.strip()}
    known = {word for notebook in notebooks for word in (notebook.number, notebook.name)}
    if unknown := sorted(asked - known):
        names = ", ".join(notebook.name for notebook in notebooks)
        raise RunError(
            f"No notebook {', '.join(unknown)}. Known: {names} (a number such as 01 is enough)."
        )
    asked = asked and asked | {SCOREBOARD}
    return [nb for nb in notebooks if not asked or asked & {nb.number, nb.name}]


def assign_values(
    notebooks: list[Notebook], scenario: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Checked values for each notebook: texts of the command line over a scenario over the declared defaults.

    A name goes to every notebook that declares it; a scenario may also hold a mapping a notebook.

    Raises
    ------
    ParameterError
        When no notebook declares a name, or a value does not fit.
    """
    values: dict[str, dict[str, Any]] = {notebook.name: {} for notebook in notebooks}
    shared = {name: value for name, value in scenario.items() if not isinstance(value, Mapping)}
    _check_declared_somewhere([*shared, *texts], notebooks)
    by_key = {key: nb for nb in notebooks for key in (nb.name, nb.number)}
    for notebook in notebooks:
        own = {k: v for k, v in shared.items() if k in notebook.declared}
        for key, mapping in scenario.items():
            if isinstance(mapping, Mapping) and by_key.get(key) is notebook:
                check_names(mapping, notebook.declared, notebook.name)
                own |= mapping
        checked = {name: notebook.declared[name].check(value) for name, value in own.items()}
        checked |= {
            n: notebook.declared[n].parse(t) for n, t in texts.items() if n in notebook.declared
        }
        values[notebook.name] = checked
    return values


def load_scenario(path: Path, notebooks: list[Notebook]) -> dict[str, Any]:
    """A named set of values from a YAML file: ``NAME: VALUE``, or ``NN_name: {NAME: VALUE}``."""
    import yaml

    try:
        scenario = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"Scenario {path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunError(f"Scenario {path} is not YAML: {error}") from None
    if not isinstance(scenario, dict) or not all(isinstance(key, str) for key in scenario):
        raise RunError(f"Scenario {path} is not a mapping of names to values. Write `cut_bp: 100`.")
    keys = {word for notebook in notebooks for word in (notebook.number, notebook.name)}
    for key, value in scenario.items():
        if isinstance(value, Mapping) and key not in keys:
            raise RunError(
                f"Scenario {path} names notebook {key!r}. Known: {', '.join(sorted(keys))}."
            )
    return scenario


def as_plain(value: Any) -> Any:
    """A checked value as papermill and JSON write it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _check_declared_somewhere(names: Iterable[str], notebooks: list[Notebook]) -> None:
    declared = {name: p for notebook in notebooks for name, p in notebook.declared.items()}
    try:
        check_names(names, declared, ", ".join(notebook.name for notebook in notebooks))
    except ParameterError as error:
        raise ParameterError(f"{error} See `rebalance list` for the notebooks.") from None
