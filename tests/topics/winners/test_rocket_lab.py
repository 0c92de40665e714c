"""Rocket Lab: one share, to the last closing price, never a test."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.errors import NotKnown
from helpers.topics import winners
from helpers.topics.winners.rocket_lab import weigh_one_company, weigh_share
from helpers.trial import load_claim, verdict
from snapshot_csv import column


def test_the_lead_is_that_of_the_monthly_returns_and_the_days_since(found):
    share, market = (
        np.log1p(column("etf_monthly_returns", one)["2025-01":"2025-12"] / 100).sum()
        for one in ("rklb", "spy")
    )
    days = np.log1p(-3.33 / 100) - np.log1p(
        -0.02 / 100
    )  # 2025-12-31 to 2026-02-13, in market_moves
    windows = found.rocket_lab.windows
    assert windows["lead"].iloc[0] == pytest.approx(100 * (share - market + days), abs=0.01)
    assert windows["lead"].iloc[1] == pytest.approx(100 * days, abs=0.01)


def test_it_led_more_in_the_year_before_the_policy(found):
    share, market = (
        np.log1p(column("etf_monthly_returns", one)["2024-01":"2024-12"] / 100).sum()
        for one in ("rklb", "spy")
    )
    assert found.rocket_lab.before == pytest.approx(100 * (share - market))
    assert found.rocket_lab.before > found.rocket_lab.windows["lead"].iloc[0]


def test_one_company_is_never_a_test(found, later):
    for one in (found, later):
        assert verdict(load_claim("W6"), "used", one.answers["W6"].used).word == "not testable"


def test_in_2025_the_record_speaks_of_2025_alone():
    then = winners.examine(data.Information("2025-06-30")).answers["W6"].stated
    assert list(then.checks) == ["since January 2025"]


def test_before_the_policy_nothing_of_its_window_was_known():
    then = winners.examine(data.Information("2024-06-30"))
    with pytest.raises(NotKnown, match="nothing from 2025-01 on was known"):
        _ = then.rocket_lab.windows


def test_each_window_is_judged_by_its_sign_and_the_note_names_both(found):
    made_up = pd.DataFrame(
        {"lead": [0.5, 0.0], "months": [13, 2], "first": ["a", "c"], "last": ["b", "d"]},
        ["since", "this year"],
    )
    shown = weigh_share(SimpleNamespace(windows=made_up, before=4.0))
    assert shown.checks == {"since": True, "this year": False}
    assert "by +0 log percent (times 1.01), of which +0 this year" in shown.note
    real, lead = found.answers["W6"].stated.note, found.rocket_lab.windows["lead"]
    assert f"(times {np.exp(lead.iloc[0] / 100):.2f}), of which {lead.iloc[1]:+.0f}" in real


def test_one_company_is_one_observation(found):
    assert weigh_one_company(found.rocket_lab).n == 1
