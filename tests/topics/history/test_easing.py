"""First cuts: the events, the months that count, and what ten events can tell."""

import numpy as np
import pandas as pd
import pytest

from helpers.data import Information
from helpers.errors import ParameterError
from helpers.topics.common.pairs import load_small_minus_large
from helpers.topics.history import easing

TEN = [
    "1980-04",
    "1981-06",
    "1984-10",
    "1987-10",
    "1989-06",
    "1995-07",
    "1998-09",
    "2001-01",
    "2007-09",
    "2019-07",
]


@pytest.fixture(scope="module")
def info():
    return Information("2026-02-16")


@pytest.fixture(scope="module")
def found(info):
    return easing.examine_easing(info, pair="lo30_hi30", events="ten", horizon=12)


def test_the_three_lists(info):
    lists = {
        name: list(map(str, easing.load_first_cuts(info, name).index))
        for name in easing.EVENT_LISTS
    }
    assert lists["ten"] == TEN  # Neuberger Berman
    assert lists["eleven"] == [*TEN, "2024-09"]
    assert lists["twelve"] == sorted([*TEN, "2020-03", "2024-09"])


def test_a_cut_not_yet_announced_is_no_event():
    before = easing.load_first_cuts(Information("2024-09-17"), "twelve").index
    assert pd.Period("2024-09", "M") not in before and pd.Period("2020-03", "M") in before
    assert (
        pd.Period("2024-09", "M")
        in easing.load_first_cuts(Information("2024-09-18"), "twelve").index
    )


def test_windows_start_the_month_after_and_every_event_is_drawn(info, found):
    relative = load_small_minus_large(info)
    for name in TEN:
        month = pd.Period(name, "M")
        expected = relative[month + 1 : month + 12].sum()
        assert found.events.loc[month, "next 12 months"] == pytest.approx(expected)
        assert found.paths.loc[12, name] == pytest.approx(expected)
    assert list(found.paths) == TEN


def test_no_mean_after_first_cuts_differs_from_any_other_window(found):
    tests = found.tests
    assert list(tests.index) == [3, 6, 12, 24, 36]
    assert (
        (tests["p"] > 0.2).all()
        and (tests["low 95 %"] < 0).all()
        and (tests["high 95 %"] > 0).all()
    )
    assert (tests["smallest detectable"] > 5).all(), "ten events cannot see a small effect"
    assert (tests["difference"] - (tests["mean"] - tests["any window"])).abs().max() < 1e-9


def test_unfinished_windows_are_left_out_not_filled():
    found = easing.examine_easing(
        Information("2026-02-16"), pair="lo30_hi30", events="twelve", horizon=36
    )
    assert np.isnan(found.events.loc[pd.Period("2024-09", "M"), "next 36 months"])
    assert found.tests.loc[36, "events"] == 11 and found.tests.loc[12, "events"] == 12


def test_the_recession_flag_is_the_publishers_and_nber_for_the_rest(info):
    flags = easing.load_first_cuts(info, "twelve")["recession"]
    assert list(flags[flags].index.astype(str)) == [
        "1980-04",
        "1981-06",
        "1989-06",
        "2001-01",
        "2007-09",
        "2020-03",
    ]


def test_an_unknown_list_is_named(info):
    with pytest.raises(
        ParameterError, match="Unknown event list 'five'; use one of ten, eleven, twelve"
    ):
        easing.load_first_cuts(info, "five")
