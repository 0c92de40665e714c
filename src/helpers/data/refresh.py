"""Maintenance: bring hashes and spans of the catalog into step with the files."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from helpers.data.paths import data_dir


def refresh_hashes(folder: str | Path | None = None) -> list[str]:
    """Rewrite ``sha256`` and ``span`` in ``catalog.yaml`` from the files as they lie there.

    For a new vintage, or for a copy of the data folder with figures of one's own (``REBALANCE_DATA``). Only these
    two fields change; comments and order stay. What the files say is taken as true: look at ``git diff`` after.

    Parameters
    ----------
    folder : path, optional
        A folder laid out like ``data/``; default the folder in use.

    Returns
    -------
    list of str
        Ids whose hash or span changed.
    """
    import pandas as pd

    folder = Path(folder) if folder else data_dir()
    path = folder / "catalog.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    table = series = sha256 = ""
    frame, changed = None, []
    for number in range(lines.index("tables:\n") + 1, len(lines)):
        line = lines[number]
        if found := re.match(r"  (\w+):\s*$", line):
            table, series, frame = found[1], "", None
        elif found := re.match(r"    file: (\S+)", line):
            file = folder / found[1]
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            frame = pd.read_csv(file, dtype="str", keep_default_na=False)
        elif found := re.match(r"      (\w+):", line):
            series = found[1]
        if frame is not None and re.match(r"    sha256:", line):
            lines[number] = f'    sha256: "{sha256}"\n'
        elif frame is not None and series in frame.columns and "span: " in line:
            periods = frame.loc[frame[series] != "", "period"]
            lines[number] = re.sub(
                r"span: [^,}\s]+", f"span: {periods.iloc[0]}..{periods.iloc[-1]}", line
            )
        if lines[number] != line:
            changed.append(series or table)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return changed
