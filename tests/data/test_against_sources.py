"""The snapshot against what it was compiled from: sums of every series, every single figure of every page.

``reference/`` was taken from the source tables themselves, not from the snapshot. The sums are exact (`math.fsum`); the
weighted one counts the first figure once, the second twice and so on, so that figures that changed places show.
"""

import math
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from helpers import data
from helpers.data.catalog import catalog

REFERENCE = Path(__file__).parent / "reference"
SERIES = pd.read_csv(REFERENCE / "series_of_the_sources.csv", index_col="series", dtype="str")
INDUSTRIES = pd.read_csv(REFERENCE / "industries_of_the_sources.csv", dtype="str")
PAGES = pd.read_csv(REFERENCE / "quotations_of_the_sources.csv")


def test_every_series_has_its_sums():
    of_catalog = {name: one.table for name, one in catalog().items() if one.kind == "series"}
    assert SERIES["table"].to_dict() == of_catalog


@pytest.mark.parametrize("name", SERIES.index)
def test_series_carry_every_value(name):
    theirs, ours = SERIES.loc[name], data.load(name).dropna()
    assert (str(ours.index[0]), str(ours.index[-1])) == (theirs["first"], theirs["last"])
    assert len(ours) == int(theirs["figures"])
    assert math.fsum(ours) == float(theirs["sum"])
    assert math.fsum(i * x for i, x in enumerate(ours, start=1)) == float(theirs["weighted_sum"])


@pytest.mark.parametrize("table", INDUSTRIES["table"].unique())
def test_industries_carry_every_value(table):
    ours = data.load_table(table)
    assert set(ours.columns) == set(INDUSTRIES.loc[INDUSTRIES["table"] == table, "industry"])
    for theirs in INDUSTRIES[INDUSTRIES["table"] == table].itertuples():
        known = ours[theirs.industry].dropna()
        assert (str(known.index[0]), str(known.index[-1])) == (theirs.first, theirs.last)
        assert len(known) == int(theirs.figures)
        assert math.fsum(known) == float(theirs.sum)
        assert math.fsum(i * x for i, x in enumerate(known, start=1)) == float(theirs.weighted_sum)


def test_nine_industries_are_those_of_the_vintage_before():
    """Sums from 1973 to February 2026, CRSP 202602: one month of one industry was revised, by 0.01."""
    before = {
        "banks": 632.53, "aero": 822.81, "mach": 713.75, "cnstr": 741.72, "bldmt": 727.36, "chips": 835.51,
        "softw": 875.16, "hardw": 651.89, "trans": 633.07,
    }  # fmt: skip
    ours = data.load_table("industries_monthly").loc["1973-01":"2026-02", list(before)]
    gaps = ours.sum() - pd.Series(before)
    assert gaps.drop("softw").abs().max() < 1e-6
    assert gaps["softw"] == pytest.approx(0.01)


@pytest.mark.parametrize("table", PAGES["table"].unique())
def test_quotations_carry_every_figure(table):
    """Each single number of a page is here; texts and compound cells were split by hand and may add to them."""
    ours = data.load_table(table)
    for page in PAGES[PAGES["table"] == table].itertuples():
        theirs = Counter(float(figure) for figure in page.figures.split())
        missing = theirs - Counter(ours.loc[ours["url"] == page.url, "value"])
        assert not missing, f"{page.url}: {dict(missing)}"
