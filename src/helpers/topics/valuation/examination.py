"""Claims M3 to M5: does the market broaden, what is the valuation gap, and does such a gap pay?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import NotKnown, ParameterError
from helpers.topics.common.leads import weigh_lead
from helpers.topics.common.pairs import log_return
from helpers.topics.earnings.consensus import (
    carries_weight,
    estimate_consensus_error,
    require_first_hand,
)
from helpers.topics.valuation.multiples import (
    equity_duration,
    growth_gap,
    implied_growth,
    multiple_after,
)
from helpers.topics.valuation.relative_value import RelativeValue, estimate_relative_value
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

CLAIMED_SMALL, CLAIMED_LARGE = 18.1, 22.0  # the article's multiples: yardsticks, never inputs
DEFINITIONS = ("all_companies", "without_loss_makers", "without_health_care")
COLUMNS = {  # of the project's own multiples, by definition
    "all_companies": "pe_including_loss_makers",
    "without_loss_makers": "pe_excluding_loss_makers",
    "without_health_care": "pe_excluding_health_care",
}
METRICS = {  # of the quoted small-cap multiple, by definition
    "forward P/E, all companies": "all_companies",
    "forward P/E, ex loss-makers": "without_loss_makers",
    "forward P/E, ex health care": "without_health_care",
}
SMALL_GROUPS = ("Russell 2000", "Russell 2000 ex Health Care", "S&P 600")
LARGE_GROUPS = ("S&P 500", "Russell 1000")
BREADTH = {
    "equal-weighted less cap-weighted S&P 500": ("rsp", "spy"),
    "Russell 2000 less Nasdaq 100": ("iwm", "qqq"),
    "S&P SmallCap 600 less Nasdaq 100": ("ijr", "qqq"),
}
VINTAGE = "prices, filings and quotations known by the date"


@dataclass(frozen=True, kw_only=True)
class ValuationExamination:
    """What notebook 04 knows; ``evidence`` by claim id. ``value`` is None where too little history was known."""

    evidence: dict[str, Evidence]
    ratios: pd.DataFrame
    chosen: pd.DataFrame
    pairs: pd.DataFrame
    multiples: pd.DataFrame
    priced_in: pd.DataFrame
    loss_makers: pd.DataFrame
    breadth: dict[str, stats.CircularShift]
    breadth_leads: pd.DataFrame
    value: RelativeValue | None
    reason: str


def examine(
    info: Information,
    *,
    definition: str = "all_companies",
    index_pair: str = "lo20_hi20",
    horizon: int = 12,
    window: int = 6,
    max_age_months: int = 12,
    haircut: Sequence[float] = (),
    years: float = 5.0,
    payout: float = 50.0,
    equity_premium: float = 4.5,
    rate_change: float = 1.0,
    draws: int = 1_000,
    seed: int = 2026,
) -> ValuationExamination:
    """Evidence for M3 to M5 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    definition : str
        Which companies both multiples count, one of `DEFINITIONS`.
    index_pair : str
        Size portfolios whose relative return the gap should foretell (`relative_value.PAIRS`).
    horizon : int
        Months of that return.
    window : int
        Months of the breadth lead.
    max_age_months : int
        Multiples published earlier are left out of M4.
    haircut : sequence of float
        Low, mid, high cut of the small-cap consensus, percent; empty: the mean of the published record, on both sides.
    years : float
        Years over which the two multiples would meet.
    payout, equity_premium : float
        Percent of earnings, percent a year: assumptions of the duration view, the same for both sides.
    rate_change : float
        Percentage points of the long rate.
    draws, seed : int
        Simulations of the half-life and their seed.
    """
    if definition not in DEFINITIONS:
        raise ParameterError(f"definition is {definition!r}; use one of {', '.join(DEFINITIONS)}.")
    ratios = table_ratios(info)
    since = pd.Timestamp(info.as_of) - pd.DateOffset(months=max_age_months)
    recent = ratios[(ratios["known"] > since) & ratios["definition"].isin(DEFINITIONS)]
    chosen = recent[recent["definition"] == definition]
    multiples = table_multiples(info)
    breadth, relative = breadth_tests(info, window)
    try:
        value, reason = (
            estimate_relative_value(info, index_pair, horizon, draws=draws, seed=seed),
            "",
        )
    except NotKnown as error:
        value, reason = None, str(error)
    return ValuationExamination(
        evidence={
            "M3": _broadening(breadth, relative, window),
            "M4": _ratio(recent, chosen, definition),
            "M5": _discount_pays(value, reason, horizon),
        },
        ratios=ratios,
        chosen=chosen,
        pairs=table_pairs(info),
        multiples=multiples,
        priced_in=table_priced_in(
            info, multiples, haircut=haircut, years=years, payout=payout, equity_premium=equity_premium,
            rate_change=rate_change,
        ),
        loss_makers=table_loss_makers(info),
        breadth=breadth,
        breadth_leads=pd.DataFrame({name: months.rolling(window).sum() for name, months in relative.items()}),
        value=value,
        reason=reason,
    )  # fmt: skip


def table_pairs(info: Information) -> pd.DataFrame:
    """Small and large multiples that one page quotes for one date.

    Returns
    -------
    DataFrame
        ``known``, ``small_group``, ``large_group``, ``definition``, ``small``, ``large``, ``ratio``, ``publisher``,
        ``confidence``, ``machine_written``, ``url``; ``definition`` is empty where the index itself admits only
        profitable companies, or the multiple is trailing.
    """
    rows = info.known_rows("valuation")
    rows = rows.assign(value=pd.to_numeric(rows["value"]), known=pd.to_datetime(rows["known"]))
    multiple = rows["metric"].isin(["forward P/E", "trailing P/E", *METRICS])
    rows = rows[multiple & rows["value"].notna()]
    small, large = rows[rows["group"].isin(SMALL_GROUPS)], rows[rows["group"].isin(LARGE_GROUPS)]
    small = small.assign(basis=small["metric"].str.split(",").str[0])
    both = small.merge(
        large,
        left_on=["url", "period", "basis"],
        right_on=["url", "period", "metric"],
        suffixes=("", "_l"),
    )
    return pd.DataFrame(
        {
            "known": both["known"],
            "small_group": both["group"],
            "large_group": both["group_l"],
            "basis": both["basis"],
            "definition": both["metric"].map(METRICS).fillna(""),
            "small": both["value"],
            "large": both["value_l"],
            "ratio": both["value"] / both["value_l"],
            "publisher": both["publisher"],
            "confidence": both["confidence"],
            "machine_written": both["machine_written"].astype(bool),
            "url": both["url"],
        }
    ).sort_values("known", ignore_index=True)


def table_ratios(info: Information) -> pd.DataFrame:
    """Forward multiple of small over large companies by definition: quoted pairs, quoted ratios, and our own."""
    pairs = table_pairs(info)
    pairs = carries_weight(pairs[(pairs["basis"] == "forward P/E") & (pairs["definition"] != "")])
    columns = ["known", "definition", "small", "large", "ratio", "publisher", "confidence", "url"]
    table = pd.concat([pairs[columns], _quoted_ratios(info), _own_ratios(info)], ignore_index=True)
    return table.drop_duplicates(["known", "definition", "publisher"]).sort_values(
        "known", ignore_index=True
    )


def table_multiples(info: Information) -> pd.DataFrame:
    """The last known date, every definition: small, large, ratio, and the distance to the article's multiple."""
    rows = info.known_rows("consensus_pe")
    if rows.empty:
        return pd.DataFrame(columns=["small", "large", "ratio", "known", "source"])
    last = rows[rows["price_date"] == rows["price_date"].max()].set_index("index_name")
    small, large = last.loc["IWM"], last.loc["S&P 500"]
    found = {
        name.replace("_", " "): (small[column], large[column]) for name, column in COLUMNS.items()
    }
    found["profits only, all market value"] = (_profits_only(small), _profits_only(large))
    found["median profitable company"] = (
        small["median_pe_profitable"],
        large["median_pe_profitable"],
    )
    table = pd.DataFrame.from_dict(found, orient="index", columns=["small", "large"]).astype(float)
    table["known"], table["source"] = (
        last["price_date"].iloc[0],
        "computed here from consensus and fund holdings",
    )
    quoted = info.known_rows("valuation")
    quoted = quoted.assign(
        value=pd.to_numeric(quoted["value"]), known=pd.to_datetime(quoted["known"])
    )
    for metric in ("price / book", "price / sales"):
        pair = (
            quoted[quoted["metric"] == metric]
            .drop_duplicates("group", keep="last")
            .set_index("group")
        )
        if {"Russell 2000", "S&P 500"} <= set(pair.index):
            one = pair.loc["Russell 2000"]
            table.loc[metric] = [
                one["value"],
                pair.loc["S&P 500", "value"],
                one["known"],
                one["publisher"],
            ]
    table.insert(2, "ratio", table["small"] / table["large"])
    return table.rename_axis("definition")


