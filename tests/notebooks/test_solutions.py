"""The exercises at the end of notebooks 01 to 03, solved as a student would, from what stands in the cells above."""

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from scipy.stats import norm

from notebook_cells import read_notebook, run_cells


def lost_on_cash(above):
    mid, firms, p = above["mid"], above["firms"], above["p"]
    return 100 * firms["cash_bn"] * mid["cash loading"] * p.cut_bp / 1e4 / firms["net_income_bn"]


def chance_with_errors_apart(above):
    p, years, spread, t = above["p"], above["years"], above["spread"], above["t"]
    scores = np.random.default_rng(p.seed).standard_normal((2, p.draws))
    pages = above["found"].forecast.pairs
    ends = []
    for side, one in (("small", scores[1]), ("large", scores[0])):
        over = last_figure(above) * above["left"] + spread * t(years - 1).ppf(norm.cdf(one))
        ends.append(np.resize(1 + pages[side] / 100, p.draws) / np.maximum(1 + over / 100, 0.2))
    return 100 * np.mean(ends[0] > ends[1])


def last_figure(above):
    return above["last"]["figure"]


def run_without_januaries(above):
    info, (first, last) = above["p"].info, above["p"].window
    small, large = (100 * np.log1p(info.load(name) / 100) for name in ("lo30", "hi30"))
    months = (small - large).loc[str(first) : str(last)]
    return months[months.index.month != 1].sum() / (last - first + 1)


SOLVED = {
    "01_rate_cuts_and_floating_debt": (
        ("setup", "examine", "by-hand-bill"),
        "exercise-cash",
        lost_on_cash,
    ),
    "02_earnings_handoff": (
        ("setup", "examine", "answer", "misses", "by-hand-forecasts", "chance-by-hand"),
        "exercise-errors",
        chance_with_errors_apart,
    ),
    "03_regime_analogs": (("setup", "examine"), "exercise-january", run_without_januaries),
}


def said(source, names) -> list[str]:
    """What a cell tells a reader."""
    InteractiveShell.instance()
    with capture_output() as captured:
        exec(source, names)
    assert captured.stdout == ""
    return [output.data["text/markdown"] for output in captured.outputs]


@pytest.mark.parametrize("name", SOLVED)
def test_an_exercise_is_quiet_until_tried_and_its_solution_is_right(name):
    before, cell, solve = SOLVED[name]
    with capture_output():
        above = run_cells(name, *before)
    source = next(one.source for one in read_notebook(name).cells if one["id"] == cell)
    assert source.startswith("answer = None")
    assert said(source, above) == []
    mine = float(solve(above))
    for answer, verdict in ((mine, "**Right"), (1.02 * mine, "**Not yet"), (-mine, "**The size")):
        (told,) = said(source.replace("None", repr(answer), 1), above)
        assert told.startswith(verdict)


def test_every_exercise_stands_behind_its_text():
    for name, (_, cell, _) in SOLVED.items():
        cells = read_notebook(name).cells
        place = [one["id"] for one in cells].index(cell)
        assert cells[place - 1].metadata.tags == ["exercise"]
