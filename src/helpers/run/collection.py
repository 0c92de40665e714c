"""The notebooks of the collection, which of them to run, and with which values."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from helpers.data.yaml_files import read_yaml
from helpers.errors import DataError, ParameterError, RunError
from helpers.run.parameters import (
    Parameter,
    check_names,
    load_notebook,
    load_parameters,
    notebooks_dir,
)

SCOREBOARD = "00"
RUNS = "runs"  # the folder of executed notebooks, which a run sets itself
#: What was known when is one promise for the whole report: no notebook keeps another date by itself.
TOGETHER = ("as_of", "source")
_NAME = re.compile(r"\d\d_(?!.*-Copy\d*$)[\w-]+")

log = logging.getLogger(__name__)


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
    """All notebooks of a folder (the collection's own by default), in their order; copies are left out."""
    folder = Path(folder or notebooks_dir())
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    found = [Notebook(path) for path in paths if _NAME.fullmatch(path.stem)]
    if not found:
        raise RunError(
            f"No notebook NN_name.ipynb in {folder.name}/. Unset REBALANCE_NOTEBOOKS or restore it."
        )
    if left := [path.name for path in paths if not _NAME.fullmatch(path.stem)]:
        log.warning("Left out: %s (a copy, or not named NN_name).", ", ".join(left))
    return found


def select(notebooks: list[Notebook], only: Iterable[str]) -> list[Notebook]:
    """The notebooks named by number, name or file, all when none is named; the scoreboard goes along with any."""
    asked = [word.strip() for word in only if word.strip()]
    named = [(word, _named(word, notebooks)) for word in asked]
    if unknown := [word for word, found in named if not found]:
        names = ", ".join(notebook.name for notebook in notebooks)
        raise RunError(
            f"No notebook {', '.join(unknown)}. Known: {names} (a number such as 01 is enough)."
        )
    chosen = {notebook.name for _, found in named for notebook in found}
    return [nb for nb in notebooks if not asked or nb.name in chosen or nb.number == SCOREBOARD]


def _named(word: str, notebooks: list[Notebook]) -> list[Notebook]:
    """The notebooks meant by ``1``, ``01``, a name, or a file."""
    if word.endswith(".ipynb"):
        path = Path(word)
        if path.parent != Path() and path.parent.resolve() != notebooks[0].path.parent.resolve():
            return []
        word = path.stem
    if re.fullmatch("[0-9]+", word):
        word = word.zfill(2)
    return [notebook for notebook in notebooks if word in (notebook.number, notebook.name)]


def assign_values(
    notebooks: list[Notebook], scenario: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Checked values for each notebook: texts of the command line over a scenario over the declared defaults.

    A name goes to every notebook that declares it and allows the value; the others keep theirs, with a word
    on the log. The date and the source of the figures go to all or to none. ``01.name``, or in a scenario a
    mapping under the notebook's number or name, sets one notebook alone and wins over the plain name.

    Raises
    ------
    ParameterError
        When no notebook declares a name or allows its value, when it is set by the run itself, or twice.
    """
    values: dict[str, dict[str, Any]] = {notebook.name: {} for notebook in notebooks}
    shared = {name: value for name, value in scenario.items() if not isinstance(value, Mapping)}
    _set_everywhere(values, notebooks, shared, Parameter.check)
    alone = {key: mapping for key, mapping in scenario.items() if isinstance(mapping, Mapping)}
    _refuse_twice(notebooks, [(key, name) for key, mapping in alone.items() for name in mapping])
    for key, mapping in alone.items():
        _set_one(values, notebooks, key, mapping, Parameter.check)
    plain = {name: text for name, text in texts.items() if "." not in name}
    _set_everywhere(values, notebooks, plain, Parameter.parse)
    parted = {whole.partition("."): text for whole, text in texts.items()}
    dotted = {(key, name): text for (key, dot, name), text in parted.items() if dot}
    _refuse_twice(notebooks, dotted)
    for (key, name), text in dotted.items():
        _set_one(values, notebooks, key, {name: text}, Parameter.parse)
    return values


def _refuse_twice(notebooks: list[Notebook], given: Iterable[tuple[str, str]]) -> None:
    """Refuse two values of one parameter under two names of its notebook, ``1.draws`` and ``01.draws``."""
    seen: dict[tuple[str, str], str] = {}
    for key, name in given:
        for notebook in _named(key, notebooks):
            if (other := seen.setdefault((notebook.name, name), key)) != key:
                raise ParameterError(
                    f"{notebook.name}: parameter {name!r} is given twice, for {other!r} and for {key!r}."
                )


def _set_everywhere(
    values: dict[str, dict[str, Any]],
    notebooks: list[Notebook],
    given: Mapping[str, Any],
    read: Callable[[Parameter, Any], Any],
) -> None:
    _check_declared_somewhere(given, notebooks)
    for name, value in given.items():
        refusals = []
        declaring = [notebook for notebook in notebooks if name in notebook.declared]
        for notebook in declaring:
            try:
                values[notebook.name][name] = read(notebook.declared[name], value)
            except ParameterError as error:
                refusals.append(error)
        if refusals and (name in TOGETHER or len(refusals) == len(declaring)):
            raise refusals[0]
        for refusal in refusals:
            log.warning("%s The other notebooks take it.", refusal)


def _set_one(
    values: dict[str, dict[str, Any]],
    notebooks: list[Notebook],
    key: str,
    given: Mapping[str, Any],
    read: Callable[[Parameter, Any], Any],
) -> None:
    found = _named(key, notebooks)
    if not found:
        names = ", ".join(notebook.name for notebook in notebooks)
        raise ParameterError(
            f"No notebook {key!r} in this run to set parameters of. Running: {names}."
        )
    for notebook in found:
        check_names(given, notebook.declared, notebook.name)
        _refuse_runs(given)
        for name, value in given.items():
            values[notebook.name][name] = read(notebook.declared[name], value)


def load_scenario(path: Path, notebooks: list[Notebook]) -> dict[str, Any]:
    """A named set of values from a YAML file: ``NAME: VALUE``, or ``01: {NAME: VALUE}``."""
    try:
        scenario = read_yaml(path)
    except OSError as error:
        raise RunError(f"Scenario {path} cannot be read: {error.strerror}.") from None
    except DataError as error:
        raise RunError(f"Scenario {error}") from None
    if not isinstance(scenario, dict) or not all(isinstance(key, str | int) for key in scenario):
        raise RunError(f"Scenario {path} is not a mapping of names to values. Write `cut_bp: 100`.")
    scenario = {str(key): value for key, value in scenario.items()}
    for key, value in scenario.items():
        if isinstance(value, Mapping) and not _named(key, notebooks):
            known = ", ".join(notebook.name for notebook in notebooks)
            raise RunError(f"Scenario {path} names notebook {key!r}. Known: {known}.")
    return scenario


def as_plain(value: Any) -> Any:
    """A checked value as papermill and JSON write it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _check_declared_somewhere(names: Collection[str], notebooks: list[Notebook]) -> None:
    declared = {name: p for notebook in notebooks for name, p in notebook.declared.items()}
    try:
        check_names(names, declared, ", ".join(notebook.name for notebook in notebooks))
    except ParameterError as error:
        raise ParameterError(f"{error} See `rebalance list` for the notebooks.") from None
    _refuse_runs(names)


def _refuse_runs(names: Collection[str]) -> None:
    if RUNS in names:
        raise ParameterError(
            f"{RUNS!r} is set by the run itself, to the notebooks it has just executed. "
            f"To read others, open the notebook in JupyterLab or run it with papermill."
        )