def table_priced_in(
    info: Information,
    multiples: pd.DataFrame,
    *,
    haircut: Sequence[float],
    years: float,
    payout: float,
    equity_premium: float,
    rate_change: float,
) -> pd.DataFrame:
    """What growth each pair of multiples prices in, with consensus cut by its usual overestimate.

    Columns: the corrected multiples; ``lead`` by which small earnings would have to outgrow large ones a year until
    the multiples meet; growth for ever that each multiple implies; its duration in years; and the ratio of the
    multiples after the long rate moved. Percent a year unless said.
    """
    claimed = pd.DataFrame(
        {"small": CLAIMED_SMALL, "large": CLAIMED_LARGE}, index=["as in the article"]
    )
    rows = pd.concat(
        [multiples.loc[multiples.index.isin([d.replace("_", " ") for d in DEFINITIONS])], claimed]
    )
    small_cut, large_cut = _cuts(info, haircut)
    required = float(info.load("treasury_10y").iloc[-1]) + equity_premium
    found = {}
    for name, row in rows.iterrows():
        small, large = row["small"] / (1 - small_cut / 100), row["large"] / (1 - large_cut / 100)
        after = [
            multiple_after(one, payout=payout, rate_change=rate_change) for one in (small, large)
        ]
        found[name] = {
            "small": small,
            "large": large,
            "lead": growth_gap(small, large, years),
            "growth_small": implied_growth(small, payout=payout, required_return=required),
            "growth_large": implied_growth(large, payout=payout, required_return=required),
            "duration_small": equity_duration(small, payout=payout),
            "duration_large": equity_duration(large, payout=payout),
            "ratio": small / large,
            "ratio_after": after[0] / after[1],
        }
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("multiples")


