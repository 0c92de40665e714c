"""Low, central and high value of every input of the chain, with where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import pandas as pd

from helpers import stats
from helpers.data import Published
from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range
from helpers.topics.earnings.forecast import Forecast
from helpers.topics.outlook.inputs import OutlookInputs, normal_range

SMALL, LARGE = "Russell 2000", "S&P 500"
HISTORIES = (1926, 1936, 1963)  # first years of the histories in which the gap has its mean
YEAR = 12  # months
FEWEST_YEARS = 10  # of overlapping changes
#: Inputs of the chain in the order in which tables show them: in words, and their units.
INPUTS = {
    "floating_share": ("floating share, small", "percent of debt"),
    "pass_through": ("pass-through to floating debt", "percent of the change"),
    "hedge_share": ("hedged share", "percent of floating debt"),
    "maturity_share": ("debt falling due, small", "percent of fixed debt a year"),
    "cash_loading": ("pass-through to cash, small", "percent of the change"),
    "tax": ("tax", "percent"),
    "large_floating_share": ("floating share, large", "percent of debt"),
    "large_maturity_share": ("debt falling due, large", "percent of fixed debt a year"),
    "large_cash_loading": ("pass-through to cash, large", "percent of the change"),
    "new_coupons": ("pass-through to new coupons", "percent of the change"),
    "growth_beta": ("earnings on growth, small", "percent of earnings a point"),
    "beta_large": ("earnings on growth, large", "percent of earnings a point"),
    "net_margin": ("net margin, small", "percent of sales"),
    "lead": ("published growth lead", "percentage points"),
    "unpriced": ("lead not yet in prices", "percent of the lead"),
    "reach": ("earnings reaching prices", "percent of the change"),
    "gap": ("valuation gap over its mean", "log points"),
    "drift": ("average lead of the record", "log percent a month"),
    "loading": ("gap reaching returns", "log percent a log percent"),
    "root": ("persistence of the gap", "a month"),
}


@dataclass(frozen=True)
class Prices:
    """What moved relative returns before: their drift, the closing of the gap, and each month less the drift."""

    drift: Range
    loading: Range
    months: pd.Series

    @property
    def yearly_spread(self) -> float:
        """Standard deviation of a year of such months, percent."""
        return float(self.months.std()) * YEAR**0.5


def explain_returns(relative: pd.Series, gap: pd.Series) -> Prices:
    """Drift of the monthly relative return, and how much of the closing of the valuation gap it showed in a year.

    The loading is that of twelve-month returns on twelve-month changes: from month to month the gap moves with the
    dates of book values, each July above all, and not with prices.

    Parameters
    ----------
    relative : pandas.Series
        Small less large, log percent a month.
    gap : pandas.Series
        Log book-to-market of small less large companies; where it closes, small companies re-rate.

    Raises
    ------
    NotKnown
        Fewer than ten years in which both are known.
    """
    closing = -100.0 * gap.diff(YEAR)
    years = relative.rolling(YEAR).sum().rename("relative")
    both = pd.concat([years, closing.rename("closing")], axis=1, join="inner").dropna()
    if len(both) < FEWEST_YEARS * YEAR:
        raise NotKnown(
            f"{len(both)} twelve-month returns and changes of the gap were known; {FEWEST_YEARS * YEAR} are needed."
        )
    average = stats.mean_hac(relative)
    fit = stats.regress_hac(both["relative"], both["closing"], lags=2 * YEAR)
    span = f"{relative.index[0]} to {relative.index[-1]}"
    return Prices(
        drift=normal_range(average.estimate, average.se, f"average month, {span}"),
        loading=normal_range(
            fit.coefficients["closing"],
            fit.se["closing"],
            f"twelve-month returns on twelve-month changes of the gap, to {both.index[-1]}",
        ),
        months=relative - average.estimate,
    )


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many windows ended inside the band made before them; ``separate`` of them do not overlap."""

    inside: int
    windows: int
    months: int

    @property
    def share(self) -> float:
        """Percent of the windows."""
        return 100.0 * self.inside / self.windows

    @property
    def separate(self) -> int:
        return self.windows // self.months


