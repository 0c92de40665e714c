"""Corners of what the parameters of a notebook may be, and few rows in which any two of them meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, combinations_with_replacement, cycle, islice, product
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
    """Rows, few by greed, in which every value of each parameter meets every value of each other one."""
    left = {
        ((one, i), (other, j))
        for one, other in combinations(sorted(levels), 2)
        for i, j in product(range(len(levels[one])), range(len(levels[other])))
    }
    rows = []
    while left:
        row = dict(min(left))
        for name in sorted(set(levels) - set(row), key=lambda name: -len(levels[name])):
            row[name] = max(
                range(len(levels[name])),
                key=lambda i: sum(tuple(sorted([(name, i), met])) in left for met in row.items()),
            )
        left -= set(combinations(sorted(row.items()), 2))
        rows.append({name: levels[name][i] for name, i in row.items()})
    return rows
