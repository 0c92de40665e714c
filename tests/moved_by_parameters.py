"""What holds of the parameters of every notebook: each moves what it is for, and no date and no value surprises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from helpers.trial import Answer, load_claim
from helpers.trial.claims import load_claims
from notebook_cells import run_cells

SILENT = "not yet sayable"


class ParametersOfANotebook:
    """The tests of one notebook's parameters; a class below states what is its own.

    An output is a claim or a part of its answer (``"D3.used.definitions"``), or what the notebook's own names lead to
    (``"found.pairs"``). It is computed where it is read: a parameter costs no more than the outputs that tell of it.
    """

    notebook: str
    #: Values with which an examination takes least.
    few: Mapping[str, Any] = {}
    #: Another value of each parameter, and every output that it must move.
    changes: Mapping[str, tuple[Any, ...]]
    #: Outputs that such a value must leave as they are.
    held: Mapping[str, tuple[str, ...]] = {}
    #: Parameters that no examination is given.
    others: set[str] = set()
    #: Values that are refused, with what is then named as allowed.
    refused: Sequence[tuple[str, Any, str]]
    #: Values with which the whole notebook is run at each date, beside the few.
    run_with: Mapping[str, Any] = {}
    #: Words of all lines that say something at each of these dates, where the others are silent with a reason.
    said: Mapping[str, Mapping[tuple[str, str], str]]

    @classmethod
    def examined(cls, **values: Any) -> SimpleNamespace:
        """What the notebook's own cells, from the parameters to the examination, leave with these values."""
        return SimpleNamespace(**run_cells(cls.notebook, **{**cls.few, **values}))

    @classmethod
    def answer(cls, names: SimpleNamespace, claim: str) -> Answer:
        """What the examination says of a claim."""
        return names.found.answers[claim]

    @classmethod
    def claims(cls) -> list[str]:
        """The claims that the notebook answers."""
        return [claim.id for claim in load_claims().values() if claim.notebook == cls.notebook]

    @classmethod
    def outputs(cls) -> list[str]:
        """Every claim, and all that some parameter moves."""
        moved = [output for _, *outputs in cls.changes.values() for output in outputs]
        return list(dict.fromkeys([*cls.claims(), *moved]))

    @classmethod
    def read(cls, names: SimpleNamespace, output: str) -> Any:
        """One output, to be compared."""
        claim, _, part = output.partition(".")
        if claim in cls.claims():
            answer = cls.answer(names, claim)
            return attrgetter(part)(answer) if part else answer
        found = attrgetter(output)(names)
        return found.to_csv() if isinstance(found, pd.DataFrame | pd.Series) else found

    @pytest.fixture(scope="class")
    @classmethod
    def default(cls) -> Callable[[str], Any]:
        """Any output with the values declared in the notebook, computed once."""
        names = cls.examined()
        return cache(lambda output: cls.read(names, output))

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Try the values that the class below states."""
        if "changed" in metafunc.fixturenames:
            metafunc.parametrize("changed", self.changes)
        if "allowed" in metafunc.fixturenames:
            rows = self.refused
            metafunc.parametrize(("name", "value", "allowed"), rows, ids=[row[0] for row in rows])
        if "as_of" in metafunc.fixturenames:
            metafunc.parametrize("as_of", self.said)

    def test_no_parameter_is_left_untried(self):
        declared = load_parameters(notebooks_dir() / f"{self.notebook}.ipynb")
        assert set(declared) == {*self.changes, *self.others, "source"}

    def test_each_parameter_moves_what_it_is_for(self, default, changed):
        value, *outputs = self.changes[changed]
        names = self.examined(**{changed: value})
        assert outputs
        assert not [one for one in outputs if self.read(names, one) == default(one)]
        held = self.held.get(changed, ())
        assert not [one for one in held if self.read(names, one) != default(one)]

    def test_the_same_values_give_the_same_outputs(self, default):
        again = self.examined()
        assert not [one for one in self.outputs() if self.read(again, one) != default(one)]

    @pytest.mark.parametrize("source", ["snapshot", "live"])
    def test_source_decides_where_figures_are_read(self, source):
        assert run_cells(self.notebook, "setup", source=source)["p"].info.source == source

    def test_a_value_out_of_range_is_refused_with_the_range(self, name, value, allowed):
        with pytest.raises(ParameterError) as error:
            self.examined(**{name: value})
        says = str(error.value)
        assert says.startswith(f"{self.notebook}: parameter {name!r} = ")
        assert allowed in says.partition("Allowed: ")[2]

    @pytest.mark.notebooks
    def test_the_notebook_runs_whatever_was_known(self, run_notebook, as_of):
        cards = run_notebook(self.notebook, as_of=as_of, **self.few, **self.run_with)
        assert set(cards) == set(self.claims())
        assert {card["as_of"] for card in cards.values()} == {as_of}
        lines = {(one, line): cards[one][line] for one in cards for line in load_claim(one).lines}
        words = {line: found["word"] for line, found in lines.items()}
        assert {line: word for line, word in words.items() if word != SILENT} == self.said[as_of]
        silent = [found for line, found in lines.items() if words[line] == SILENT]
        assert all(as_of[:4] in found["reason"] for found in silent)