def table_loss_makers(info: Information) -> pd.DataFrame:
    """Loss-makers of small-cap indices by count and by weight, percent, each with its source."""
    rows = info.known_rows("floating_rate_debt")
    rows = pd.concat([rows, info.known_rows("valuation")], ignore_index=True)
    rows = rows[
        rows["metric"].isin(
            [
                "unprofitable companies, share of count",
                "unprofitable companies, share of index weight",
            ]
        )
    ]
    rows = carries_weight(rows).assign(
        value=lambda x: pd.to_numeric(x["value"]).fillna((x["low"] + x["high"]) / 2)
    )
    told_when_new = (
        rows["period"].astype(str).str[:4].astype(int) >= pd.to_datetime(rows["known"]).dt.year - 1
    )
    rows = rows[
        told_when_new
    ]  # a page of today that recalls the past says nothing about today's index
    table = pd.DataFrame(
        {
            "index_name": rows["group"],
            "measure": rows["metric"]
            .str.removeprefix("unprofitable companies, share of ")
            .str.removeprefix("index "),
            "share": rows["value"],
            "period": rows["period"].astype(str),
            "known": pd.to_datetime(rows["known"]),
            "source": rows["publisher"],
            "confidence": rows["confidence"],
        }
    )
    prices = info.known_rows("consensus_pe")
    if len(prices):
        last = prices[prices["index_name"] == "IWM"].sort_values("price_date").iloc[-1]
        own = pd.DataFrame(
            {
                "index_name": "Russell 2000 fund",
                "measure": ["count", "weight"],
                "share": [
                    float(last["loss_makers_pct_of_firms"]),
                    100 * (1 - _profitable_value(last) / last["market_cap_bn"]),
                ],
                "period": str(last["price_date"].date()),
                "known": last["price_date"],
                "source": "computed here: expected loss in the next quarter",
                "confidence": "derived",
            }
        )
        table = pd.concat([table, own], ignore_index=True)
    return table.dropna(subset="share").sort_values(["measure", "known"], ignore_index=True)


def breadth_tests(
    info: Information, window: int
) -> tuple[dict[str, stats.CircularShift], dict[str, pd.Series]]:
    """Placebo tests of the broad side's lead over the last `window` months, and its monthly returns, by pair."""
    tests, relative = {}, {}
    for name, (broad, narrow) in BREADTH.items():
        try:
            months = (log_return(info.load(broad)) - log_return(info.load(narrow))).dropna()
        except NotKnown:
            continue  # the fund did not exist yet: the evidence says so
        if len(months) >= 10 * window:
            event = [months.index[-1 - window]]
            tests[name] = stats.circular_shift_test(months, event, horizon=window, embargo=window)
            relative[name] = months
    return tests, relative


def claimed_loss_maker_share(info: Information) -> float:
    """Percent of the loss-makers' market value that must stay in for the article's multiple, their losses out.

    0: loss-makers left out altogether; 100: all market value over the profits alone; outside: no such mix gives it.
    """
    prices = info.known_rows("consensus_pe")
    last = prices[prices["index_name"] == "IWM"].sort_values("price_date").iloc[-1]
    inside = _profitable_value(last)
    return float(
        100 * (CLAIMED_SMALL * _yearly_profits(last) - inside) / (last["market_cap_bn"] - inside)
    )


def _broadening(
    tests: dict[str, stats.CircularShift], relative: dict[str, pd.Series], window: int
) -> Evidence:
    first = next(iter(BREADTH))
    if first not in tests:
        return Evidence.untestable(
            "The funds have too short a history at this date.", unit="percent"
        )
    lead = weigh_lead("M3", relative[first], window, tests, note=" Prices, not flows.")
    return replace(lead, sources=("rsp", "spy", "iwm", "qqq", "ijr"), vintage=VINTAGE)


