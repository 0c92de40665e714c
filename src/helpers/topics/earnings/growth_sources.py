"""What growth is made of, and where it stands: by rank and driver, against the year before and the old peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.earnings.consensus import carries_weight, value_or_reason
from helpers.topics.earnings.forecast import CLAIMED_SMALL, YEAR, consensus_profits_and_losses
from helpers.topics.earnings.growth import (
    aggregate_growth,
    change_over_absolute,
    change_over_value,
    growth_of_profits,
    midpoint_growth,
)

if TYPE_CHECKING:
    from helpers.data import Information

SMALL_RANKS, LARGE_RANKS = "1001-3000", "1-500"
LOSS_SHARES = (1.0, 0.5, 0.0)  # losses that remain in the low, middle and high path of E5


def table_growth_by_rank(info: Information, near_zero: float = 0.25) -> pd.DataFrame:
    """Growth of net income by fiscal year and market-cap rank under each definition that group totals allow.

    Companies are those of the rank in each year, not the same ones. Percent; NaN with a reason where refused.
    """
    rows = info.known_rows("exposures_by_rank")
    found = []
    for rank, group in rows.groupby("rank", sort=False):
        group = group.sort_values("fiscal_year")
        for (_, then), (_, now) in zip(
            group.iloc[:-1].iterrows(), group.iloc[1:].iterrows(), strict=True
        ):
            base, current = _profits_and_losses(then), _profits_and_losses(now)
            ratio, reason = value_or_reason(
                lambda b=base, c=current: aggregate_growth(b, c, near_zero=near_zero)
            )
            found.append(
                {
                    "rank": rank,
                    "fiscal_year": int(now["fiscal_year"]),
                    "ratio of sums": ratio,
                    "mid-point": midpoint_growth(base, current),
                    "over gross earnings": change_over_absolute(base, current),
                    "over market value": change_over_value(
                        [sum(base)], [sum(current)], [then["market_cap_bn"]]
                    ),
                    "profitable companies": aggregate_growth(base[:1], current[:1]),
                    "reason": reason,
                }
            )
    columns = [
        "rank",
        "fiscal_year",
        "ratio of sums",
        "mid-point",
        "over gross earnings",
        "over market value",
    ]
    return pd.DataFrame(found, columns=[*columns, "profitable companies", "reason"])


def table_split(info: Information) -> pd.DataFrame:
    """Small-firm net income of the last reported year by definition, transition, driver; empty before known."""
    table, _ = value_or_reason(info.table, "earnings_split")
    return pd.DataFrame(columns=["metric", "group", "amount", "unit"]) if table is None else table


def split_drivers(info: Information, claimed: float = CLAIMED_SMALL) -> pd.DataFrame:
    """Where a given growth of the broad small-cap index would have to come from, percentage points of it.

    ``losses``: the gearing of unchanged losses, which turns growth of profits into more growth of the index;
    ``rates``: lower policy rates, from the interest bill model of notebook 01, on the same gearing; ``volume and
    margin``: the rest. Range of the rates row from that model.
    """
    from helpers.topics import debt  # only this function needs the interest bill

    profits, losses = consensus_profits_and_losses(info)
    of_profits = growth_of_profits(claimed, 0.0, profits=profits, losses=losses)
    gearing = profits / (profits - losses)
    rates = debt.examine(info, draws=2048).evidence["D3"]
    if rates.not_testable:
        raise NotKnown(f"The rate contribution is not known: {rates.not_testable}")
    low, mid, high = rates.ci_low, rates.estimate, rates.ci_high
    rest = of_profits - gearing * np.array([high, mid, low])
    parts = {
        "unchanged losses": (claimed - of_profits,) * 3,
        "lower policy rates": tuple(gearing * np.array([low, mid, high])),
        "volume and margin": tuple(rest),
    }
    return pd.DataFrame.from_dict(parts, orient="index", columns=["low", "mid", "high"])


def drivers_or_reason(info: Information) -> tuple[pd.DataFrame | None, str]:
    """`split_drivers`, or none and the reason why its inputs were not known."""
    return value_or_reason(split_drivers, info)


def table_slowdown(info: Information, quotations: pd.DataFrame) -> pd.DataFrame:
    """Growth of the S&P 500 in 2025 and 2026 from the same page, and the difference in points."""
    large = carries_weight(quotations)
    large = large[large["index_name"] == "S&P 500"]
    then = large[large["period"] == str(YEAR - 1)]
    now = large[large["period"] == str(YEAR)]
    both = then.merge(now, on="url", suffixes=("", "_next"))
    table = both[["publisher", "known", "confidence"]].assign(
        growth_2025=both["growth"], growth_2026=both["growth_next"]
    )
    table = pd.concat([table, _slowdown_from_levels(info, then)], ignore_index=True)
    table["difference"] = table["growth_2026"] - table["growth_2025"]
    return table.sort_values("known", ignore_index=True)


def table_levels(info: Information) -> pd.DataFrame:
    """Net income by fiscal year for small and large ranks, bn USD: all, the profitable, the loss-makers."""
    rows = info.known_rows("exposures_by_rank")
    rows = rows[rows["rank"].isin((SMALL_RANKS, LARGE_RANKS))]
    return pd.DataFrame(
        {
            "rank": rows["rank"],
            "fiscal_year": rows["fiscal_year"].astype(int),
            "all": rows["net_income_bn"],
            "profits": rows["net_income_profitable_bn"],
            "losses": rows["net_income_profitable_bn"] - rows["net_income_bn"],
            "loss_makers_pct": rows["loss_makers_pct_of_firms"],
        }
    ).sort_values(["rank", "fiscal_year"], ignore_index=True)


def table_recovery(
    info: Information, quotations: pd.DataFrame, levels: pd.DataFrame
) -> pd.DataFrame:
    """Small-cap earnings implied for 2026 against their earlier peak, percent: low, mid and high by definition.

    The last reported fiscal year is grown by the two-year growth published for the profit-screened index (low) and
    for the broad one (high); the middle is their geometric mean. The base of all companies is negative, so their
    profits grow at those rates while their losses stay (low), halve (mid) or end (high).
    """
    rows: dict[str, tuple[float, float, float]] = {}
    small = levels[levels["rank"] == SMALL_RANKS]
    growth = _two_year_growth(quotations)
    if not small.empty and growth is not None and small["fiscal_year"].iloc[-1] == YEAR - 2:
        peak, last = small.loc[small["all"].idxmax()], small.iloc[-1]
        profits = [last["profits"] * factor for factor in growth]
        whole = [
            profit - last["losses"] * share
            for profit, share in zip(profits, LOSS_SHARES, strict=True)
        ]
        rows["all companies"] = tuple(100 * (level / peak["all"] - 1) for level in whole)
        rows["profitable companies"] = tuple(
            100 * (level / peak["profits"] - 1) for level in profits
        )
    published = _published_recovery(info, quotations)
    if published:
        rows["published index earnings"] = (
            min(published),
            float(np.mean(published)),
            max(published),
        )
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "mid", "high"])


def _profits_and_losses(row: pd.Series) -> list[float]:
    return [row["net_income_profitable_bn"], row["net_income_bn"] - row["net_income_profitable_bn"]]


def _slowdown_from_levels(info: Information, then: pd.DataFrame) -> pd.DataFrame:
    """Pages that give 2025 as growth and 2026 as a level in USD."""
    rows = info.known_rows("consensus_record")
    rows = rows[(rows["group"] == "S&P 500") & rows["metric"].str.startswith("consensus EPS CY")]
    rows = rows.assign(year=rows["metric"].str[-4:], value=pd.to_numeric(rows["value"]))
    levels = rows.pivot_table(index="url", columns="year", values="value")
    if not {str(YEAR - 1), str(YEAR)} <= set(levels.columns):
        return pd.DataFrame(
            columns=["publisher", "known", "confidence", "growth_2025", "growth_2026"]
        )
    growth = (
        (100 * (levels[str(YEAR)] / levels[str(YEAR - 1)] - 1)).rename("growth_2026").reset_index()
    )
    both = then.merge(growth, on="url").rename(columns={"growth": "growth_2025"})
    return both[["publisher", "known", "confidence", "growth_2025", "growth_2026"]]


def _two_year_growth(quotations: pd.DataFrame) -> tuple[float, float, float] | None:
    """Growth factor of 2025 and 2026 together: profit-screened index, geometric middle, broad index."""
    factors = []
    for name in ("S&P 600", "Russell 2000"):
        rows = carries_weight(quotations)
        rows = rows[(rows["index_name"] == name) & rows["period"].isin((str(YEAR - 1), str(YEAR)))]
        rows = rows[rows["vendor"].isin(("First Trust", "First Eagle"))]
        last = rows.sort_values("known").drop_duplicates("period", keep="last")
        if len(last) < 2:
            return None
        factors.append(float((1 + last["growth"] / 100).prod()))
    low, high = sorted(factors)
    return low, float(np.sqrt(low * high)), high


def _published_recovery(info: Information, quotations: pd.DataFrame) -> list[float]:
    """S&P 600 earnings of 2026 over their peak of 2022, percent, in each vintage of the same publisher."""
    rows = info.known_rows("earnings_growth")
    rows = rows[(rows["group"] == "S&P 600") & rows["publisher"].str.startswith("First Trust")]
    rows = rows.assign(year=rows["metric"].str[-4:], value=pd.to_numeric(rows["value"]))
    usd = rows[rows["unit"].str.startswith("USD")]
    growth = quotations[
        (quotations["index_name"] == "S&P 600") & (quotations["vendor"] == "First Trust")
    ]
    growth = growth.set_index("period")["growth"]
    found = []
    for _, page in usd.groupby("url"):
        level = page.set_index("year")["value"]
        if str(YEAR) in level and "2022" in level:
            found.append(100 * (level[str(YEAR)] / level["2022"] - 1))
        elif str(YEAR - 1) in level and "2022" in level and str(YEAR) in growth:
            found.append(
                100 * (level[str(YEAR - 1)] * (1 + growth[str(YEAR)] / 100) / level["2022"] - 1)
            )
    return found
