"""Claims D1 to D3 as they stand, at other dates, with other input, and where each number came from."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import data, topics
from helpers.data.paths import data_dir
from helpers.errors import ParameterError
from helpers.report.figures import debt as debt_figures
from helpers.topics import debt
from helpers.topics.debt.claims import NET, bill, more_floating, pads_profits, profits
from helpers.topics.debt.input_ranges import GIVEN
from helpers.topics.debt.interest_bill import floating_saving
from helpers.topics.debt.who_floats import DEFINITIONS, IN_CUTS, IN_HIKES, PUBLISHED
from helpers.trial import load_claim, load_line, verdict

ARTICLE = "2026-02-16"


def word(examination, claim, line):
    return verdict(load_claim(claim), line, getattr(examination.answers[claim], line)).word


# --- claims ---------------------------------------------------------------------------------------------


def test_more_of_small_cap_debt_floats(found):
    evidence = found.answers["D1"].stated
    assert word(found, "D1", "stated") == "true"
    assert list(evidence.checks) == [*found.pairs["publisher"], IN_HIKES, IN_CUTS]
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high) == (22, 22, 26)
    assert (evidence.n, evidence.n_effective) == (5, 3)
    # loadings of ranks 1001-3000 less 1-500: 47.3 - 22.4, and the middles of 21 to 25 and 14 to 19
    assert evidence.definitions[IN_HIKES] == pytest.approx(24.9)
    assert evidence.definitions[IN_CUTS] == pytest.approx(23.0 - 16.5)
    assert evidence.note == (
        "In each of 3 publications that give both, 22 to 26 points more of small companies' debt floats; in filings, "
        "by what moved with the policy rate, 25 points in hikes and 6 points in cuts."
    )


def pairs(*differences, confidence="verbatim"):
    """Synthetic publications with a large share of ten."""
    names = [f"page {k}" for k in range(len(differences))]
    gaps = [float(one) for one in differences]
    return pd.DataFrame({"publisher": names, "difference": gaps, "confidence": confidence})


@pytest.mark.parametrize(
    ("differences", "filings", "expected"),
    [
        ((26, 24), {}, "true"),
        ((5, 4.9), {}, "true in part"),
        ((4.9, 4), {}, "false"),
        ((26,), {IN_HIKES: 4.0, IN_CUTS: 3.0}, "true in part"),
    ],
)
def test_each_source_that_gives_both_shares_has_a_vote(differences, filings, expected):
    evidence = more_floating(pairs(*differences), filings)
    assert verdict(load_claim("D1"), "stated", evidence).word == expected
    assert evidence.estimate == min(differences)
    assert evidence.n == len(differences) + len(filings)


def test_pages_read_second_hand_do_not_carry_a_verdict_alone():
    heard = pairs(26, 24, confidence="second-hand")
    alone = verdict(load_claim("D1"), "stated", more_floating(heard, {}))
    assert alone.word == "no source found"
    assert more_floating(heard, {}).note == (
        "In each of 2 publications that give both, read second hand, 24 to 26 points more of small companies' debt "
        "floats."
    )
    assert more_floating(pairs(26), {}).note == (
        "In the one publication that gives both, 26 points more of small companies' debt floats."
    )
    with_filings = more_floating(heard, {IN_HIKES: 25.0})
    assert verdict(load_claim("D1"), "stated", with_filings).word == "true"


def test_a_page_that_counts_companies_says_nothing_of_debt(info):
    rows = info.quoted("companies with floating-rate debt, share of count")
    assert rows["value"].tolist() == [41.0]
    assert "these firms" in rows["note"].iloc[0]
    assert 41.0 not in set(info.quoted("floating share of total debt")["value"])


def test_business_paid_hardly_less_interest_since_the_first_cut(found):
    """From the file alone: 2024Q2 is the quarter before the cut of September 2024, 2025Q3 the last one known."""
    table = pd.read_csv(data_dir() / "snapshot" / "credit_quarterly.csv", index_col="period")
    interest, debt = table["net_interest"], table["corporate_debt"]
    fall = 100 * (interest["2025Q3"] / interest["2024Q2"] - 1)
    rate = (interest / debt).loc[["2024Q2", "2025Q3"]]
    evidence = found.answers["D2"].stated
    assert word(found, "D2", "stated") == "false"
    assert list(evidence.definitions.values()) == pytest.approx(
        [fall, 100 * (rate["2025Q3"] / rate["2024Q2"] - 1)]
    )
    assert (evidence.estimate, evidence.n) == (pytest.approx(-3.96, abs=0.01), 5)


def test_before_a_quarter_since_the_first_cut_was_known_no_change_of_interest_is():
    early = debt.examine(data.Information("2024-12-15"), draws=256).answers["D2"].stated
    assert "No quarter since the first cut of September 2024 was known" in early.not_testable


def test_the_bill_is_lower_than_without_the_cuts_by_less_than_would_matter(found):
    evidence, size = found.answers["D2"].used, load_line("D2", "used").size_that_matters
    assert word(found, "D2", "used") == "strong evidence against"
    reason = verdict(load_claim("D2"), "used", evidence).reason
    assert reason.startswith("True but small")
    draws = found.model.drawn("bill_saving")[PUBLISHED]
    assert evidence.share == np.mean(draws >= size)
    assert list(evidence.definitions) == [*DEFINITIONS, NET]
    assert evidence.definitions[NET] == found.model.interval("bill_fall")[1]
    # what refinancing takes back is owed to the hikes, and shown beside
    assert evidence.definitions[NET] < evidence.estimate
    assert evidence.shares[IN_HIKES] > 0.9  # as firms paid through in the hikes, it would matter
    assert (evidence.n, evidence.n_effective) == (445, 2)  # profitable firms; hikes and cuts


def test_the_fall_that_matters_is_about_what_a_quarter_of_the_claimed_growth_would_take(found):
    """From central values: the fall of the bill that lifts net income of profitable firms by the size of D3."""
    sheet, ranges = found.model.small.sheet, found.small_ranges
    bill_bn = sheet.debt * ranges["effective_rate"].mid / 100
    before_tax = load_line("D3", "used").size_that_matters / 100 * sheet.net_income
    before_tax /= 1 - ranges["tax"].mid / 100
    assert 100 * before_tax / bill_bn == pytest.approx(10.9, abs=0.1)
    assert load_line("D2", "used").size_that_matters == 10


def test_a_pass_through_of_the_hikes_that_falls_short_is_told(info):
    spared = debt.examine(info, cut_bp=50.0, draws=256).answers["D2"].used
    assert "does not reach the 10 percent" in spared.note


def test_the_cuts_raise_profits_and_explain_little_of_their_growth(found):
    stated, used = found.answers["D3"].stated, found.answers["D3"].used
    assert word(found, "D3", "stated") == "true"
    assert stated.estimate == found.model.interval("uplift_saving")[1]
    assert set(stated.checks) == {*DEFINITIONS, NET}
    assert word(found, "D3", "used") == "strong evidence against"
    low, mid, high = found.model.interval("growth_saving")
    assert 0 < low < mid < high < load_line("D3", "used").size_that_matters
    assert (used.ci_low, used.estimate, used.ci_high) == pytest.approx((low, mid, high))
    # the average of 2025, and January 2026 held on
    assert "from 4.21 percent last year to 3.64 this year" in used.note


def test_notes_give_every_middle_with_its_ends(found):
    size = load_line("D2", "used").size_that_matters
    drawn = found.model.draws.assign(bill_fall=-0.04, bill_saving=size, uplift_level=1.04)
    drawn = drawn.assign(uplift_saving=-12.36, uplift_growth=0.96, growth_saving=2.0)
    model = replace(found.model, draws=drawn)
    minus = "\N{MINUS SIGN}"
    assert bill(model).note == (
        "The cuts take 10.0 (10.0 to 10.0) percent off the bill, against a path without them; 0.0 (0.0 to 0.0) are "
        "left after 1.4 years of refinancing at higher coupons, which the hikes before are to blame for. With the "
        "pass-through of the hikes: 10.0 (10.0 to 10.0), which reaches the 10 percent that would matter."
    )
    assert f"worth {minus}12.4 ({minus}12.4 to {minus}12.4) percent" in pads_profits(model).note
    assert "once; 1.0 (1.0 to 1.0) after refinancing." in pads_profits(model).note
    assert not any(one for name, one in pads_profits(model).checks.items() if name != NET)
    assert "lower rates bring 2.0 (2.0 to 2.0) points" in profits(model).note
    assert "After refinancing 1.0 (1.0 to 1.0) are left." in profits(model).note


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        ({"floating_share_small": [20.0, 25.0, 30.0]}, {"D2", "D3"}),
        ({"floating_share_large": [5.0, 6.0, 7.0]}, {"D2", "D3"}),
        ({"coupon_reset": [0.0, 0.5, 1.0]}, {"D2", "D3"}),
        ({"tax": [0.0, 21.0, 25.0], "hedge_share": [0.0, 10.0, 30.0]}, set()),
    ],
)
def test_ranges_that_a_reader_gave_are_not_called_published(info, given, claims):
    answers = debt.examine(info, draws=256, **given).answers
    assert {
        claim for claim, one in answers.items() if one.used and one.used.interval == "given"
    } == claims
    for claim in ("D2", "D3"):
        assert ("published" in answers[claim].used.method) == (claim not in claims)


def test_figures_name_the_shares_by_who_gave_them(info):
    share = [20.0, 25.0, 30.0]
    typed = debt.examine(info, draws=256, floating_share_small=share, floating_share_large=share)
    legend = debt_figures.plot_uplift(typed).get_legend().get_texts()
    assert legend[0].get_text() == "Given shares"
    assert "given shares" in typed.checks["check"].str.cat()
    assert typed.input_table.set_index("input").loc["floating share", "origin"] == GIVEN
    assert GIVEN not in set(debt.examine(info, draws=256).input_table["origin"])


def test_units_are_those_of_the_lines(found):
    for claim, answer in found.answers.items():
        for name, line in load_claim(claim).lines.items():
            assert getattr(answer, name).unit == line.unit


@pytest.mark.parametrize(("share", "usd_bn"), [(30.0, 4.4), (51.0, 7.4)])
def test_full_pass_through_of_published_shares(info, share, usd_bn):
    total = info.published("total debt", "Russell 2000").high
    assert total == 832.0
    assert floating_saving(total, 1.75, floating_share=share) == pytest.approx(usd_bn, abs=0.05)


# --- where numbers come from ----------------------------------------------------------------------------


def test_cards_name_what_was_read_for_them_and_nothing_else(found):
    sources = {
        claim: set(answer.used.sources) for claim, answer in found.answers.items() if answer.used
    }
    record = {claim: set(found.answers[claim].stated.sources) for claim in ("D1", "D2")}
    # the coupon reset, among the first drivers, comes from Treasury yields
    for claim in ("D2", "D3"):
        assert {"treasury_2y", "treasury_10y", "fed_funds", "fomc_decisions"} <= sources[claim]
        assert {"eps_uplift", "passthrough_gross_vs_cash"} <= sources[claim]
        assert "tbill_3m" not in sources[claim]
        assert "lo30" not in sources[claim]
    assert record["D2"] == {"net_interest", "corporate_debt", "fomc_decisions", "fed_funds"}
    assert record["D1"] == {
        "floating_rate_debt",
        "passthrough_gross_vs_cash",
        "passthrough_same_firm",
    }
    lines = [line for answer in found.answers.values() for line in vars(answer).values() if line]
    assert all(line.vintage for line in lines)


def test_a_share_the_reader_gave_has_no_publisher(info, found):
    own = debt.examine(info, floating_share_small=[30, 40, 50], draws=256).answers
    assert "published: floating share of total debt, small" not in own["D2"].used.sources
    assert own["D1"] == found.answers["D1"]  # the record is not the reader's


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
    assert word(early, "D2", "used") == word(early, "D3", "used") == "not yet sayable"
    assert "No cut had been announced by 2024-06-30" in early.reason("model")
    assert not early.knows("model")
    assert not early.knows("specifications", "checks")
    assert "passthrough_gross_vs_cash" in early.reason("small_ranges")
    # no filings yet, and the one page that gives both is read second-hand
    assert word(early, "D1", "stated") == "no source found"
    assert early.pairs["publisher"].tolist() == ["Goldman Sachs via Financial Times"]


def test_before_balance_sheets_were_filed_the_reason_names_them():
    early = debt.examine(data.Information("2024-12-31"), draws=256)
    assert "eps_uplift" in early.answers["D3"].used.not_testable


def test_before_any_share_was_published_the_reason_says_so():
    unknown = debt.examine(data.Information("2012-06-30"), draws=256).answers["D1"].stated
    assert "No share had been published by this date" in unknown.not_testable


def test_yields_are_those_of_the_month_of_the_first_cut_and_of_the_last_month(found, info):
    yields = (info.load("treasury_2y") + info.load("treasury_10y")) / 2
    assert found.market_yields == (yields["2024-09"], yields.iloc[-1])


def test_a_wrong_future_changes_no_evidence(wrong_future, found):
    with wrong_future(ARTICLE):
        spoiled = debt.examine(data.Information(ARTICLE))
        assert spoiled.answers == found.answers
        pd.testing.assert_frame_equal(spoiled.response, found.response)
        pd.testing.assert_frame_equal(spoiled.checks, found.checks)


# --- seeds, input ---------------------------------------------------------------------------------------


def test_the_seed_decides_every_draw(info):
    one, same, other = (debt.examine(info, draws=256, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.model.draws, same.model.draws)
    pd.testing.assert_frame_equal(one.model.sobol, same.model.sobol)
    assert one.answers == same.answers
    assert not one.model.draws.equals(other.model.draws)
    assert one.answers["D2"].used.estimate != other.answers["D2"].used.estimate


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