def _ratio(recent: pd.DataFrame, chosen: pd.DataFrame, definition: str) -> Evidence:
    unit, method = (
        "ratio of multiples",
        "median and range of the ratio over publications of the year before the date",
    )
    try:
        require_first_hand(chosen, f"both multiples, {definition.replace('_', ' ')}")
    except NotKnown as error:
        return Evidence.untestable(str(error), unit=unit, method=method)
    medians = recent.groupby("definition")["ratio"].median()
    return Evidence(
        unit=unit,
        method=method,
        estimate=float(chosen["ratio"].median()),
        ci_low=float(chosen["ratio"].min()),
        ci_high=float(chosen["ratio"].max()),
        ci_level=1.0,
        interval="parameters",
        n=len(chosen),
        definitions={
            name.replace("_", " "): float(medians[name]) for name in DEFINITIONS if name in medians
        },
        sources=("valuation", "consensus_pe"),
        vintage=VINTAGE,
        note=f"Counted on both sides: {definition.replace('_', ' ')}. "
        f"{int(chosen['confidence'].eq('second-hand').sum())} of {len(chosen)} second-hand.",
    )


def _discount_pays(value: RelativeValue | None, reason: str, horizon: int) -> Evidence:
    unit, method = (
        f"percent over {'twelve' if horizon == 12 else horizon} months",
        "IVX on log relative book-to-market, one sd",
    )
    if value is None:
        return Evidence.untestable(reason, unit=unit, method=method)
    row = value.horizons.loc[horizon]
    return Evidence(
        unit=unit,
        method=method,
        estimate=float(row["effect"]),
        ci_low=float(row["ci_low"]),
        ci_high=float(row["ci_high"]),
        n=float(row["n"]),
        n_effective=float(row["n_effective"]),
        p=float(row["p_ivx"]),
        mde=float(row["mde"]),
        definitions=value.effects,
        halves=value.halves,
        oos_r2=float(row["oos_r2"] / 100),
        sources=("book_to_market_small", "book_to_market_large", "size_portfolios_monthly"),
        vintage=VINTAGE,
        note=f"The gap stands at percentile {value.percentile:.0f} of its history; Hodrick p {row['p_hodrick']:.2f}.",
    )


def _quoted_ratios(info: Information) -> pd.DataFrame:
    """Ratios and premiums quoted as such. A premium without a stated method counts all companies of the index."""
    rows = info.known_rows("valuation")
    rows = carries_weight(rows).assign(
        value=lambda x: pd.to_numeric(x["value"]), known=lambda x: pd.to_datetime(x["known"])
    )
    ratio = rows[rows["metric"] == "relative forward P/E small/large"].assign(
        definition="without_loss_makers"
    )
    premium = rows[
        (rows["metric"] == "P/E premium small over large")
        & (rows["group"] == "Russell 2000 vs S&P 500")
    ]
    premium = premium.assign(value=1 + premium["value"] / 100, definition="all_companies")
    both = pd.concat([ratio, premium], ignore_index=True).rename(columns={"value": "ratio"})
    columns = ["known", "definition", "small", "large", "ratio", "publisher", "confidence", "url"]
    return both.assign(small=np.nan, large=np.nan)[columns]


def _own_ratios(info: Information) -> pd.DataFrame:
    rows = info.known_rows("consensus_pe")
    found = []
    for day, same in rows.groupby("price_date"):
        same = same.set_index("index_name")
        for name, column in COLUMNS.items():
            small, large = float(same.loc["IWM", column]), float(same.loc["S&P 500", column])
            found.append(
                [day, name, small, large, small / large, "computed here", "derived", "consensus_pe"]
            )
    return pd.DataFrame(
        found,
        columns=[
            "known",
            "definition",
            "small",
            "large",
            "ratio",
            "publisher",
            "confidence",
            "url",
        ],
    )


def _yearly_profits(row: pd.Series) -> float:
    return float(4 * (row["quarterly_net_income_bn"] - row["quarterly_losses_bn"]))


def _profitable_value(row: pd.Series) -> float:
    return float(row["pe_excluding_loss_makers"] * _yearly_profits(row))


def _profits_only(row: pd.Series) -> float:
    return float(row["market_cap_bn"] / _yearly_profits(row))


def _cuts(info: Information, haircut: Sequence[float]) -> tuple[float, float]:
    """Percent by which small-cap and large-cap consensus earnings are cut."""
    try:
        mean = estimate_consensus_error(info).mean
    except NotKnown:
        mean = 0.0
    usual = 100 * mean / (100 + mean)
    return (float(haircut[1]) if len(haircut) else usual), usual
