"""Values inside the declared ranges never crash a notebook: corners singly and in pairs give an answer or a reason.

At the default date every corner stands, and every two ends of ranges meet; at the earliest one every corner stands.
All parts of the examinations are read and all cards made. Rows share what was read from files; what is asked alike is
examined once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cached_property
from itertools import combinations, cycle, islice
from typing import Any

import pytest

from corners import corner_values, pairwise
from helpers import topics
from helpers.data import Information, recorded
from helpers.errors import NotKnown
from helpers.report.card import Card
from helpers.run.parameters import Parameter, load_parameters, notebooks_dir
from helpers.topics.common.examination import Examination
from helpers.trial import Answer, load_claim
from notebook_cells import read_notebook, run_cells

EXAMINED = {
    "01_rate_cuts_and_floating_debt": (topics.rates, topics.debt),
    "02_earnings_handoff": (topics.earnings,),
    "03_regime_analogs": (topics.history,),
    "04_valuation_gap": (topics.valuation,),
    "05_winners_and_losers": (topics.banks, topics.winners),
    "06_policy": (topics.policy,),
    "07_outlook": (topics.outlook,),
}
#: Parts that take long or that few parameters reach: read at the default date, where a corner first stands.
SLOW = {
    "break_table", "breaks", "by_sample", "checks", "drivers", "family", "half_life", "halves",
    "industry_leads", "industry_table", "length_table", "misses", "most_forced", "outside", "power",
    "quoted_pairs", "ratios", "response", "response_table", "responses", "reversion", "score", "slopes", "slowdown",
    "sobol", "specifications", "variants",
}  # fmt: skip
#: Switching models and a twin of `score` take seconds, and what reaches them reaches other parts.
LEFT_OUT = {
    "_fitted", "_watched", "best_model", "detectable", "leaking", "models", "monitor", "one_regime", "states",
    "volatile",
}  # fmt: skip
PARTS = (recorded, cached_property, property)

each_notebook = pytest.mark.parametrize("name", EXAMINED)


class Trial:
    """The examinations of one notebook at one date, row after row of values.

    Slow parts, where they are read at all, are read of each examination that is asked for something new.
    """

    def __init__(self, name: str, as_of: str, slow: bool):
        self.slow = slow
        self.asked_for: set[tuple[type, str, str]] = set()
        self.topics = EXAMINED[name]
        self.info = Information(as_of)
        self.inputs: dict[type, Any] = {}
        self.cards: dict[str, dict[str, Answer]] = {}
        self.parts: dict[str, Examination] = {}

    def answer(self, values: dict[str, Any]) -> dict[str, Answer]:
        """Cards by claim, after all parts were read."""
        cards = {}
        for topic in self.topics:
            taken = inspect.signature(topic.examine).parameters
            given = {name: value for name, value in values.items() if name in taken}
            cards |= self.examine(topic.examine(self.info, **given))
        return cards

    def examine(self, found: Examination) -> dict[str, Answer]:
        asked = as_asked(found)
        if asked not in self.cards:
            vars(found)["inputs"] = self.inputs.setdefault(type(found), found.inputs)
            self.share(found)
            self.cards[asked] = getattr(found, "answers", {})
            left_out = LEFT_OUT if self.slow and self.is_new(found) else LEFT_OUT | SLOW
            for name, kind in inspect.getmembers(type(found)):
                if isinstance(kind, PARTS) and name not in left_out:
                    self.read(found, name)
        return self.cards[asked]

    def is_new(self, found: Examination) -> bool:
        """Whether an examination is the first of its kind that is asked for one of its values."""
        asked_for = {(type(found), one, value) for one, value in fields_of(found).items()}
        new = not asked_for <= self.asked_for
        self.asked_for |= asked_for
        return new

    def share(self, found: Examination) -> None:
        """Let parts that are examinations of their own be the same in all rows that ask for them alike."""
        for name, kind in inspect.getmembers(type(found)):
            if isinstance(kind, cached_property) and name not in (*LEFT_OUT, *SLOW, "inputs"):
                part = getattr(found, name)
                if isinstance(part, Examination):
                    vars(found)[name] = self.parts.setdefault(as_asked(part), part)

    def read(self, found: Examination, name: str) -> None:
        try:
            part = getattr(found, name)
        except NotKnown:
            return
        if isinstance(part, Examination):
            self.examine(part)


def as_asked(found: Examination) -> str:
    """What an examination was asked for."""
    return repr([type(found), fields_of(found)])


def fields_of(found: Examination) -> dict[str, str]:
    """The values it was asked for."""
    return {field.name: repr(getattr(found, field.name)) for field in fields(found)}


def levels(declared: dict[str, Parameter]) -> dict[str, list[Any]]:
    """Corners of each parameter that is not the date or the source; few draws where any are made."""
    free = {name: one for name, one in declared.items() if name not in ("as_of", "source")}
    corners = {name: corner_values(one) for name, one in free.items()}
    return corners | {name: corners[name][:1] for name in corners if name == "draws"}


def meeting(corners: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Rows in which every two ends meet, then rows in which the corners between them stand."""
    yield from pairwise({name: values[:1] + values[1:][-1:] for name, values in corners.items()})
    if between := {name: values[1:-1] for name, values in corners.items() if len(values) > 2}:
        yield from once({name: values[:1] for name, values in corners.items()} | between)


