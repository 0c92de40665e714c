"""Where the embedded figures and the notebooks lie."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from helpers.errors import DataError

#: Tells whoever listens that a table is in use, whose file may have been opened long before.
READ = "helpers.data.read"


@cache
def project_dir() -> Path:
    """The folder with ``data/`` and ``notebooks/``: what a wheel carries, or the checkout."""
    package = Path(__file__).resolve().parents[1]
    for root in (package / "collection", package.parents[1]):
        if (root / "notebooks").is_dir():
            return root
    raise DataError(
        "The folder with data/ and notebooks/ was not found beside the package. "
        "Install from a checkout with `make report`, or `pip install --no-deps -e .`."
    )


def data_dir() -> Path:
    """Folder of catalog, claims and figures; ``REBALANCE_DATA`` names another one (own vintages, tests)."""
    other = os.environ.get("REBALANCE_DATA")
    folder = Path(other) if other else project_dir() / "data"
    if not (folder / "catalog.yaml").is_file():
        raise DataError(
            f"No catalog.yaml in {folder}. Unset REBALANCE_DATA or point it at a folder laid out like data/."
        )
    return folder