def cover_record(relative: pd.Series, months: int, level: float = 0.9) -> Coverage:
    """Windows that ended inside a band drawn from the months before them alone, drift and spread of the record.

    The forecasts of earlier years are not on record, so this tries the layers of sampling and of news without them.

    Parameters
    ----------
    relative : pandas.Series
        Log percent a month.
    months : int
        Length of the windows.
    level : float
        Of the band.

    Raises
    ------
    NotKnown
        When no window is over that begins after ten years of months.
    """
    past = relative.expanding(FEWEST_YEARS * YEAR)
    reach = NormalDist().inv_cdf((1 + level) / 2) * past.std()
    # The mean of n months errs by its spread over the root of n, over every month of the window.
    width = reach * (months + months**2 / past.count()) ** 0.5
    ahead = relative[::-1].rolling(months).sum()[::-1].shift(-1)
    errors = (ahead - months * past.mean()).abs().dropna()
    if errors.empty:
        raise NotKnown(
            f"No window of {months} months known at this date began after ten years of returns."
        )
    return Coverage(
        inside=int((errors <= width[errors.index]).sum()), windows=len(errors), months=months
    )


def coupons_follow(yields: pd.Series, funds: pd.Series) -> Range:
    """Part of a change of the policy rate that reaches new coupons, percent: yearly changes of the five-year yield."""
    both = pd.concat([yields.diff(YEAR), funds.diff(YEAR)], axis=1, join="inner").dropna()
    fit = stats.regress_hac(both.iloc[:, 0], both.iloc[:, 1].rename("policy"), lags=2 * YEAR)
    origin = f"five-year yield on the funds rate, twelve-month changes, {both.index[0]} to {both.index[-1]}"
    return normal_range(100.0 * fit.coefficients["policy"], 100.0 * fit.se["policy"], origin)


def distance_of_gap(gap: pd.Series) -> Range:
    """Distance of the last gap from its mean, log points, by where history begins."""
    low, mid, high = sorted(float(gap.iloc[-1] - gap.loc[str(year) :].mean()) for year in HISTORIES)
    since = ", ".join(map(str, HISTORIES))
    return Range(low, mid, high, f"{gap.index[-1]} less the mean since {since}")


def published_lead(forecast: Forecast) -> Range:
    """Growth lead of small companies as published, percentage points."""
    lead = forecast.pairs["lead"]
    origin = f"{len(lead)} pages that forecast both sides"
    return Range(float(lead.min()), float(lead.median()), float(lead.max()), origin)


def reaching_prices(earnings_error: float, relative_return: float) -> Range:
    """Part of a change of relative earnings that reaches relative prices, percent.

    Parameters
    ----------
    earnings_error, relative_return : float
        Standard deviations of a year's earnings errors, points, and of a year's relative returns, percent.

    Returns
    -------
    Range
        From none to all that past prices allow: were more passed on, they would have moved more than they did.
    """
    most = 100.0 * min(1.0, relative_return / earnings_error)
    return Range(
        0.0,
        most / 2.0,
        most,
        "from none to where earnings alone would have moved prices as they did",
    )


def collect_ranges(
    inputs: OutlookInputs, prices: Prices, lead: Range, earnings_error: float
) -> dict[str, Range]:
    """Every input of the chain by name, in the order of `INPUTS`.

    Raises
    ------
    NotKnown
        When one of them was not known.
    """
    small, large, root = inputs.small_ranges, inputs.large_ranges, inputs.half_life
    bill = (
        "floating_share",
        "pass_through",
        "hedge_share",
        "maturity_share",
        "cash_loading",
        "tax",
    )
    own = ("floating_share", "maturity_share", "cash_loading")
    found = {name: small[name] for name in bill}
    found |= {f"large_{name}": large[name] for name in own}
    return found | {
        "new_coupons": coupons_follow(inputs.five_year_yield, inputs.funds),
        "growth_beta": _as_published(inputs.growth_beta(SMALL)),
        "beta_large": _as_published(inputs.growth_beta(LARGE)),
        "net_margin": _as_published(inputs.net_margin),
        "lead": lead,
        "unpriced": Range(
            0.0, 50.0, 100.0, "assumption: from all of it in prices to none, as the article says"
        ),
        "reach": reaching_prices(earnings_error, prices.yearly_spread),
        "gap": distance_of_gap(inputs.gap),
        "drift": prices.drift,
        "loading": prices.loading,
        "root": Range(
            root.root_low, root.root, root.root_high, "median-unbiased root of the gap, 95 percent"
        ),
    }


def _as_published(found: Published) -> Range:
    return Range(found.low, found.mid, found.high, "; ".join(dict.fromkeys(found.sources)))


def table_ranges(ranges: Mapping[str, Range]) -> pd.DataFrame:
    """Every input with its range, unit and origin."""
    rows = [
        {
            "input": INPUTS[name][0],
            "low": one.low,
            "mid": one.mid,
            "high": one.high,
            "unit": INPUTS[name][1],
            "origin": one.origin,
        }
        for name, one in ranges.items()
    ]
    return pd.DataFrame(rows)
