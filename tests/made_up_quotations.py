"""Synthetic quotations in the form in which topics read them."""

import numpy as np
import pandas as pd

PLAIN = {
    "known": "2026-01-15",
    "group": "S&P 500",
    "target": "2026",
    "figure": 10.0,
    "kind": "forecast",
    "metric": "EPS growth",
    "low": np.nan,
    "high": np.nan,
    "vendor": "",
    "publisher": "a page",
    "url": "a",
    "confidence": "verbatim",
    "machine_written": False,
}


def quotations(*rows: dict, **shared) -> pd.DataFrame:
    """One quotation a row; what neither the row nor `shared` says is as in `PLAIN`."""
    frame = pd.DataFrame(
        [PLAIN | shared | row for row in rows] or None, columns=_columns((shared, *rows))
    )
    frame = frame.astype({"machine_written": bool, "figure": float, "known": "datetime64[us]"})
    return frame.assign(universe=frame["group"])


def _columns(rows: tuple[dict, ...]) -> list[str]:
    return list(dict.fromkeys([*PLAIN, *(name for row in rows for name in row)]))
