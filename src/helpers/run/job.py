"""A notebook to execute, and the executed file made fit to publish: the same bytes on any machine.

The process that starts a run imports this, so what executes notebooks is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from helpers.errors import RebalanceError
from helpers.report import html
from helpers.run.privacy import hide_keys, machine_hider
from helpers.run.publish import write_json
from helpers.trial.ledger import PARTIAL

_INJECTED_TAG = "injected-parameters"


@dataclass(frozen=True)
class Job:
    """A notebook to execute with these parameters into a work folder; ``hidden`` are folders that stay private."""

    path: Path
    title: str
    values: Mapping[str, Any]
    folder: Path
    hidden: Mapping[str, Path]

    shows_progress: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return self.path.stem

    def finish(self, executed: dict[str, Any], failure: str | None) -> str | None:
        """Write an executed notebook and its page into the work folder; what failed, in words.

        A failed notebook is kept as far as it came, under a name that says so, and gets no page.
        """
        failure = clean_notebook(self, executed, failure)
        kept = self.folder / "notebooks" / f"{self.name}{PARTIAL if failure else '.ipynb'}"
        write_json(kept, executed)
        if not failure:
            try:
                page = html.export(kept, title=self.title)
                (self.folder / f"{self.name}.html").write_text(page, encoding="utf-8")
            except RebalanceError as error:
                failure = f"its page cannot be made: {error}"
                kept = kept.replace(kept.with_name(f"{self.name}{PARTIAL}"))
        return failure and f"{self.name}: {failure} (partial output: notebooks/{kept.name})"


def clean_notebook(job: Job, executed: dict[str, Any], failure: str | None) -> str | None:
    """Make an executed notebook fit to be shown; what failed, with the cell it failed in."""
    if failure:
        failure = f"{_last_cell(executed)}: {hide_keys(failure)}"
    _clean(executed, machine_hider(**job.hidden))
    return failure


def _clean(executed: dict[str, Any], hide: Callable[[Any], Any]) -> None:
    """Drop times, random ids and machine paths from an executed notebook."""
    from papermill.execute import ERROR_MARKER_TAG

    executed["metadata"].pop("papermill", None)
    for position, cell in enumerate(executed["cells"]):
        metadata = cell["metadata"]
        for timed in ("papermill", "execution"):
            metadata.pop(timed, None)
        tags = metadata.get("tags", [])
        if not tags:
            metadata.pop("tags", None)
        if _INJECTED_TAG in tags:
            cell["id"] = _INJECTED_TAG
        if ERROR_MARKER_TAG in tags:
            cell["id"] = f"stopped-{position}"
        if "outputs" in cell:
            cell["outputs"] = hide(cell["outputs"])


def _last_cell(executed: dict[str, Any]) -> str:
    """The cell where execution ended, by its place in the notebook as written and its first line."""
    from papermill.execute import ERROR_MARKER_TAG

    added = {_INJECTED_TAG, ERROR_MARKER_TAG}
    written = [
        cell for cell in executed["cells"] if not added & set(cell["metadata"].get("tags", ()))
    ]
    started = [
        k
        for k, cell in enumerate(written)
        if cell["metadata"].get("papermill", {}).get("start_time")
    ]
    if not started:
        return "before the first cell"
    source = "".join(written[started[-1]]["source"]).strip()
    return f"cell {started[-1] + 1} ({source.splitlines()[0] if source else 'empty'})"
