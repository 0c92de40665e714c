"""Who floats: publications side by side, and what filings show, against the rows they come from."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data import load_table
from helpers.errors import NotKnown
from helpers.topics import debt
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS, row_of_rank
from helpers.topics.debt import who_floats
from helpers.topics.debt.inputs import DebtInputs
from helpers.topics.debt.who_floats import CUTS, GROSS, HIKES, NET, SAME_FIRMS

QUOTATIONS = pd.DataFrame(
    [
        ("2024-07", "Apollo (T. S.)", "Russell 2000", "small", 51.0),
        ("2024-07", "Apollo (T. S.)", "S&P 500", "large", 25.0),
        ("2023-09", "Goldman via FT", "Russell 2000", "small", 30.0),
        ("2023-09", "Goldman via FT", "S&P 500", "large", 6.0),
        ("2024-08", "Plante Moran", "US small caps", "small", 36.0),
        ("2013", "VoxEU", "bank borrowers", "", 76.0),
        ("2025", "BofA", "Russell 2000", "small", np.nan),
    ],
    columns=["period", "publisher", "group", "size", "value"],
).assign(confidence="verbatim", machine_written=False)


@pytest.fixture(scope="module")
def shares():
    return who_floats.table_floating_shares(QUOTATIONS)


# --- publications ---------------------------------------------------------------------------------------


def test_shares_of_small_and_large_caps_stand_in_order_of_size_and_period(shares):
    assert shares["value"].tolist() == [6.0, 25.0, 30.0, 51.0, 36.0]
    assert shares["size"].tolist() == ["large", "large", "small", "small", "small"]
    assert list(shares.index) == list(range(5))


def test_pairs_are_publications_that_give_both(shares):
    pairs = who_floats.table_share_pairs(shares).set_index("publisher")
    assert pairs.loc["Apollo (T. S.)", ["small", "large"]].tolist() == [51.0, 25.0]
    assert pairs["difference"].tolist() == [26.0, 24.0]
    assert pairs["ratio"].tolist() == [2.04, 5.0]
    again = who_floats.table_share_pairs(pd.concat([shares, shares.assign(value=99.0)]))
    assert again["small"].tolist() == [51.0, 30.0]  # of two shares of a publication the first


def test_no_share_and_no_pair_are_told_apart(shares):
    with pytest.raises(NotKnown, match="No share had been published"):
        who_floats.table_floating_shares(QUOTATIONS[QUOTATIONS["size"] == ""])
    with pytest.raises(NotKnown, match="No publication had given both"):
        who_floats.table_share_pairs(shares[shares["size"] == "small"])


def test_labels_are_short_and_ordered_by_the_highest_share_under_them(shares):
    labelled = who_floats.label_publications(shares)
    order = ["Goldman, 2023-09", "Plante Moran, 2024-08", "Apollo, 2024-07"]
    assert list(labelled["label"].cat.categories) == order
    assert labelled["label"].max() == order[-1]
    ends = labelled.set_index("size")[["low", "high"]].loc["large"].to_numpy().tolist()
    assert ends == [[6.0, 30.0], [25.0, 51.0]]
    assert labelled["value"].tolist() == shares["value"].tolist()


def test_labels_with_the_same_highest_share_stand_as_they_came():
    came = [f"Bank {letter}" for letter in "ZYXWVUTSRQPONMLKJIHG"]
    shares = pd.DataFrame({"publisher": came, "period": "2024", "value": [30.0, 40.0] * 10})
    order = [f"{publisher}, 2024" for publisher in came[::2] + came[1::2]]
    assert list(who_floats.label_publications(shares)["label"].cat.categories) == order


def test_published_shares_disagree_in_level_and_agree_in_difference(found):
    small = found.shares.loc[found.shares["size"] == "small", "value"]
    assert (small.min(), small.max()) == (30.0, 51.0)
    assert found.pairs["ratio"].min() == pytest.approx(2.04, abs=0.01)
    assert found.pairs["ratio"].max() == pytest.approx(5.0)
    assert found.pairs["difference"].between(22, 26).all()


# --- filings --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inputs(info):
    return DebtInputs(info)


@pytest.mark.parametrize(
    ("phase", "measure", "rank", "loading", "se", "firms"),
    [
        (HIKES, GROSS, SMALL_RANKS, 47.3, 3.5, 964),
        (HIKES, NET, LARGE_RANKS, 15.7, 2.7, 359),
        (HIKES, SAME_FIRMS, SMALL_RANKS, 19.0, None, 275),
        (CUTS, SAME_FIRMS, LARGE_RANKS, 19.0, None, 192),
    ],
)
def test_loadings_are_those_of_the_tables_in_percent(
    found, phase, measure, rank, loading, se, firms
):
    row = row_of_rank(found.pass_through, rank, phase=phase, measure=measure)
    assert (row["loading"], row["firms"]) == (pytest.approx(loading), firms)
    assert np.isnan(row["se"]) if se is None else row["se"] == pytest.approx(se)
    assert row["reach"] == pytest.approx(0.0 if se is None else 1.96 * se)


def test_every_rank_is_there_once_for_each_phase_and_measure(found):
    table = found.pass_through
    assert not table.duplicated(["phase", "measure", "rank"]).any()
    counted = table.groupby(["phase", "measure"]).size()
    assert counted.eq(4).all()
    assert len(counted) == 4
    assert list(table.index) == list(range(4 * 4))


def test_what_filings_showed_grows_with_time():
    before = debt.examine(data.Information("2022-06-30"), draws=256)
    with pytest.raises(NotKnown, match="No estimate from filings"):
        _ = debt.examine(data.Information("2019-06-30"), draws=256).pass_through
    assert set(before.pass_through["phase"]) == {CUTS}  # the cuts of 2019-21 had been filed
    assert before.reason("loadings")
    assert before.reason("gross_pass_through")


def test_pass_through_grows_as_firms_shrink_in_hikes_and_hardly_in_cuts(found):
    gap = {}
    for phase, measure in ((HIKES, GROSS), (CUTS, SAME_FIRMS)):
        small, large = (
            row_of_rank(found.pass_through, rank, phase=phase, measure=measure)["loading"]
            for rank in (SMALL_RANKS, LARGE_RANKS)
        )
        gap[phase] = small - large
    assert gap == {HIKES: pytest.approx(24.9), CUTS: pytest.approx(2.0)}


def test_loadings_in_hikes_reach_two_standard_errors_and_in_cuts_from_median_to_mean(inputs):
    found = who_floats.loading_ranges(inputs.gross_loadings, inputs.same_firms, SMALL_RANKS)
    hikes, cuts = found["pass-through in hikes"], found["pass-through in cuts"]
    assert (hikes.low, hikes.mid, hikes.high) == pytest.approx((40.44, 47.3, 54.16))
    assert (cuts.low, cuts.mid, cuts.high) == pytest.approx((21.0, 23.0, 25.0))
    large = who_floats.loading_ranges(inputs.gross_loadings, inputs.same_firms, LARGE_RANKS)
    assert large["pass-through in cuts"].low == pytest.approx(14.0)  # there the mean is the lower


def test_effective_rates_leave_out_a_quarter_whose_reports_had_not_come_in(found):
    rates = found.effective_rates
    assert str(rates.index[-1]) == "2024Q2"
    rise = rates.loc["2023Q4", "small, aggregate"] - rates.loc["2022Q2", "small, aggregate"]
    assert rise == pytest.approx(6.38 - 4.37)
    assert rates.loc["2023Q4"].tolist() == [6.38, 6.1, 3.77, 3.81, 5.33]
    few = load_table("effective_net_rate_quarterly").assign(firms_1001_3000=[100, 99] + [100] * 17)
    assert len(who_floats.table_effective_rates(few)) == 18


# --- the figures ----------------------------------------------------------------------------------------


def test_figures_are_those_of_ranks_and_of_all_firms(inputs):
    assert len(inputs.gross_loadings) == len(inputs.net_loadings) == 4
    assert row_of_rank(inputs.net_loadings, SMALL_RANKS)["beta"] == 0.284  # not the low-cash sample
    assert set(inputs.same_firms["phase"]) == {HIKES, CUTS}
    assert set(inputs.relative_returns) == {"lo30_hi30", "lo20_hi20", "lo10_hi10"}


class Counted(data.Information):
    """An information set that counts how often each figure is read."""

    def __init__(self, as_of):
        super().__init__(as_of)
        self.read = []

    def load(self, name):
        self.read.append(name)
        return super().load(name)

    def table(self, name):
        self.read.append(name)
        return super().table(name)

    def published(self, metric, group=None, since=None):
        self.read.append((metric, group))
        return super().published(metric, group, since)

    def quoted(self, metric=None, group=None, **choice):
        self.read.append(("quoted", metric))
        return super().quoted(metric, group, **choice)

    def fomc_decisions(self):
        self.read.append("fomc_decisions")
        return super().fomc_decisions()


def test_an_examination_reads_each_figure_once():
    info = Counted("2026-02-16")
    found = debt.examine(info, draws=256)
    parts = [name for name, part in vars(type(found)).items() if isinstance(part, data.recorded)]
    assert "answers" in parts
    assert found.knows(*parts)
    assert found.knows(*parts)
    assert len(info.read) == len(set(info.read)) == 32
