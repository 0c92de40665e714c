"""Loss-makers by count and by weight: told while they were news, by people, and computed here."""

import pandas as pd
import pytest

from helpers.data.paths import data_dir
from helpers.topics.valuation import loss_makers, multiples

COUNT, WEIGHT = loss_makers.MEASURES


@pytest.fixture(scope="module")
def day():
    file = data_dir() / "snapshot" / "consensus_pe.csv"
    return multiples.last_day(pd.read_csv(file, parse_dates=["price_date"]))


def quoted(**changes):
    """One synthetic quotation, with changes."""
    row = {
        "metric": COUNT,
        "group": "Russell 2000",
        "figure": 40.0,
        "period": "2024-07",
        "known": pd.Timestamp("2024-07-31"),
        "publisher": "somebody",
        "confidence": "verbatim",
        "machine_written": False,
    }
    return pd.DataFrame([row | changes])


def test_a_quotation_keeps_its_figure_and_says_what_it_measures():
    for metric, measure in ((COUNT, "count"), (WEIGHT, "weight")):
        (row,) = loss_makers.quoted_shares(quoted(metric=metric)).to_dict("records")
        assert row == {
            "index_name": "Russell 2000",
            "measure": measure,
            "share": 40.0,
            "period": "2024-07",
            "known": pd.Timestamp("2024-07-31"),
            "source": "somebody",
            "confidence": "verbatim",
        }


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, True),
        ({"period": "2023Q4"}, True),  # of the year before
        ({"period": "2022"}, False),  # recalled
        ({"period": "1990/1999"}, False),
        ({"period": "2022/2024"}, False),  # began too early to be news
        ({"machine_written": True}, False),
        ({"figure": float("nan")}, False),  # a statement without a figure
    ],
)
def test_what_a_page_recalls_or_a_machine_wrote_does_not_count(changes, kept):
    assert len(loss_makers.quoted_shares(quoted(**changes))) == kept


def test_our_own_shares_by_count_and_by_weight(day):
    own = loss_makers.own_shares(day).set_index("measure")
    assert own["share"]["count"] == 27.8
    profits = 4 * (23.6 + 11.4)
    assert own["share"]["weight"] == pytest.approx(100 * (1 - 16.5 * profits / 2906.5))
    assert own["share"]["weight"] < own["share"]["count"]  # they are the smaller ones
    assert (own["period"] == "2026-02-13").all()
    assert (own["known"] == pd.Timestamp("2026-02-13")).all()
    assert (own["confidence"] == "derived").all()


@pytest.mark.parametrize("multiple", [16.5, 18.1, 20.0])
def test_the_share_kept_gives_the_multiple_back(day, multiple):
    share = loss_makers.share_kept(day, multiple)
    profits = 4 * (23.6 + 11.4)
    inside = 16.5 * profits
    assert (inside + share / 100 * (2906.5 - inside)) / profits == pytest.approx(multiple)


def test_the_ends_of_the_mix_are_the_two_definitions(day):
    table = multiples.multiples_of_consensus(day)["small"]
    assert loss_makers.share_kept(day, table["without loss makers"]) == pytest.approx(0.0)
    whole = table["profits only, all market value"]
    assert loss_makers.share_kept(day, whole) == pytest.approx(100.0)
