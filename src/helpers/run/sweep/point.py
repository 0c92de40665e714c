"""One run of a sweep: executed like any notebook, kept compressed, its cards taken out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.run.job import Job, clean_notebook
from helpers.run.publish import hash_file, write_json

NOTEBOOKS, CARDS = "notebooks", "cards"


@dataclass(frozen=True)
class PointJob(Job):
    """A job that leaves ``ID.json`` with its cards, and ``ID.ipynb.gz`` where the notebook is kept."""

    id: str = ""
    made_of: str = ""
    keep: str = NOTEBOOKS

    shows_progress = False

    def finish(self, executed: dict[str, Any], failure: str | None) -> str | None:
        from helpers.trial.ledger import cards_in

        failure = clean_notebook(self, executed, failure)
        packed = self.folder / f"{self.id}.ipynb.gz"
        if self.keep == NOTEBOOKS:
            text = json.dumps(executed, ensure_ascii=False)
            packed.write_bytes(gzip.compress(text.encode(), compresslevel=4, mtime=0))
        write_json(
            self.record,
            {
                "id": self.id,
                "values": dict(self.values),
                "made_of": self.made_of,
                "error": failure or "",
                "cards": []
                if failure
                else [row for card in cards_in(executed["cells"]) for row in _rows(card)],
                "notebook_sha256": hash_file(packed) if self.keep == NOTEBOOKS else "",
            },
        )
        return failure

    @property
    def record(self) -> Path:
        return self.folder / f"{self.id}.json"


def _rows(card: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the table says of a card: a row a line that was answered."""
    from helpers.trial.claims import LINES

    names = ("estimate", "ci_low", "ci_high", "unit", "n", "n_effective", "p", "mde")
    for name in LINES:
        if (line := card.get(name)) is not None:
            found = {one: line["evidence"].get(one) for one in names}
            yield {"claim": card["claim"], "line": name, "word": line["word"], **found}
