"""Does large-cap growth slow? Two years of it from the same page."""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight, require_first_hand
from helpers.topics.earnings.consensus import YEAR
from helpers.topics.earnings.forecast import LARGE
from helpers.trial import Evidence, load_line

THEN, NOW = str(YEAR - 1), str(YEAR)
GROWTH_THEN, GROWTH_NOW = f"growth_{THEN}", f"growth_{NOW}"


def table_slowdown(quotations: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Growth of the S&P 500 in the forecast year and the year before from the same page, and the difference in points.

    Parameters
    ----------
    quotations, levels : DataFrame
        As from `EarningsInputs`. A page that gives the first year's growth and both years' levels counts too.

    Raises
    ------
    NotKnown
        When no page gives both years.
    """
    rows = carries_weight(quotations)
    rows = rows[rows["universe"] == LARGE]
    then = rows[rows["target"] == THEN].rename(columns={"figure": GROWTH_THEN})
    now = rows.loc[rows["target"] == NOW, ["url", "figure"]].rename(columns={"figure": GROWTH_NOW})
    both = pd.concat([then.merge(later, on="url") for later in (now, _from_levels(levels))])
    if both.empty:
        raise NotKnown(f"No page known at this date gives {LARGE} growth of both {THEN} and {NOW}.")
    table = both[["publisher", "known", "confidence", GROWTH_THEN, GROWTH_NOW]]
    difference = table[GROWTH_NOW] - table[GROWTH_THEN]
    return table.assign(difference=difference).sort_values("known", ignore_index=True)


def _from_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """Growth of the forecast year by page that quotes both years in USD."""
    rows = levels[levels["group"] == LARGE]
    level = rows.pivot_table(index="url", columns="target", values="figure")
    level = level.reindex(columns=[THEN, NOW]).dropna()
    return (100 * (level[NOW] / level[THEN] - 1)).rename(GROWTH_NOW).reset_index()


def weigh_slowdown(slowdown: pd.DataFrame) -> Evidence:
    """Evidence for E4: the difference, with its range over pages.

    Raises
    ------
    NotKnown
        When only second-hand pages give both years.
    """
    require_first_hand(slowdown, f"{LARGE} growth of both {THEN} and {NOW}")
    gap = slowdown["difference"]
    return Evidence(
        unit=load_line("E4", "stated").unit,
        method=f"expected growth of {NOW} less that of {THEN} from the same page, range over pages",
        estimate=float(gap.median()),
        ci_low=float(gap.min()),
        ci_high=float(gap.max()),
        ci_level=1.0,
        interval="parameters",
        n=len(gap),
        note=f"{int((gap > 0).sum())} of {len(gap)} publications see growth speed up.",
    )
