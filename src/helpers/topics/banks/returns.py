"""Claim W1: what banks earned less the market, less small companies, and beyond their exposure to both."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import stats
from helpers.errors import NotKnown
from helpers.topics.common.abnormal import AbnormalWindows, count_as_large
from helpers.topics.common.leads import Lead, table_windows
from helpers.trial import Evidence, load_line

#: Shares and funds by ticker. A single share never carries the line on the sector.
BANKS = {
    "key": "KeyCorp",
    "hban": "Huntington",
    "kre": "regional-bank fund",
    "kbe": "bank fund",
}
INDUSTRY, EQUAL = "bank industry portfolio", "equal-weighted bank portfolio"
ON_TRIAL = (INDUSTRY, EQUAL, BANKS["kre"], BANKS["kbe"])  # the definitions of W1 as used
AGAINST = {"spy": "S&P 500", "iwm": "Russell 2000"}
NAMED = ("key", "hban", "kre")  # the parts of the sentence
CUT, YEAR = "since the cut", "this year"
#: First month of the samples of rates: the first yields, the years of margins, and rates near zero.
SAMPLES = {"since 1959": "1959-01", "since 1984": "1984-01", "since 2009": "2009-01"}
FEWEST = 120  # months
LONGER = {"one year": 12, "three years": 36, "five years": 60}  # months, as context


def table_leads(leads: Mapping[tuple[str, str], Lead], lengths: Mapping[str, int]) -> pd.DataFrame:
    """The windows of several leads, each with its rank.

    Parameters
    ----------
    leads : mapping of (str, str) to Lead
        By bank and by what it is held against.
    lengths : mapping of str to int
        Months of each window, see `table_windows`.

    Returns
    -------
    DataFrame
        ``bank``, ``against``, ``window``, then as `table_windows`.
    """
    tables = []
    for (bank, against), lead in leads.items():
        windows = table_windows(lead, lengths).rename_axis("window").reset_index()
        windows.insert(0, "bank", bank)
        windows.insert(1, "against", against)
        tables.append(windows)
    return pd.concat(tables, ignore_index=True)


def arrange_leads(leads: pd.DataFrame) -> pd.DataFrame:
    """Leads side by side: a row a bank and what it is held against, a column a window.

    Returns
    -------
    DataFrame
        ``bank``, ``against``, the lead over each window (log percent), and ``larger windows``: the percent of all
        windows as long as the first one, this one included, that brought as much.
    """
    rows = ["bank", "against"]
    table = leads.pivot(index=rows, columns="window", values="lead")
    names = [name for name in (CUT, YEAR, *LONGER) if name in table]
    first = leads[leads["window"] == names[0]].set_index(rows)["larger windows"]
    order = pd.MultiIndex.from_frame(leads[rows].drop_duplicates())
    return table[names].assign(**{"larger windows": first}).loc[order].reset_index()


def table_abnormal(windows: AbnormalWindows) -> pd.DataFrame:
    """The last window of each portfolio, with its place among all others as long.

    Returns
    -------
    DataFrame
        As `AbnormalWindows.last`, then ``as large`` and ``of``: other windows with as large an abnormal return, and of
        how many.
    """
    table = windows.last().dropna(subset=["abnormal"])
    places = [count_as_large(windows.sums[name], windows.sums.index[-1]) for name in table.index]
    return table.assign(
        **{"as large": [as_large for as_large, _ in places], "of": [of for _, of in places]}
    )


def table_rate_exposures(
    portfolios: pd.DataFrame, factors: pd.DataFrame, bill: pd.Series, bond: pd.Series
) -> pd.DataFrame:
    """Return of banks for one point more of the short rate and of the slope, market and size held, by sample.

    Least squares of the monthly return less bills on market, size and the changes of both rates in the month,
    Newey-West with fixed-b. Yields are averages of the month and prices those of its end, which weakens the link. Null
    hypothesis: the return does not move with the rate. The samples were picked with the record of rates in view.

    Parameters
    ----------
    portfolios : DataFrame
        Monthly total returns, percent.
    factors : DataFrame
        ``mkt_rf``, ``smb`` and ``rf``, percent a month.
    bill, bond : Series
        Three-month and ten-year yields, percent, monthly.

    Returns
    -------
    DataFrame
        ``banks``, ``sample``; ``short`` and ``slope``, percent a point, each with its ``p``; ``n`` months.

    Raises
    ------
    NotKnown
        No sample has ten years of months.
    """
    moved = pd.DataFrame({"short": bill.diff(), "slope": (bond - bill).diff()})
    both = factors.join([moved, portfolios], how="inner").dropna()
    rows = []
    for name in portfolios:
        for sample, first in SAMPLES.items():
            some = both[both.index >= first]
            if len(some) < FEWEST:
                continue
            fit = stats.regress_hac(
                some[name] - some["rf"], some[["mkt_rf", "smb", "short", "slope"]]
            )
            rows.append(
                {
                    "banks": name,
                    "sample": sample,
                    "short": fit.coefficients["short"],
                    "p of short": fit.p["short"],
                    "slope": fit.coefficients["slope"],
                    "p of slope": fit.p["slope"],
                    "n": fit.n,
                }
            )
    if not rows:
        raise NotKnown(f"Fewer than {FEWEST} months of yields and returns were known.")
    return pd.DataFrame(rows)


def table_sizes(
    values: pd.DataFrame, members: pd.DataFrame, breakpoints: pd.DataFrame
) -> pd.DataFrame:
    """How large the named banks are.

    Parameters
    ----------
    values, members, breakpoints : DataFrame
        Quotations of market values, of membership in the S&P 500 and of the largest value in the Russell 2000.

    Returns
    -------
    DataFrame
        By bank: last ``market value`` known (billion dollars), its ``day`` and ``publisher``, since when it is
        ``in the S&P 500 since``, and the ``largest small cap``.

    Raises
    ------
    NotKnown
        One of the three is known of neither.
    """
    if values.empty or members.empty or breakpoints.empty:
        raise NotKnown("No source known at this date says how large KeyCorp and Huntington are.")
    table = values.drop_duplicates("group", keep="last").set_index("group").rename_axis("bank")
    since = members.drop_duplicates("group", keep="last").set_index("group")["text"]
    return pd.DataFrame(
        {
            "market value": table["figure"],
            "day": table["period"],
            "publisher": table["publisher"],
            "in the S&P 500 since": since.reindex(table.index),
            "largest small cap": float(breakpoints["figure"].iloc[-1]),
        }
    )


def say_sizes(sizes: pd.DataFrame) -> str:
    """Whether they are small caps, in a sentence."""
    told = " and ".join(f"{bank} {value:.1f}" for bank, value in sizes["market value"].items())
    return (
        f" Small caps they are not: {told} billion dollars, where the Russell 2000 ends at "
        f"{sizes['largest small cap'].iloc[0]:.1f}; both are in the S&P 500."
    )


def weigh_leads(leads: pd.DataFrame, sizes: str) -> Evidence:
    """Evidence on the sentence: did both banks and the fund lead the market, since the first cut and this year?

    Parameters
    ----------
    leads : DataFrame
        As from `table_leads`.
    sizes : str
        What is known of how large the two are.
    """
    line = load_line("W1", "stated")
    market = leads[leads["against"] == AGAINST["spy"]].set_index(["bank", "window"])
    checks, told = {}, []
    for window in (CUT, YEAR):
        ahead = {}
        for bank in (BANKS[name] for name in NAMED):
            known = (bank, window) in market.index
            lead = float(market["lead"][bank, window]) if known else None
            checks[f"{bank} {window}"] = lead > 0 if lead is not None else None
            if lead is not None:
                ahead[bank] = f"{bank} {lead:+.1f}"
        if ahead:
            told.append(f"{', '.join(ahead.values())} {window}")
    fund = BANKS["kre"]
    shown = CUT if (fund, CUT) in market.index else YEAR  # until a month has passed since the cut
    since = market.T[fund, shown]
    longer = [
        f"{market['lead'][fund, name]:+.1f} over {name}"
        for name in list(LONGER)[1:]
        if (fund, name) in market.index
    ]
    context = f" Over longer windows the fund: {', '.join(longer)}." if longer else ""
    return Evidence(
        unit=line.unit,
        method="total log returns less the S&P 500 fund to the last closing price known, each window ranked among all",
        estimate=float(since["lead"]),
        interval="none",
        n=float(since["of"] + 1),
        checks=checks,
        note=(
            f"The two banks and the fund led the S&P 500 in {sum(filter(None, checks.values()))} of "
            f"{sum(holds is not None for holds in checks.values())} comparisons to {since['last']}; in log percent: "
            f"{'; '.join(told)}. "
            f"{since['as large']} of {since['of']} other windows as long as that {shown} brought the fund as much."
            f"{context}{sizes}"
        ),
    )


def weigh_abnormal(windows: AbnormalWindows, industries: pd.DataFrame, months: int) -> Evidence:
    """Evidence that banks earned more since the first cut than their exposure to market and size explains.

    Parameters
    ----------
    windows : AbnormalWindows
        Of the portfolios of `ON_TRIAL`, all windows of this length.
    industries : DataFrame
        The last window of each industry.
    months : int
        Length of the window.
    """
    line, a_year = load_line("W1", "used"), 12 / months
    table = table_abnormal(windows)
    found = table.loc[[name for name in ON_TRIAL if name in table.index]]
    first, last = found.T[INDUSTRY], windows.sums.index[-1]
    larger, others = count_as_large(industries["abnormal"], "banks")
    return Evidence(
        unit=line.unit,
        method=(
            "monthly log return less that of bills, market and size in proportions estimated before the first cut, "
            "Newey-West errors with that of the exposures, fixed-b"
        ),
        estimate=float(first["abnormal"] * a_year),
        ci_low=float(first["low"] * a_year),
        ci_high=float(first["high"] * a_year),
        n=months,
        n_effective=months,
        p=float(first["p"]),
        mde=stats.minimum_detectable_effect(first["se"] * a_year, b=windows.b),
        definitions={name: float(value * a_year) for name, value in found["abnormal"].items()},
        intervals={
            str(name): (float(row["low"] * a_year), float(row["high"] * a_year))
            for name, row in found.iterrows()
        },
        note=(
            f"Beyond market and size, banks earned {first['abnormal'] * a_year:+.1f} percent a year in the {months} "
            f"months to {last} (95 percent: {first['low'] * a_year:+.0f} to {first['high'] * a_year:+.0f}): more than "
            f"{others - larger} of {others} other industries; {first['as large']:.0f} of {first['of']:.0f} other "
            "windows as long brought banks as much."
        ),
    )
