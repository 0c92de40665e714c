"""Where the embedded figures and the notebooks lie."""

from __future__ import annotations

import os
from pathlib import Path

from helpers.errors import DataError


def project_dir() -> Path:
    """The checkout this package was installed from: it holds ``data/`` and ``notebooks/``."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "notebooks").is_dir():
        raise DataError(
            "The folder with data/ and notebooks/ was not found beside the package. "
            "Install from a checkout with `make report`, or `pip install --no-deps -e .`."
        )
    return root


def data_dir() -> Path:
    """Folder of catalog, claims and figures; ``REBALANCE_DATA`` names another one (own vintages, tests)."""
    other = os.environ.get("REBALANCE_DATA")
    folder = Path(other) if other else project_dir() / "data"
    if not (folder / "catalog.yaml").is_file():
        raise DataError(
            f"No catalog.yaml in {folder}. Unset REBALANCE_DATA or point it at a folder laid out like data/."
        )
    return folder
