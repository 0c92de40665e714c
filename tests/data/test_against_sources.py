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


@pytest.mark.parametrize("table", PAGES["table"].unique())
def test_quotations_carry_every_figure(table):
    """Each single number of a page is here; texts and compound cells were split by hand and may add to them."""
    ours = data.load_table(table)
    for page in PAGES[PAGES["table"] == table].itertuples():
        theirs = Counter(float(figure) for figure in page.figures.split())
        missing = theirs - Counter(ours.loc[ours["url"] == page.url, "value"])
        assert not missing, f"{page.url}: {dict(missing)}"
