"""Corners of what the parameters of a notebook may be, and few rows in which any two of them meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, combinations_with_replacement, count, cycle, islice
from math import comb
from typing import Any

from helpers.run.parameters import Parameter


def corner_values(parameter: Parameter) -> list[Any]:
    """The ends of a range, each word of a choice.

    Of a list: none where it may be empty; the ends in every place where its values rise, else all at one end and the
    ends in turn; zero in all where it lies between; of words, each alone and all at once.
    """
    domain, (item, is_list) = parameter.domain, parameter._item_type()
    cast = {"int": int, "float": float}.get(item, str)
    ends = list(domain.words) or [cast(domain.low), cast(domain.high)]
    if not is_list:
        return ends
    if domain.words:
        return [*([word] for word in ends), ends]
    rising = combinations_with_replacement(ends, domain.least)
    in_turn = (islice(cycle(some), domain.least) for some in (ends[:1], ends[1:], ends))
    corners = [list(values) for values in (rising if parameter.order else in_turn)]
    if ends[0] < 0 < ends[1]:
        corners.insert(1, [cast(0)] * domain.least)
    return [[], *corners] if domain.or_none else corners


def pairwise(levels: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows, the fewest there can be, in which either end of each parameter meets either end of each other one.

    All take their first end in the first row and in as many others, no two of them in the same ones: half the rows at
    most, so that two last ends meet as well (Kleitman and Spencer 1973, doi:10.1016/0012-365X(73)90098-8).
    """
    free = [name for name, ends in levels.items() if len(ends) > 1]
    n = next(n for n in count(4) if comb(n - 1, n // 2 - 1) >= len(free))
    first = dict(zip(free, combinations(range(n - 1, 0, -1), n // 2 - 1), strict=False))
    return [
        {name: ends[0 if row in (0, *first.get(name, ())) else -1] for name, ends in levels.items()}
        for row in range(n)
    ]