def once(corners: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Rows in which every corner stands at least once."""
    most = max(map(len, corners.values()))
    columns = (islice(cycle(values), most) for values in corners.values())
    return (dict(zip(corners, row, strict=True)) for row in zip(*columns, strict=True))


def assert_sound(cards: dict[str, Answer]) -> None:
    """Each card shows finite numbers, or says why there are none."""
    for claim_id, answer in cards.items():
        card = Card(load_claim(claim_id), answer, "2026-02-16", {})
        html, bundle = card.html(), card.bundle()
        assert not re.findall(r"\b(?:nan|inf|not available)\b", html, re.IGNORECASE), html
        for name, (found, _) in card.lines.items():
            evidence = bundle[name]["evidence"]
            assert None not in [*evidence["definitions"].values(), *(evidence["halves"] or ())]
            silent = evidence["estimate"] is None and evidence["found"] is None
            assert silent == bool(found.not_testable or found.not_yet_sayable), (claim_id, name)


@pytest.mark.parametrize("parameters", range(1, 16))
def test_any_two_ends_meet(parameters):
    names = "abcdefghijklmno"[:parameters]
    rows = pairwise({name: ["low", "high"] for name in names})
    for one, other in combinations(names, 2):
        assert len({(row[one], row[other]) for row in rows}) == 4


@each_notebook
def test_every_two_corners_give_an_answer_or_a_reason(name):
    declared = load_parameters(notebooks_dir() / f"{name}.ipynb")
    trial = Trial(name, declared["as_of"].default, slow=True)
    for values in meeting(levels(declared)):
        assert_sound(trial.answer(values))


@each_notebook
def test_every_corner_gives_an_answer_or_a_reason_at_the_earliest_date(name):
    declared = load_parameters(notebooks_dir() / f"{name}.ipynb")
    trial = Trial(name, declared["as_of"].domain.low.isoformat(), slow=False)
    for values in once(levels(declared)):
        assert_sound(trial.answer(values))


FAR_OUT = {
    "01_rate_cuts_and_floating_debt": {
        "cut_bp": 0.0,
        "reversal_bp": 200.0,
        "floating_share_small": [0.0, 0.0, 0.0],
        "floating_share_large": [0.0, 0.0, 0.0],
        "hedge_share": [100.0, 100.0, 100.0],
        "coupon_reset": [-10.0, -10.0, -10.0],
        "draws": 256,
    },
    "03_regime_analogs": {
        "pair": "smb",
        "window": [1927, 2025],
        "variables": ["production"],
        "horizon": 36,
        "embargo": 37,
        "k": 240,
        "draws": 99,
    },
}


@pytest.mark.parametrize("name", FAR_OUT)
def test_all_cells_run_far_out(name):
    """With every figure and table; only the cells of the switching models, which take seconds, are left out."""
    cells = [cell["id"] for cell in read_notebook(name).cells if cell.cell_type == "code"]
    chosen = set(cells) - {"parameters", "rotation", "rotation-said"}
    run_cells(name, *(cell for cell in cells if cell in chosen), **FAR_OUT[name])
