"""What was published about earnings growth, who said it alike for small and large companies, and how far it missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats as scipy_stats

from helpers import stats
from helpers.errors import NotKnown, ParameterError

if TYPE_CHECKING:
    from helpers.data import Information

#: Groups of companies for each way to pair small with large; the first one is the index itself.
PAIRS = {
    "russell2000_sp500": ("Russell 2000", "S&P 500"),
    "sp600_sp500": ("S&P 600", "S&P 500"),
    "broker_universes": ("US small caps", "US large caps"),
}
VENDORS = (
    "LSEG",
    "FactSet",
    "Bloomberg",
    "Zacks",
    "BofA",
    "Jefferies",
    "Goldman",
    "First Eagle",
    "First Trust",
)
STRATEGISTS = ("BofA", "Jefferies")  # forecasts of a broker, not a sum of analysts' estimates
QUOTATION = [
    "index_name", "period", "growth", "kind", "known", "vendor", "publisher", "confidence", "machine_written", "url",
    "note",
]  # fmt: skip
RECORD = "start-of-year EPS estimate above the final EPS"


def growth_quotations(info: Information) -> pd.DataFrame:
    """Every published growth rate of earnings known at the date, one row a quotation.

    Returns
    -------
    DataFrame
        ``index_name``, ``period`` (year or quarter), ``growth`` (percent; the middle where a range is stated),
        ``kind`` (``"outcome"`` for results, and for estimates of a year that is over; else ``"forecast"``),
        ``known``, ``vendor``, ``publisher``,
        ``confidence``, ``machine_written``, ``url``, ``note``; in order of the date known.
    """
    rows = pd.concat(
        [info.known_rows("earnings_growth"), info.known_rows("consensus_record")], ignore_index=True
    )
    metric = rows["metric"]
    year = metric.str.extract(r"^(?:EPS growth|total earnings growth).* CY(\d{4})$")[0]
    quarter = rows["period"].where(
        metric.str.fullmatch(r"quarterly EPS growth, (estimate.*|blended|actual|forecast)")
    )
    period = year.fillna(quarter)
    rows = rows.assign(period=period, growth=_middle(rows), known=pd.to_datetime(rows["known"]))
    rows = rows[period.fillna("").str.fullmatch(r"\d{4}(Q[1-4])?") & rows["growth"].notna()]
    over = rows["known"] > rows["period"].map(
        lambda text: pd.Period(text, "Q" if "Q" in text else "Y").end_time
    )
    ahead = rows["metric"].str.contains("forecast|estimate before")
    yearly = ~rows["period"].str.contains("Q")
    rows["kind"] = np.where(ahead & ~(yearly & over), "forecast", "outcome")
    rows["vendor"] = rows["publisher"].map(_vendor)
    rows = rows.rename(columns={"group": "index_name"})
    return (
        rows[QUOTATION]
        .sort_values(["known", "index_name", "growth"], kind="stable")
        .reset_index(drop=True)
    )


def _middle(rows: pd.DataFrame) -> pd.Series:
    return pd.to_numeric(rows["value"]).fillna((rows["low"] + rows["high"]) / 2)


def carries_weight(rows: pd.DataFrame) -> pd.DataFrame:
    """Quotations that may move an estimate: machine-written pages never do."""
    return rows[~rows["machine_written"].astype(bool)]


def forecasts(
    quotations: pd.DataFrame, group: str, year: int, since: pd.Timestamp, vendors: str = "all"
) -> pd.DataFrame:
    """Forecasts of one year's growth for an index, or for a family of broker universes, not older than `since`.

    Parameters
    ----------
    vendors : {"all", "consensus", "strategists"}
        Sums of analysts' estimates, or forecasts of brokers (`STRATEGISTS`), or both.
    """
    rows = carries_weight(quotations)
    name = rows["index_name"]
    chosen = name.str.startswith(group) if group.startswith("US ") else name == group
    rows = rows[
        chosen
        & (rows["period"] == str(year))
        & (rows["kind"] == "forecast")
        & (rows["known"] >= since)
    ]
    if vendors == "consensus":
        rows = rows[~rows["vendor"].isin(STRATEGISTS)]
    elif vendors == "strategists":
        rows = rows[rows["vendor"].isin(STRATEGISTS)]
    return rows


def require_first_hand(rows: pd.DataFrame, what: str) -> None:
    """A verdict needs at least one quotation read in the publisher's own words.

    Raises
    ------
    NotKnown
        No quotation is known, or only second-hand ones.
    """
    if rows.empty:
        raise NotKnown(
            f"No publication known at this date gives {what}; a later as_of, or its series, would settle it."
        )
    if not rows["confidence"].isin(("verbatim", "derived")).any():
        raise NotKnown(
            f"Only second-hand quotations give {what}; they do not carry a verdict alone."
        )


def value_or_reason(function, *arguments):
    """Result and no reason, or no result and the reason why there is none."""
    try:
        return function(*arguments), ""
    except NotKnown as error:
        return None, str(error)


def pair_quotations(quotations: pd.DataFrame, pair: str) -> pd.DataFrame:
    """Small and large growth for the same period, measured alike: by one publication, or by one data vendor.

    Returns
    -------
    DataFrame
        ``period``, ``small``, ``large``, ``lead`` (percentage points), ``kind``, ``known`` (the later of the two),
        ``measured_by``, ``publisher``, ``confidence``, ``url``; one row a period, vendor and page. Machine-written
        pages are left out; where a vendor has several dates, the two nearest ones meet.

    Raises
    ------
    ParameterError
        Unknown pair.
    """
    if pair not in PAIRS:
        raise ParameterError(f"index_pair is {pair!r}; use one of {', '.join(PAIRS)}.")
    small_name, large_name = PAIRS[pair]
    rows = carries_weight(quotations)
    small = rows[rows["index_name"].str.startswith(small_name)]
    large = rows[rows["index_name"].str.startswith(large_name)]
    large = large[~large["index_name"].str.contains(" ex |Equal")]
    same_page = small.merge(large, on=["period", "kind", "url", "vendor"], suffixes=("", "_large"))
    same_page["measured_by"] = same_page["publisher"]
    left = small[(small["vendor"] != "") & ~small.index.isin(_matched(small, same_page))]
    same_vendor = left.merge(large, on=["period", "kind", "vendor"], suffixes=("", "_large"))
    same_vendor["measured_by"] = same_vendor["vendor"]
    both = pd.concat([same_page, same_vendor], ignore_index=True)
    both["apart"] = (both["known"] - both["known_large"]).abs()
    both = both.sort_values("apart", kind="stable").drop_duplicates(
        ["period", "kind", "vendor", "growth", "growth_large"]
    )
    weakest = both["confidence"].where(
        both["confidence"] == both["confidence_large"], "second-hand"
    )
    table = pd.DataFrame(
        {
            "period": both["period"],
            "small": both["growth"],
            "large": both["growth_large"],
            "lead": both["growth"] - both["growth_large"],
            "kind": both["kind"],
            "known": both[["known", "known_large"]].max(axis=1),
            "measured_by": both["measured_by"],
            "publisher": both["publisher"],
            "confidence": weakest,
            "url": both["url"],
        }
    )
    return table.sort_values(["period", "known"], kind="stable").reset_index(drop=True)


def stated_leads(info: Information) -> pd.DataFrame:
    """Publications that state in words that small-cap growth overtook large-cap growth, with the quarter."""
    rows = info.known_rows("earnings_growth")
    said = rows["text"].fillna("").str.contains("overtook") & ~rows["machine_written"].astype(bool)
    return rows.loc[
        said, ["period", "known", "text", "publisher", "confidence", "url"]
    ].reset_index(drop=True)


@dataclass(frozen=True, kw_only=True)
class ConsensusError:
    """How far the consensus of 31 December overestimated the S&P 500 earnings of the following year.

    ``mean`` and ``sd`` in percent of the final earnings. Only the years above 25 percent are published one by one:
    ``sd`` is the smallest standard deviation the published mean and those years allow, so every interval built
    on it is too narrow rather than too wide. ``p_mean`` is a lower bound for the same reason.
    """

    mean: float
    sd: float
    years: int
    years_over: int
    p_sign: float
    p_mean: float
    mde: float
    mean_of_other_years: float
    named_years: pd.Series
    period: str
    known: pd.Timestamp


def estimate_consensus_error(info: Information) -> ConsensusError:
    """Bias and least spread of start-of-year consensus from the published summary of its record.

    The last publication with a count of years is used. Null hypotheses: as many years over as under (exact sign
    test); mean error zero (t-test on the least spread). Yearly, non-overlapping errors.

    Raises
    ------
    NotKnown
        Nothing about the record was known at the date.

    Notes
    -----
    Years are few and four recessions carry the mean: `mean_of_other_years` says what is left without them.
    """
    rows = info.known_rows("consensus_record")
    average = rows[rows["metric"] == f"{RECORD}, average"]
    counts = rows[rows["metric"] == f"{RECORD}, number of years"]
    average = average[average["period"].isin(counts["period"])]
    if average.empty:
        raise NotKnown(
            f"No record of forecast errors was known on {info.as_of}; take a later as_of."
        )
    last = average.sort_values("known").iloc[-1]
    count = counts[counts["period"] == last["period"]].iloc[-1]
    years, over = int(count["unit"].removeprefix("years of ")), int(float(count["value"]))
    first, final = (int(year) for year in last["period"].split("/"))
    single = rows[(rows["metric"] == f"{RECORD}, single year")]
    named = pd.to_numeric(single.set_index(single["period"].astype(int))["value"]).sort_index()
    named = named[(named.index >= first) & (named.index <= final)]
    mean = float(pd.to_numeric(last["value"]))
    rest = (mean * years - named.sum()) / (years - len(named))
    squares = ((named - mean) ** 2).sum() + (years - len(named)) * (rest - mean) ** 2
    sd = float(np.sqrt(squares / (years - 1)))
    if sd == 0:
        raise NotKnown(
            f"consensus_record: no single years were known on {info.as_of}; the spread cannot be bounded."
        )
    se = sd / np.sqrt(years)
    return ConsensusError(
        mean=mean,
        sd=sd,
        years=years,
        years_over=over,
        p_sign=float(scipy_stats.binomtest(over, years).pvalue),
        p_mean=float(2 * scipy_stats.t.sf(abs(mean) / se, years - 1)),
        mde=stats.minimum_detectable_effect(se, df=years - 1),
        mean_of_other_years=float(rest),
        named_years=named,
        period=str(last["period"]),
        known=pd.Timestamp(last["known"]),
    )


def table_misses(info: Information) -> pd.DataFrame:
    """Forecasts of whole years that met their outcome, published alike for the index: error of the level in percent.

    Returns
    -------
    DataFrame
        ``index_name``, ``year``, ``forecast``, ``outcome`` (percent growth), ``error`` (percent of the forecast
        level, negative when the outcome fell short), ``forecast_by``, ``outcome_by``, ``known``. Where an outcome is
        known from several vendors the latest stands. Levels quoted in USD come first as they need no base.
    """
    quotations = carries_weight(growth_quotations(info))
    yearly = quotations[quotations["period"].str.len() == 4]
    outcomes = yearly[yearly["kind"] == "outcome"].drop_duplicates(
        ["index_name", "period"], keep="last"
    )
    early = yearly[yearly["kind"] == "forecast"]
    met = early.merge(outcomes, on=["index_name", "period"], suffixes=("", "_outcome"))
    table = pd.DataFrame(
        {
            "index_name": met["index_name"],
            "year": met["period"],
            "forecast": met["growth"],
            "outcome": met["growth_outcome"],
            "error": 100 * ((1 + met["growth_outcome"] / 100) / (1 + met["growth"] / 100) - 1),
            "forecast_by": met["publisher"],
            "outcome_by": met["publisher_outcome"],
            "known": met["known"],
        }
    )
    return pd.concat([_level_cuts(info), table], ignore_index=True).sort_values(
        ["index_name", "year", "known"]
    )


def _level_cuts(info: Information) -> pd.DataFrame:
    """The same year's consensus in USD at two dates, for the Russell 2000."""
    rows = info.known_rows("earnings_growth")
    rows = rows[
        (rows["group"] == "Russell 2000") & rows["metric"].str.startswith("consensus EPS CY")
    ]
    rows = rows.assign(year=rows["metric"].str[-4:], value=pd.to_numeric(rows["value"]))
    found = []
    for year, same in rows.groupby("year"):
        same = same.sort_values("known")
        if len(same) > 1:
            then, now = same.iloc[0], same.iloc[-1]
            found.append(
                {
                    "index_name": "Russell 2000",
                    "year": year,
                    "forecast": np.nan,
                    "outcome": np.nan,
                    "error": 100 * (now["value"] / then["value"] - 1),
                    "forecast_by": then["publisher"],
                    "outcome_by": now["publisher"],
                    "known": pd.Timestamp(then["known"]),
                }
            )
    columns = [
        "index_name",
        "year",
        "forecast",
        "outcome",
        "error",
        "forecast_by",
        "outcome_by",
        "known",
    ]
    return pd.DataFrame(found, columns=columns)


def _vendor(publisher: str) -> str:
    """Whose numbers a page prints: the first vendor it names."""
    places = {vendor: publisher.find(vendor) for vendor in VENDORS if vendor in publisher}
    return min(places, key=places.get) if places else ""


def _matched(small: pd.DataFrame, same_page: pd.DataFrame) -> pd.Index:
    keys = ["period", "kind", "url", "vendor"]
    done = set(same_page[keys].itertuples(index=False, name=None))
    return small.index[[key in done for key in small[keys].itertuples(index=False, name=None)]]
