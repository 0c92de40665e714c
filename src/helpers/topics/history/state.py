"""The state of the economy and of the market as a monthly vector, for finding months that resemble another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.data.catalog import entry
from helpers.errors import DataError, ParameterError
from helpers.topics.common.concentration import logit
from helpers.topics.common.pairs import log_return

if TYPE_CHECKING:
    from helpers.topics.history.inputs import HistoryInputs

TRAILING = 36  # months
# Months a figure may stand in for a later one: shutdowns delay some and skipped one CPI.
LONGEST_CARRY = 6
# The earnings behind the cyclically adjusted ratio come in five months late. When the returns of a month are known,
# the last ratio known is that of four months before it: the state holds that one, in the past as today.
VALUATION_LATE = 4


@dataclass(frozen=True)
class Variable:
    """One variable of the state: what it measures, the series it is made of, and how.

    A series of which the catalog names first releases enters as these: an index as its change over twelve months.
    """

    label: str
    series: tuple[str, ...]
    measure: Callable[..., pd.Series]


def trailing_premium(relative: pd.Series) -> pd.Series:
    """Return of small less large companies over the last three years, log percent."""
    return relative.rolling(TRAILING).sum()


TRAILING_PREMIUM = "trailing_premium"  # made of the chosen pair
KNOWN = {
    "policy_rate": Variable("policy rate, percent", ("fed_funds",), lambda rate: rate),
    "policy_change": Variable(
        "12-month change of the policy rate, points", ("fed_funds",), lambda rate: rate.diff(12)
    ),
    "slope": Variable(
        "10-year less 3-month Treasury yield, points",
        ("treasury_10y", "tbill_3m"),
        lambda long, short: long - short,
    ),
    "inflation": Variable("12-month inflation, log percent", ("cpi",), log_return),
    "unemployment": Variable(
        "unemployment rate, percent", ("unemployment_rate",), lambda rate: rate
    ),
    "production": Variable(
        "12-month growth of industrial production, log percent",
        ("industrial_production",),
        log_return,
    ),
    "valuation": Variable(
        "log of the cyclically adjusted price-earnings ratio",
        ("cape",),
        lambda ratio: np.log(ratio.shift(VALUATION_LATE, freq="M")),
    ),
    "concentration": Variable(
        "logit of the largest decile's share of market value", ("top_decile_share",), logit
    ),
    TRAILING_PREMIUM: Variable(
        f"{TRAILING}-month return of small less large companies, log percent", (), trailing_premium
    ),
    "real_rate": Variable(
        "real policy rate, percent",
        ("fed_funds", "cpi"),
        lambda rate, inflation: rate - log_return(inflation),
    ),
}
#: "Real" as economists use it: what is left when every nominal level is taken out.
REAL_VARIABLES = ("real_rate", "unemployment", "production")
#: The whole vector; the real rate is inflation and the policy rate once more.
VARIABLES = tuple(name for name in KNOWN if name != "real_rate")


def check_variables(variables: Sequence[str]) -> None:
    """Refuse an unknown or repeated variable, or none.

    Raises
    ------
    ParameterError
    """
    wrong = [name for name in variables if name not in KNOWN]
    if wrong:
        raise ParameterError(
            f"Unknown state variable {wrong[0]!r}; use some of {', '.join(KNOWN)}."
        )
    if not variables or len(set(variables)) < len(variables):
        raise ParameterError("variables must name at least one state variable, each once.")


def measure(inputs: HistoryInputs, name: str, pair: str) -> pd.Series:
    """One variable by month, from the series it is made of."""
    variable = KNOWN[name]
    if name == TRAILING_PREMIUM:
        return variable.measure(inputs.relative(pair))
    read = [
        inputs.as_released(one) if entry(one).real_time else inputs.series(one)
        for one in variable.series
    ]
    return variable.measure(*read)


def build_state(columns: Mapping[str, pd.Series], months: pd.PeriodIndex) -> pd.DataFrame:
    """State vector by month, from the first month with every variable on.

    Parameters
    ----------
    columns : mapping of str to Series
        Each variable by month.
    months : PeriodIndex
        Months of which a state is asked for, all in a row.

    Returns
    -------
    DataFrame of shape (months, variables)
        A missing figure is carried forward, as an observer would, at most ``LONGEST_CARRY`` months.

    Raises
    ------
    DataError
        A variable whose last figure is older than that.
    """
    state = pd.DataFrame(columns).reindex(months)
    begun = state.notna().cummax().all(axis=1)
    state = state.ffill(limit=LONGEST_CARRY)[begun]
    missing = state.columns[state.isna().any()]
    if len(missing):
        name = missing[0]
        raise DataError(
            f"State variable {name!r} is missing in {state[name].index[state[name].isna()][0]} and its last figure is "
            f"more than {LONGEST_CARRY} months older; leave it out of `variables`."
        )
    return state
