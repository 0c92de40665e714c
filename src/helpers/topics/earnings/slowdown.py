"""Does large-cap growth slow, and how much of a slowdown is a harder comparison?"""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight, is_first_hand
from helpers.topics.earnings.consensus import YEAR, voter_of
from helpers.trial import Evidence, load_line

THEN, NOW = str(YEAR - 1), str(YEAR)
GROWTH_THEN, GROWTH_NOW = f"growth_{THEN}", f"growth_{NOW}"
LARGE, MEGA = "S&P 500", "Magnificent Seven"
REST = "S&P 500 ex Mag 7"
REPORTED = "quarterly EPS growth, actual"
STAGES = {REPORTED: "reported", "quarterly EPS growth, blended": "early in the season"}
NAMES = {MEGA: "mega-caps", LARGE: "the index"}
COLUMNS = [
    "universe", "publisher", "known", "confidence", GROWTH_THEN, GROWTH_NOW, "difference",
]  # fmt: skip
NO_PAGE = pd.DataFrame(columns=COLUMNS)


def table_slowdown(quotations: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Growth of the forecast year and the year before from the same page, and the difference in points.

    Parameters
    ----------
    quotations, levels : DataFrame
        As from `EarningsInputs`. A page that gives the first year's growth and both years' levels counts too.

    Returns
    -------
    DataFrame
        ``universe`` (the S&P 500, its seven largest companies), ``publisher``, ``known``, ``confidence``, growth of
        both years, ``difference``.

    Raises
    ------
    NotKnown
        When no page gives both years.
    """
    rows = carries_weight(quotations)
    rows = rows[rows["universe"].isin(NAMES)]
    then = rows[rows["target"] == THEN].rename(columns={"figure": GROWTH_THEN})
    now = rows[rows["target"] == NOW].rename(columns={"figure": GROWTH_NOW})
    later = pd.concat([now[["url", "universe", GROWTH_NOW]], _from_levels(levels)])
    both = then.merge(later, on=["url", "universe"])
    if both.empty:
        raise NotKnown(f"No page known at this date gives {LARGE} growth of both {THEN} and {NOW}.")
    table = both.assign(difference=both[GROWTH_NOW] - both[GROWTH_THEN])[COLUMNS]
    return table.sort_values("known", ignore_index=True)


def _from_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """Growth of the forecast year by page that quotes both years of the index in USD."""
    rows = levels[levels["group"] == LARGE]
    level = rows.pivot_table(index="url", columns="target", values="figure")
    level = level.reindex(columns=[THEN, NOW]).dropna()
    growth = (100 * (level[NOW] / level[THEN] - 1)).rename(GROWTH_NOW).reset_index()
    return growth.assign(universe=LARGE)


def base_effect(growth: float) -> float:
    """Points by which growth falls when the same increase comes on top of it: the harder comparison alone.

    A company that grew from 100 to 150 and adds 50 again grows by 33 percent instead of 50: the increase is the same,
    the base is higher.

    Parameters
    ----------
    growth : float
        Growth of the year before, percent.

    Examples
    --------
    >>> round(base_effect(50.0), 2)
    16.67
    """
    return growth - growth / (1 + growth / 100)


def table_base_effect(quotations: pd.DataFrame) -> pd.DataFrame:
    """Every published slowdown of large-cap growth that matters, and the share of it that is base effect.

    Years are compared within one vendor, by its last word on each; quarters, once all is reported, with the same
    quarter a year before.

    Parameters
    ----------
    quotations : DataFrame
        As from `EarningsInputs.quotations`.

    Returns
    -------
    DataFrame
        ``universe``, ``period``, ``growth_before``, ``growth``, ``slowdown`` (points), ``base_effect`` (points),
        ``share`` (percent of the slowdown; above 100 where the increase in dollars rose), ``source``, ``confidence``.

    Raises
    ------
    NotKnown
        When no slowdown is published.
    """
    rows = carries_weight(quotations)
    rows = rows[rows["universe"].isin(NAMES) & (rows["target"].str[:4] <= NOW)]
    rows = rows.assign(source=voter_of(rows), before=rows["target"].map(_year_before))
    years, quarters = rows[rows["target"].str.len() == 4], rows[rows["metric"] == REPORTED]
    both = pd.concat(
        [
            _next_to_the_year_before(years, ["universe", "source"]),
            _next_to_the_year_before(quarters, ["universe"]),
        ]
    )
    table = pd.DataFrame(
        {
            "universe": both["universe"],
            "period": both["target"],
            "growth_before": both["figure_before"],
            "growth": both["figure"],
            "slowdown": both["figure_before"] - both["figure"],
            "base_effect": both["figure_before"].map(base_effect),
            "source": both["source"],
            "confidence": both["confidence"],
        }
    )
    table = table[table["slowdown"] >= load_line("E4", "stated").size_that_matters]
    if table.empty:
        raise NotKnown("No slowdown of large-cap growth is published: there is nothing to explain.")
    share = 100 * table["base_effect"] / table["slowdown"]
    return table.assign(share=share).sort_values(["universe", "period"], ignore_index=True)


def _year_before(target: str) -> str:
    return f"{int(target[:4]) - 1}{target[4:]}"


def _next_to_the_year_before(rows: pd.DataFrame, alike: list[str]) -> pd.DataFrame:
    """The last word on each period next to the last word on the same period a year before."""
    last = rows.drop_duplicates([*alike, "target"], keep="last")
    earlier = last[[*alike, "target", "figure"]].rename(columns={"target": "before"})
    return last.merge(earlier, on=[*alike, "before"], suffixes=("", "_before"))


def weigh_slowdown(slowdown: pd.DataFrame, reported: pd.DataFrame) -> Evidence:
    """Evidence for E4 as stated: does growth slow in the forecast year, and has that of the largest slowed already?

    Parameters
    ----------
    slowdown : DataFrame
        As from `table_slowdown`; empty where no page was known. Second-hand pages have no vote.
    reported : DataFrame
        As from `table_quarters`.
    """
    line = load_line("E4", "stated")
    votes = slowdown[is_first_hand(slowdown)]
    votes = votes.assign(voter=voter_of(votes.assign(vendor=""))).drop_duplicates(
        ["universe", "voter"], keep="last"
    )
    index, mega = (votes.loc[votes["universe"] == name, "difference"] for name in (LARGE, MEGA))
    quarters = reported.loc[reported["stage"] == "reported", NAMES[MEGA]].dropna()
    checks = dict(
        zip(
            line.definitions,
            (
                _slows(index, line.size_that_matters),
                _slows(mega, line.size_that_matters),
                None
                if len(quarters) < 2
                else bool(quarters.iloc[0] - quarters.iloc[-1] >= line.size_that_matters),
            ),
            strict=True,
        )
    )
    told = [
        f"From {THEN} to {NOW} growth of {NAMES[name]} changes by {_points(one)} points (first-hand pages: {len(one)})."
        for name, one in ((LARGE, index), (MEGA, mega))
        if len(one)
    ]
    if len(quarters) > 1:
        told.append(
            f"Growth that mega-caps reported went from {quarters.iloc[0]:g} percent in {quarters.index[0]} to "
            f"{quarters.iloc[-1]:g} in {quarters.index[-1]}."
        )
    least = {} if index.empty else {
        "estimate": float(index.sort_values().iloc[(len(index) - 1) // 2]),
        "ci_low": float(index.min()),
        "ci_high": float(index.max()),
        "interval": "parameters",
        "ci_level": 1.0,
    }  # fmt: skip
    return Evidence(
        **{"interval": "none"} | least,
        unit=line.unit,
        method=line.statistic,
        n=len(votes),
        checks=checks,
        note=" ".join(told) or f"No page known by the date gives growth of both {THEN} and {NOW}.",
    )


def _slows(differences: pd.Series, size: float) -> bool | None:
    """Whether most pages see growth fall by as much; None without a page."""
    if differences.empty:
        return None
    return bool((differences <= -size).mean() > 0.5)


def _points(differences: pd.Series) -> str:
    low, high = differences.min(), differences.max()
    return f"{low:+.1f} to {high:+.1f}" if high > low else f"{high:+.1f}"


def table_quarters(quotations: pd.DataFrame) -> pd.DataFrame:
    """Growth of the largest companies and of the rest of the index, percent by quarter, the last word on each.

    Parameters
    ----------
    quotations : DataFrame
        As from `EarningsInputs.quotations`.

    Returns
    -------
    DataFrame
        Index: quarter; ``stage`` (``"reported"``, or ``"early in the season"`` where estimates are in it),
        ``mega-caps``, ``the rest``.
    """
    rows = carries_weight(quotations)
    names = {MEGA: NAMES[MEGA], REST: "the rest"}
    rows = rows[rows["universe"].isin(names) & rows["metric"].isin(STAGES)]
    rows = rows.assign(who=rows["universe"].map(names), stage=rows["metric"].map(STAGES))
    last = rows.sort_values("stage", ascending=False, kind="stable").drop_duplicates(
        ["target", "who"], keep="last"
    )
    table = last.pivot_table(index=["target", "stage"], columns="who", values="figure")
    table = table.reindex(columns=list(names.values())).reset_index("stage").sort_index()
    return table.rename_axis(index="quarter", columns=None)


def weigh_base_effect(table: pd.DataFrame, slowdown: pd.DataFrame) -> Evidence:
    """Evidence for E4 as used: the share of each published slowdown that the higher base explains.

    Parameters
    ----------
    table : DataFrame
        As from `table_base_effect`.
    slowdown : DataFrame
        As from `table_slowdown`; for the year the article speaks of.

    Raises
    ------
    NotKnown
        When only second-hand pages give a slowdown.
    """
    line = load_line("E4", "used")
    if not is_first_hand(table).any():
        raise NotKnown("Only second-hand pages give a slowdown of large-cap growth.")
    shares = table.set_index("universe")["share"]
    draws = {
        line.definitions[0]: shares.to_numpy(),
        **{NAMES[name]: shares.loc[[name]].to_numpy() for name in NAMES if name in shares.index},
    }
    index = slowdown.loc[slowdown["universe"] == LARGE, "difference"]
    ahead = (
        f" For {NOW} itself {int((index < 0).sum())} of {len(index)} pages see the index slow."
        if len(index)
        else ""
    )
    listed = "; ".join(
        f"{NAMES[str(row.universe)]} {row.period}, {row.growth_before:g} to {row.growth:g} percent: {row.share:.0f}"
        for row in table.itertuples()
    )
    reached = int((shares >= line.size_that_matters).sum())
    return Evidence.from_draws(
        "E4",
        draws,
        level=1.0,
        method=line.statistic,
        n=len(table),
        note=f"In {reached} of {len(table)} published slowdowns the higher base alone explains half or more.{ahead} "
        f"Percent explained: {listed}.",
    )
