"""What a sweep runs: all combinations of the values asked for, checked before anything runs."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import ParameterError
from helpers.run.collection import (
    RUNS,
    Notebook,
    as_plain,
    assign_values,
    find_notebooks,
    load_scenario,
    select,
)
from helpers.run.parameters import check_names

_MOST_RUNS = 100_000


@dataclass(frozen=True)
class Point:
    """One run of a sweep: the values it is given, as JSON writes them, and the scenario they come from."""

    values: Mapping[str, Any]
    scenario: str = ""

    @property
    def id(self) -> str:
        """A name that follows from the values alone."""
        text = json.dumps(self.values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Plan:
    """A notebook and the points it runs at, in this order."""

    notebook: Notebook
    points: tuple[Point, ...]

    @property
    def varied(self) -> list[str]:
        """Parameters that differ between the points, those of the grids as they were given."""
        names = dict.fromkeys(name for point in self.points for name in point.values)
        return [
            name
            for name in names
            if len({json.dumps(self.value(point, name)) for point in self.points}) > 1
        ]

    def value(self, point: Point, name: str) -> Any:
        """The value of a parameter at a point, the notebook's default where it sets none."""
        return point.values.get(name, self.notebook.declared[name].default)


def plan_sweep(
    notebook: str,
    grids: Mapping[str, str],
    *,
    dates: str = "",
    scenarios: Path | None = None,
    notebooks: Path | None = None,
) -> Plan:
    """The plan of a sweep: every combination of the grids, the dates and the scenarios.

    Parameters
    ----------
    notebook : str
        Its number, name or file.
    grids : mapping of str to str
        Values by parameter, ``"100,150,175"``; those of a list parameter are parted by semicolons.
    dates : str
        ``START:END:MONTHS`` for ``as_of``; see :func:`date_grid`.
    scenarios : path, optional
        Folder of YAML files, each a set of values that goes with every combination; grids win over them. Files that
        set nothing but parameters of other notebooks are left out.
    notebooks : path, optional
        Folder of the notebooks, the collection's own when None.

    Raises
    ------
    ParameterError, RunError
        When a name, a value or the plan as a whole does not fit.
    """
    found = _one(notebook, notebooks)
    check_names(grids, found.declared, found.name)
    axes = [[{name: value} for value in _values(found, name, text)] for name, text in grids.items()]
    if dates:
        check_names(["as_of"], found.declared, found.name)
        if "as_of" in grids:
            raise ParameterError("as_of is given twice, by --grid and by --as-of-grid.")
        read = found.declared["as_of"].parse
        axes.append([{"as_of": as_plain(read(day))} for day in date_grid(dates)])
    cases = _scenarios(Path(scenarios), found, notebooks) if scenarios else {"": {}}
    if not axes and not scenarios:
        raise ParameterError(
            "Nothing to vary. Give --grid NAME=V1,V2, --as-of-grid or --scenario-dir."
        )
    count = len(cases) * math.prod(map(len, axes))
    if count > _MOST_RUNS:
        raise ParameterError(f"{count} runs are more than {_MOST_RUNS}. Make the grid coarser.")
    points = {
        point.id: point
        for name, case in cases.items()
        for parts in itertools.product(*axes)
        for point in [Point({**case, **{k: v for part in parts for k, v in part.items()}}, name)]
    }
    return Plan(found, tuple(points.values()))


def date_grid(text: str) -> list[str]:
    """Days from ``START`` to ``END``, ``MONTHS`` apart: the same day of each month, or its last one.

    >>> date_grid("2024-01-31:2024-04-30:1")
    ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']
    """
    try:
        first, last, step = text.split(":")
        start, end, months = dt.date.fromisoformat(first), dt.date.fromisoformat(last), int(step)
    except ValueError:
        raise ParameterError(
            f"{text!r} is not START:END:MONTHS, such as 2020-02-15:2026-02-15:1."
        ) from None
    if start > end or months < 1:
        raise ParameterError(f"{text!r} holds no day: START comes first, MONTHS is at least 1.")
    numbers = range(start.year * 12 + start.month - 1, end.year * 12 + end.month, months)
    days = [_day(number, start.day) for number in numbers]
    return [day.isoformat() for day in days if day <= end]


def _day(month_number: int, day: int) -> dt.date:
    year, month = divmod(month_number, 12)
    return dt.date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


def _one(word: str, folder: Path | None) -> Notebook:
    """The notebook that is meant."""
    found = [one for one in select(find_notebooks(folder), [word]) if RUNS not in one.declared]
    if not found:
        raise ParameterError("The scoreboard reads the other notebooks: sweep one of those.")
    return found[0]


def _values(notebook: Notebook, name: str, text: str) -> list[Any]:
    parameter = notebook.declared[name]
    parts = text.split(";" if parameter.type.startswith("list") else ",")
    return [as_plain(parameter.parse(part.strip())) for part in parts]


def _scenarios(
    folder: Path, notebook: Notebook, notebooks: Path | None
) -> dict[str, dict[str, Any]]:
    """Sets of values by the name of their file, of those that are meant for the notebook."""
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    elsewhere = {name for one in find_notebooks(notebooks) for name in one.declared}
    others = elsewhere - notebook.declared.keys()
    read = {path.stem: load_scenario(path, [notebook]) for path in paths}
    meant = {name: one for name, one in read.items() if not one or not one.keys() <= others}
    if not meant:
        raise ParameterError(f"No scenario NAME.yaml for {notebook.name} in {folder}.")
    return {
        name: {
            key: as_plain(value)
            for key, value in assign_values([notebook], one, {})[notebook.name].items()
        }
        for name, one in meant.items()
    }
