"""Whether a notebook has to run again: what its report was made of, and what of it has changed since."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers.data.paths import data_dir
from helpers.run.collection import RUNS, Notebook, as_plain
from helpers.run.parameters import load_notebook
from helpers.run.publish import Manifest, combine, hash_file, hash_files
from helpers.run.reach import reached_files
from helpers.trial.ledger import PARTIAL

PACKAGES = (
    "great-rebalancing",
    "arch",
    "ipykernel",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "scipy",
    "seaborn",
    "statsmodels",
)


@dataclass(frozen=True)
class Sources:
    """Hashes of all that findings can depend on, file by file, and the versions of what runs them."""

    notebooks: Mapping[str, str]
    helpers: Mapping[str, str]
    data: Mapping[str, str]
    versions: Mapping[str, str]

    @classmethod
    def now(cls, notebooks: Iterable[Notebook]) -> Sources:
        return cls(
            notebooks={one.path.name: hash_file(one.path) for one in notebooks},
            helpers=hash_files(Path(__file__).parents[1]),
            data=hash_files(data_dir()),
            versions=_versions(),
        )

    @property
    def index_sha256(self) -> str:
        """Of what the index and the scoreboard are made of, besides the notebooks."""
        return combine({**self.helpers, **{f"data/{name}": sha for name, sha in self.data.items()}})

    def changed(self, now: Sources) -> list[str]:
        """Files that are not as they were."""
        return sorted(
            f"{folder}/{name}"
            for folder in ("data", "helpers", "notebooks")
            for before, after in [(getattr(self, folder), getattr(now, folder))]
            for name in before.keys() | after.keys()
            if before.get(name) != after.get(name)
        )


@cache
def _versions() -> Mapping[str, str]:
    """Read once: what runs here was loaded from what was installed then."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def entry_of(
    notebook: Notebook,
    given: Mapping[str, Any],
    sources: Sources,
    *,
    seconds: float,
    helpers: Iterable[str] | None,
    data: Iterable[str] | None,
    runs: Mapping[str, str],
) -> dict[str, Any]:
    """What the manifest says of a notebook that has run.

    Parameters
    ----------
    notebook, given, sources
        The notebook, the values it was run with, and the sources as they were.
    seconds : float
        Time it took.
    helpers, data : iterable of str or None
        Files of the package that it reaches, and of the figures that it read; None where that is not known, so that
        any may have been.
    runs : mapping of str to str
        Hashes of the executed notebooks that it read, by name.
    """
    used = {
        "helpers": sorted(sources.helpers if helpers is None else helpers),
        "data": sorted(sources.data if data is None else data),
    }
    return {
        "status": "ok",
        "seconds": round(seconds, 2),
        "parameters": _values(notebook, given),
        "source_sha256": sources.notebooks[notebook.path.name],
        "helpers_sha256": _combined(sources.helpers, used["helpers"]),
        "data_sha256": _combined(sources.data, used["data"]),
        "runs_sha256": combine(dict(runs)),
        "versions": dict(sources.versions),
        "used": used,
    }


def why_stale(
    notebook: Notebook,
    given: Mapping[str, Any],
    sources: Sources,
    before: Manifest,
    runs: Mapping[str, str] | None,
) -> str | None:
    """Why a notebook has to run again, in words; None when its report is as a new run would make it.

    ``runs`` are the executed notebooks it would read, None where they are about to change. The report's own files
    are taken as the manifest lists them.
    """
    entry = before.notebooks.get(notebook.name)
    if entry is None:
        return "it has not run yet"
    if entry["status"] != "ok":
        return "it failed"
    values = _values(notebook, given)
    if values.get("source") == "live":
        return "its figures are live"
    if "as_of" in values and values["as_of"] is None:
        return f"it is of today, {dt.date.today()}"
    if entry.get("parameters") != values:
        return "its parameters changed"
    if entry.get("source_sha256") != sources.notebooks[notebook.path.name]:
        return "the notebook changed"
    if entry.get("versions") != sources.versions:
        return "the environment changed"
    used = entry.get("used")
    if not isinstance(used, dict):
        return "its report does not say what it used"
    for kind, now in (("helpers", sources.helpers), ("data", sources.data)):
        if entry.get(f"{kind}_sha256") != _combined(now, used.get(kind, ())):
            return "code it uses changed" if kind == "helpers" else "figures it read changed"
    if RUNS in notebook.declared and (
        runs is None or entry.get("runs_sha256") != combine(dict(runs))
    ):
        return "the notebooks it reads changed"
    return None


def plan(
    chosen: Iterable[Notebook],
    values: Mapping[str, Mapping[str, Any]],
    sources: Sources,
    before: Manifest,
    out: Path,
) -> dict[str, str]:
    """Why each notebook has to run, by name; those whose report is as a new run would make it are left out.

    A notebook that reads the others is planned last.
    """
    altered = altered_files(out, before)
    reasons: dict[str, str] = {}
    for notebook in sorted(chosen, key=lambda one: RUNS in one.declared):
        own = {f"{notebook.name}.html", f"notebooks/{notebook.name}.ipynb"}
        runs = None if reasons else executed_others(before.files, notebook)
        reason = why_stale(notebook, values[notebook.name], sources, before, runs)
        if reason is None and (own & altered or not own <= before.files.keys()):
            reason = "its report was changed by somebody else"
        if reason:
            reasons[notebook.name] = reason
    return reasons


def reached_by(notebook: Notebook) -> list[str] | None:
    """Files of the package that a notebook reaches; None, any, where its code is more or less than Python."""
    cells = load_notebook(notebook.path)["cells"]
    try:
        return reached_files("".join(one["source"]) for one in cells if one["cell_type"] == "code")
    except SyntaxError:  # a magic, or a mistake that its run will tell
        return None


def executed_others(files: Mapping[str, str], notebook: Notebook) -> dict[str, str]:
    """The executed notebooks among the files of a report, but one, as the scoreboard reads them."""
    return {
        name: sha
        for name, sha in sorted(files.items())
        if name.startswith("notebooks/")
        and not name.endswith(PARTIAL)
        and name != f"notebooks/{notebook.name}.ipynb"
    }


def altered_files(out: Path, before: Manifest) -> set[str]:
    """Files of a report that are missing, or not as a run wrote them."""
    return {
        name
        for name, sha in before.files.items()
        if not (out / name).is_file() or hash_file(out / name) != sha
    }


def _values(notebook: Notebook, given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of a notebook, as JSON has them."""
    defaults = {name: parameter.default for name, parameter in notebook.declared.items()}
    return defaults | {name: as_plain(value) for name, value in given.items()}


def _combined(hashes: Mapping[str, str], names: Iterable[str]) -> str:
    return combine({name: hashes.get(name, "missing") for name in names})
