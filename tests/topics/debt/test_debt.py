"""Claims D1 to D3 as they stand, at other dates, with other input, and where each number came from."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import data, topics
from helpers.errors import ParameterError
from helpers.report.figures import debt as debt_figures
from helpers.topics import debt
from helpers.topics.common.ranges import Range
from helpers.topics.debt.claims import bill, more_floating, profits
from helpers.topics.debt.input_ranges import GIVEN
from helpers.topics.debt.interest_bill import floating_saving
from helpers.topics.debt.who_floats import DEFINITIONS, IN_CUTS, PUBLISHED
from helpers.trial import load_claim, verdict

ARTICLE = "2026-02-16"


def word(examination, claim):
    return verdict(load_claim(claim), examination.evidence[claim]).word


# --- claims ---------------------------------------------------------------------------------------------


def test_more_of_small_cap_debt_floats(found):
    # the published range is above five points, every definition above zero
    evidence = found.evidence["D1"]
    assert word(found, "D1") == "supported"
    assert list(evidence.definitions) == list(DEFINITIONS)
    assert min(evidence.definitions.values()) > 0
    assert evidence.definitions[IN_CUTS] < 10
    assert (evidence.n, evidence.n_effective) == (len(found.shares), len(found.pairs))


def test_the_difference_of_the_shares_from_published_figures_alone(found):
    # triangles over the published shares, the same Latin hypercube, scipy's own quantiles
    u = stats.qmc.LatinHypercube(d=2, rng=np.random.default_rng(1926)).random(8192)
    small = stats.triang.ppf(u[:, 0], (34.5 - 30) / 21, loc=30, scale=21)
    large = stats.triang.ppf(u[:, 1], 2 / 19, loc=6, scale=19)
    expected = np.percentile(small - large, (2.5, 50, 97.5))
    evidence = found.evidence["D1"]
    assert [evidence.ci_low, evidence.estimate, evidence.ci_high] == pytest.approx(expected)


def test_the_bill_fell_by_less_than_would_matter(found):
    evidence, size = found.evidence["D2"], load_claim("D2").size_that_matters
    assert word(found, "D2") == "contradicted"
    assert 0 < evidence.ci_low < evidence.estimate < evidence.ci_high < size
    in_hikes = found.model.interval("bill_fall", "pass-through in hikes")
    assert in_hikes[2] > size  # and the card says so
    assert f"reaches the {size:g} percent" in evidence.note
    assert list(evidence.definitions) == list(DEFINITIONS)
    assert (evidence.n, evidence.n_effective) == (445, 2)  # profitable firms; hikes and cuts


def test_a_pass_through_of_the_hikes_that_falls_short_is_told(info):
    spared = debt.examine(info, cut_bp=50.0, draws=256).evidence["D2"]
    assert "does not reach the 10 percent" in spared.note


def test_profits_gain_less_than_would_matter(found):
    evidence = found.evidence["D3"]
    low, mid, high = found.model.interval("uplift_growth")
    assert word(found, "D3") == "contradicted"
    assert low < mid < high < load_claim("D3").size_that_matters
    assert (evidence.ci_low, evidence.estimate, evidence.ci_high) == (low, mid, high)
    # the average of 2025, and January 2026 held on
    assert "from 4.21 percent last year to 3.64 this year" in evidence.note


def test_notes_give_the_cut_and_every_middle_with_its_ends(found):
    size = load_claim("D2").size_that_matters
    drawn = found.model.draws.assign(
        bill_fall=size, bill_saving=-12.36, large_bill_fall=-0.04, uplift_level=1.04
    )
    growth = load_claim("E1").claimed_number * 0.126
    model = replace(found.model, draws=drawn.assign(uplift_growth=growth))
    assert bill(model).note == (
        "A cut of 175 basis points after 1.4 years of refinancing. With the pass-through of the hikes: 10.0 "
        "(10.0 to 10.0), which reaches the 10 percent that would matter. Before refinancing: \N{MINUS SIGN}12.4 "
        "(\N{MINUS SIGN}12.4 to \N{MINUS SIGN}12.4). Large caps after it: 0.0 (0.0 to 0.0)."
    )
    assert "explains 13 (13 to 13) percent of the claimed growth" in profits(model).note
    assert "is worth 1.0 (1.0 to 1.0) percent of net income" in profits(model).note


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        ({"floating_share_small": [20.0, 25.0, 30.0]}, {"D1", "D2", "D3"}),
        ({"floating_share_large": [5.0, 6.0, 7.0]}, {"D1", "D2", "D3"}),
        ({"coupon_reset": [0.0, 0.5, 1.0]}, {"D2", "D3"}),
        ({"tax": [30.0, 35.0, 40.0]}, {"D2", "D3"}),
        ({"tax": [0.0, 21.0, 25.0], "hedge_share": [0.0, 10.0, 30.0]}, set()),
    ],
)
def test_ranges_that_a_reader_gave_are_not_called_published(info, given, claims):
    evidence = debt.examine(info, draws=256, **given).evidence
    assert {claim for claim, one in evidence.items() if one.interval == "given"} == claims
    for claim, one in evidence.items():
        words = f"{one.method} {one.note}".lower()
        assert claim == "D3" or ("published" in words) == (claim not in claims), words


def test_figures_name_the_shares_by_who_gave_them(info):
    share = [20.0, 25.0, 30.0]
    typed = debt.examine(info, draws=256, floating_share_small=share, floating_share_large=share)
    legend = debt_figures.plot_uplift(typed).get_legend().get_texts()
    assert legend[0].get_text() == "Given shares"
    assert "given shares" in typed.checks["check"].str.cat()
    assert typed.input_table.set_index("input").loc["floating share", "origin"] == GIVEN
    assert GIVEN not in set(debt.examine(info, draws=256).input_table["origin"])


def test_units_are_those_fixed_beforehand(found):
    units = {claim: evidence.unit for claim, evidence in found.evidence.items()}
    assert units == {claim: load_claim(claim).unit for claim in ("D1", "D2", "D3")}


def test_one_publication_is_one_observation_and_none_is_never_less():
    point = Range(30, 30, 30, "")
    ranges, gaps = {PUBLISHED: (point, point)}, {PUBLISHED: np.zeros(4)}
    alone = more_floating(ranges, gaps, 2, [])
    assert (alone.n, alone.n_effective, alone.estimate) == (2, 1, 0)
    assert alone.note == (
        "Published small-cap shares run from 30 to 30 percent, large-cap shares from 30 to 30."
    )
    assert alone.method.endswith("draws over the published shares")
    own = (replace(point, origin=GIVEN), point)
    typed = more_floating({PUBLISHED: own}, gaps, 2, [])
    assert typed.note.startswith("Given small-cap shares run from 30")
    assert typed.method.endswith("draws over the given shares")
    pairs = more_floating(ranges, gaps | {IN_CUTS: np.full(4, 2.0)}, 6, [26.0, 22.0, 24.0])
    assert pairs.n_effective == 3
    assert "22 to 26 points" in pairs.note
    assert pairs.definitions == {PUBLISHED: 0.0, IN_CUTS: 2.0}
    assert "about 2 points" in pairs.note


@pytest.mark.parametrize(("share", "usd_bn"), [(30.0, 4.4), (51.0, 7.4)])
def test_full_pass_through_of_published_shares(info, share, usd_bn):
    total = info.published("total debt", "Russell 2000").high
    assert total == 832.0
    assert floating_saving(total, 1.75, floating_share=share) == pytest.approx(usd_bn, abs=0.05)


# --- where numbers come from ----------------------------------------------------------------------------


def test_cards_name_what_was_read_for_them_and_nothing_else(found):
    sources = {claim: set(evidence.sources) for claim, evidence in found.evidence.items()}
    # the coupon reset, among the first drivers, comes from Treasury yields
    for claim in ("D2", "D3"):
        assert {"treasury_2y", "treasury_10y", "fed_funds", "fomc_decisions"} <= sources[claim]
        assert {"eps_uplift", "passthrough_gross_vs_cash"} <= sources[claim]
        assert "tbill_3m" not in sources[claim]
        assert "lo30" not in sources[claim]
    assert sources["D1"] == {
        "published: floating share of total debt, small",
        "published: floating share of total debt, large",
        "floating_rate_debt",
        "passthrough_gross_vs_cash",
        "passthrough_same_firm",
    }
    assert all(evidence.vintage for evidence in found.evidence.values())


def test_a_share_the_reader_gave_has_no_publisher(info):
    own = debt.examine(info, floating_share_small=[30, 40, 50], draws=256).evidence["D1"]
    assert "published: floating share of total debt, small" not in own.sources


def test_tables_carry_their_sources(found):
    names = {one.name for one in found.response.attrs["sources"]}
    assert names == {"lo30", "hi30", "lo20", "hi20", "lo10", "hi10", "tbill_3m"}
    (only,) = found.pairs.attrs["sources"]
    assert only.name == "floating_rate_debt"


def test_the_articles_numbers_are_read_and_never_typed():
    folder = Path(topics.__file__).parent / "debt"
    typed = r"\b19(\.0)?\b|4\.75|\btenth\b|\bquarter of\b|CLAIMED|TENTH|QUARTER|article_date"
    for path in (*folder.glob("*.py"), Path(debt_figures.__file__)):
        assert not re.findall(typed, path.read_text("utf-8")), path.name


# --- dates ----------------------------------------------------------------------------------------------


def test_before_any_cut_there_is_no_effect_to_measure():
    early = debt.examine(data.Information("2024-06-30"), draws=256)
    assert word(early, "D2") == word(early, "D3") == "not testable"
    assert "No cut had been announced by 2024-06-30" in early.evidence["D2"].not_testable
    assert not early.knows("model")
    assert not early.knows("specifications", "checks")
    assert "passthrough_gross_vs_cash" in early.reason("small_ranges")
    assert word(early, "D1") != "not testable"
    assert list(early.evidence["D1"].definitions) == [PUBLISHED]  # no filings yet


def test_before_balance_sheets_were_filed_the_reason_names_them():
    early = debt.examine(data.Information("2024-12-31"), draws=256)
    assert "eps_uplift" in early.evidence["D3"].not_testable


def test_shares_the_reader_gives_are_weighed_before_any_was_published():
    shares = {"floating_share_small": [30, 40, 50], "floating_share_large": [5, 10, 15]}
    early = debt.examine(data.Information("2012-06-30"), draws=256, **shares).evidence["D1"]
    assert early.estimate == pytest.approx(30.0, abs=1.0)
    assert (early.n, early.n_effective) == (0, 1)
    unknown = debt.examine(data.Information("2012-06-30"), draws=256).evidence["D1"]
    assert "floating share of total debt" in unknown.not_testable


def test_yields_are_those_of_the_month_of_the_first_cut_and_of_the_last_month(found, info):
    yields = (info.load("treasury_2y") + info.load("treasury_10y")) / 2
    assert found.market_yields == (yields["2024-09"], yields.iloc[-1])


def test_a_wrong_future_changes_no_evidence(wrong_future, found):
    with wrong_future(ARTICLE):
        spoiled = debt.examine(data.Information(ARTICLE))
        assert spoiled.evidence == found.evidence
        pd.testing.assert_frame_equal(spoiled.response, found.response)
        pd.testing.assert_frame_equal(spoiled.checks, found.checks)


# --- seeds, input ---------------------------------------------------------------------------------------


def test_the_seed_decides_every_draw(info):
    one, same, other = (debt.examine(info, draws=256, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.model.draws, same.model.draws)
    pd.testing.assert_frame_equal(one.model.sobol, same.model.sobol)
    assert one.evidence == same.evidence
    assert not one.model.draws.equals(other.model.draws)
    assert one.evidence["D1"].estimate != other.evidence["D1"].estimate


def test_the_cut_that_is_asked_for_moves_the_level_and_not_the_growth(info):
    one, other = (debt.examine(info, draws=256, cut_bp=cut).model for cut in (100.0, 200.0))
    assert one.easing.cut == 1.0
    assert one.interval("bill_saving")[1] == pytest.approx(other.interval("bill_saving")[1] / 2)
    assert one.interval("uplift_growth") == other.interval("uplift_growth")


def test_defaults_are_the_ones_the_notebook_states(found):
    assert found.easing.cut == 1.75
    assert len(found.model.draws) == 3 * 8192
    assert [found.small_ranges["tax"].low, found.small_ranges["tax"].mid] == [0.0, 21.0]
    assert found.small_ranges["tax"].high == 25.0
    hedges = found.small_ranges["hedge_share"]
    assert (hedges.low, hedges.mid, hedges.high) == (0.0, 10.0, 30.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"floating_share_small": [51.0, 41.0, 30.0]}, "low, mid, high in order, not 51, 41, 30"),
        ({"floating_share_large": [9.0, 8.0, 7.0]}, "low, mid, high in order, not 9, 8, 7"),
        ({"tax": [21.0]}, "tax: give low, mid and high, not 1 values"),
    ],
)
def test_a_range_out_of_order_is_an_error_before_anything_is_computed(info, values, message):
    with pytest.raises(ParameterError, match=message):
        debt.examine(info, **values)


def test_all_inputs_at_a_point_leave_no_uncertainty_but_the_filings(info):
    point = {
        "floating_share_small": [40.0] * 3,
        "pass_through": [100.0] * 3,
        "hedge_share": [0.0] * 3,
        "maturity_share": [12.0] * 3,
        "coupon_reset": [2.0] * 3,
        "tax": [21.0] * 3,
    }
    model = debt.examine(info, draws=256, **point).model
    low, _, high = model.interval("uplift_growth")
    cash, sheet = model.small.ranges["cash_loading"], model.small.sheet
    swing = 0.79 * sheet.cash * (cash.high - cash.low) / 100 * model.easing.growth_cut / 100
    assert 0 < high - low < 100 * swing / sheet.net_income
    assert model.sobol.loc["cash_loading", "total"] == pytest.approx(1.0, abs=0.05)
