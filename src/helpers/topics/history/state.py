"""The state of the economy and of the market as a monthly vector, for finding months that resemble another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import DataError, ParameterError
from helpers.topics.common.pairs import load_small_minus_large, log_return

if TYPE_CHECKING:
    from helpers.data import Information

#: Variables of the state, with what each one measures.
VARIABLES = {
    "policy_rate": "policy rate, percent",
    "policy_change": "12-month change of the policy rate, points",
    "slope": "10-year less 3-month Treasury yield, points",
    "inflation": "12-month inflation, log percent",
    "unemployment": "unemployment rate, percent",
    "production": "12-month growth of industrial production, log percent",
    "valuation": "log of the cyclically adjusted price-earnings ratio",
    "concentration": "logit of the largest decile's share of market value",
    "trailing_premium": "36-month return of small less large companies, log percent",
}
#: Series behind each variable; the trailing premium has those of its pair.
SERIES = {
    "policy_rate": ("fed_funds",),
    "policy_change": ("fed_funds",),
    "slope": ("treasury_10y", "tbill_3m"),
    "inflation": ("cpi",),
    "unemployment": ("unemployment_rate",),
    "production": ("industrial_production",),
    "valuation": ("cape",),
    "concentration": ("top_decile_share",),
    "trailing_premium": (),
}
#: "Real" as economists use it: what is left when every nominal level is taken out.
REAL_VARIABLES = ("real_rate", "unemployment", "production")
TRAILING = 36  # months
# Months a figure may stand in for a later one: a shutdown skipped one CPI, and the earnings behind the cyclically
# adjusted ratio come in half a year late.
LONGEST_CARRY = 6


def load_state(
    info: Information, variables: tuple[str, ...] = tuple(VARIABLES), pair: str = "lo30_hi30"
) -> pd.DataFrame:
    """State vector by month, from the first month with every variable to the last known relative return.

    Returns
    -------
    DataFrame of shape (months, variables)
        A missing figure is carried forward, as an observer would, at most ``LONGEST_CARRY`` months. Macro
        figures are revised ones, not the first prints.

    Raises
    ------
    ParameterError
        Unknown or repeated variable, or none.
    DataError
        A variable whose last figure is older than that.
    """
    known = (*VARIABLES, "real_rate")
    wrong = [name for name in variables if name not in known]
    if wrong:
        raise ParameterError(
            f"Unknown state variable {wrong[0]!r}; use some of {', '.join(known)}."
        )
    if not variables or len(set(variables)) < len(variables):
        raise ParameterError("variables must name at least one state variable, each once.")
    columns = {name: _variable(info, name, pair) for name in variables}
    first = max(column.first_valid_index() for column in columns.values())
    last = load_small_minus_large(info, pair).index[-1]
    state = pd.DataFrame(columns).loc[:last].ffill(limit=LONGEST_CARRY).loc[first:]
    missing = state.columns[state.isna().any()]
    if len(missing):
        name = missing[0]
        raise DataError(
            f"State variable {name!r} is missing in {state[name].index[state[name].isna()][0]} and its last figure is "
            f"more than {LONGEST_CARRY} months older; leave it out of `variables`."
        )
    return state


def logit(share: pd.Series) -> pd.Series:
    """Log odds of a share between 0 and 1: unbounded, as a linear model needs it."""
    return np.log(share / (1 - share))


def _variable(info: Information, name: str, pair: str) -> pd.Series:
    if name == "policy_rate":
        return info.load("fed_funds")
    if name == "policy_change":
        return info.load("fed_funds").diff(12)
    if name == "slope":
        return info.load("treasury_10y") - info.load("tbill_3m")
    if name == "inflation":
        return _growth(info.load("cpi"))
    if name == "real_rate":
        return info.load("fed_funds") - _growth(info.load("cpi"))
    if name == "unemployment":
        return info.load("unemployment_rate")
    if name == "production":
        return _growth(info.load("industrial_production"))
    if name == "valuation":
        return np.log(info.load("cape"))
    if name == "concentration":
        return logit(info.load("top_decile_share"))
    return load_small_minus_large(info, pair).rolling(TRAILING).sum()


def _growth(level: pd.Series) -> pd.Series:
    return log_return(100 * (level / level.shift(12) - 1))
