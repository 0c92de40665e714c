"""Prose whose numbers come from results, and how a number is written everywhere."""

from __future__ import annotations

import datetime as dt
import math
import re
import string
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from helpers.data.dates import in_words
from helpers.errors import RebalanceError

MINUS = "\N{MINUS SIGN}"
DAY = re.compile(r"(?<![\w/-])\d{4}-\d\d-\d\d(?![\w/-])")  # none in an address
MONTH = re.compile(r"(?<![\w/-])(?:19|20)(\d\d)-(\d\d)(?![\w/-])")
MOST_PLACES = 6  # beyond these a number is written with a power of ten


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with so many significant digits, thousands grouped, for the eye.

    Examples
    --------
    >>> number(1234567.0), number(0.012345), number(175.0), number(None)
    ('1,234,567', '0.0123', '175', 'not available')
    """
    if value is None or not math.isfinite(value):
        return "not available"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    written = f"{value:,.{max(digits - 1 - size, 0)}f}" if size >= -4 else f"{value:.{digits - 1}e}"
    if "." in written and "e" not in written:
        written = written.rstrip("0").rstrip(".")
    return written.replace("-", MINUS)


def percent(share: float) -> str:
    """Write a share of one as percent, to a tenth where it is small.

    Examples
    --------
    >>> percent(0.00213), percent(-0.02), percent(0.5)
    ('0.2 %', '−2 %', '50 %')
    """
    return f"{number(round(100 * share, 1))} %"


def signed(value: float, places: int = 1) -> str:
    """A change with its sign.

    Examples
    --------
    >>> signed(4.52), signed(-0.62), signed(0.148, 2)
    ('+4.5', '−0.6', '+0.15')
    """
    return f"{value:+.{places}f}".replace("-", MINUS)


def alike(values: Iterable[float], digits: int = 3) -> list[str]:
    """Write numbers that belong together, an estimate and its interval, with the decimals the largest one needs.

    Examples
    --------
    >>> alike([-0.0812, -1.384, 0.319])
    ['−0.08', '−1.38', '0.32']
    """
    values = list(values)
    largest = max((abs(value) for value in values), default=0.0)
    places = max(digits - 1 - math.floor(math.log10(largest)), 0) if largest else 0
    if places > MOST_PLACES:
        return [number(value, digits) for value in values]
    texts = [f"{value:,.{places}f}" for value in values]
    while "." in "".join(texts) and all(text.endswith(("0", ".")) for text in texts):
        texts = [text[:-1] for text in texts]
    return [re.sub(r"^-(?=[0.]*$)", "", text).replace("-", MINUS) for text in texts]


def first_sentence(text: str) -> str:
    """The sentence a text begins with; a number, an initial or "No." with a full stop does not end one.

    Examples
    --------
    >>> first_sentence("Wealth grew 3.3 times as much. A century has such a run in 23 of 100 cases.")
    'Wealth grew 3.3 times as much.'
    """
    return re.split(r"(?<=[^A-Z][.!?])(?<!\bNo\.)\s+(?=[^a-z])", text.strip(), maxsplit=1)[0]


def typeset(text: str) -> str:
    """A text with its days and months in words and the minus sign before its negative numbers.

    Spans and names keep their hyphens, and so does what may be a span of years: 2004-06.

    Examples
    --------
    >>> typeset("-1.3 to 2026-02-03, without 1926-35: +1.7 in 2026-01 (-26 to +41)")
    '−1.3 to 3 February 2026, without 1926-35: +1.7 in January 2026 (−26 to +41)'
    """
    spelled = MONTH.sub(_spelled_month, DAY.sub(_spelled, text))
    return re.sub(r"(?<![\w-])-(?=\d)", MINUS, spelled)


def _spelled(day: re.Match[str]) -> str:
    try:
        return in_words(dt.date.fromisoformat(day[0]))
    except ValueError:  # digits that are no day of the calendar
        return day[0]


def _spelled_month(month: re.Match[str]) -> str:
    year_of_century, number = month.groups()
    if not "01" <= number <= min(year_of_century, "12"):
        return month[0]
    return f"{dt.date.fromisoformat(f'{month[0]}-01'):%B %Y}"


def p_value(p: float | None) -> str:
    """Write a p-value: three decimals, and no zero.

    Examples
    --------
    >>> p_value(0.04), p_value(2e-5), p_value(None)
    ('0.040', '< 0.001', 'none')
    """
    if p is None:
        return "none"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def plain(value: Any) -> Any:
    """What a machine reads: sorted keys, floats to ten significant digits, so that equal runs give equal bytes.

    Dates are written as texts; what is missing is None.

    Examples
    --------
    >>> plain({"b": (1 / 3, float("nan")), "a": True})
    {'a': True, 'b': [0.3333333333, None]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(f"{float(value):.10g}") if math.isfinite(value) else None
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, dt.date | pd.Period) or value is pd.NaT:
        return None if value is pd.NaT else str(value)
    raise TypeError(f"A card or table holds texts and numbers, not {type(value).__name__}.")


class _FromResults(string.Formatter):
    """``str.format`` that accepts named, finite values only."""

    def get_value(self, key, _args, kwargs):
        if not isinstance(key, str) or key not in kwargs:
            raise RebalanceError(
                f"say: the template asks for {{{key}}}, which was not given. Pass it by name."
            )
        return kwargs[key]

    def format_field(self, value, format_spec):
        if value is None or (isinstance(value, Real) and not math.isfinite(value)):
            raise RebalanceError(
                f"say: a value of the template is {value}. Say in words why it is missing instead."
            )
        if isinstance(value, dt.date) and not format_spec:
            return in_words(value)
        if isinstance(value, pd.Period) and not format_spec and value.freqstr == "M":
            return f"{value:%B %Y}"
        if isinstance(value, str) and not format_spec:
            return typeset(value)
        written = format(value, format_spec)
        if isinstance(value, Real):  # nothing has no sign
            written = re.sub(r"^-(?=[0.]*%?$)", "", written)
        return re.sub(r"-(?=[\d.])", MINUS, written) if isinstance(value, Real) else written

    def check_unused_args(self, used_args, _args, kwargs):
        if unused := sorted(set(kwargs) - set(used_args)):
            raise RebalanceError(
                f"say: {', '.join(unused)} was given and the template does not use it."
            )


def fill(template: str, **values: Any) -> str:
    """A template with its named fields filled from results; arguments and errors as in :func:`say`.

    Examples
    --------
    >>> fill("It moved by {size:+.1f} percent, then by {rest:.1f}.", size=-1.25, rest=-0.04)
    'It moved by −1.2 percent, then by 0.0.'
    """
    literal = "".join(part for part, *_ in string.Formatter().parse(template))
    if typed := re.search(r"\d+\.\d+", literal):
        raise RebalanceError(
            f"say: {typed.group()} is typed into the prose. Pass it as a value of a result."
        )
    return _FromResults().format(template, **values)


def say(template: str, **values: Any) -> None:
    """Display a sentence in Markdown whose numbers come from ``values`` only.

    Parameters
    ----------
    template : str
        Markdown with named ``{fields}`` in the syntax of :meth:`str.format`.
    **values
        One value a field: a number, a text, a day or a month, which are written in words.

    Raises
    ------
    RebalanceError
        When a field has no value, a value is missing (None, NaN) or unused, or the template itself holds a
        typed decimal: a number in prose must come from a result.

    Examples
    --------
    >>> say("The cut is **{cut:.0f} bp**.", cut=175.0)  # doctest: +SKIP
    """
    display(Markdown(fill(template, **values)))
