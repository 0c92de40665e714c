"""The examination of notebook 06: the act, whom it reaches, counts and savings, from what was known at a date."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from declared_defaults import assert_defaults_are_declared
from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown, ParameterError
from helpers.report.figures import policy as figures
from helpers.topics import policy
from helpers.topics.common.ranks import LARGE_RANKS, MID_RANKS, SMALL_RANKS
from helpers.topics.policy import official
from helpers.topics.policy.channels import CASH, CHANNELS, INCOME, LIMIT
from helpers.topics.policy.inputs import COUNT
from helpers.topics.policy.law import table_law, weigh_permanence
from helpers.trial import load_claim, load_line
from made_up_quotations import quotations
from verdict_words import words

ARTICLE = "2026-02-16"
FAST = {"draws": 512}


def lines(examination):
    return {
        (claim, name): getattr(answer, name)
        for claim, answer in examination.answers.items()
        for name in load_claim(claim).lines
    }


def test_verdicts_on_the_articles_date(found):
    assert words(found.answers) == {
        ("P1", "stated"): "true",
        ("P2", "used"): "strong evidence against",
        ("P3", "stated"): "no source found",
        ("P3", "used"): "evidence against",
        ("P4", "stated"): "false",
        ("P4", "used"): "evidence against",
    }


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-06-30", ["not yet sayable"] * 2 + ["no source found", "evidence against"]),
        ("2025-07-31", ["true", "strong evidence against", "no source found"]),
        ("2024-06-30", ["not yet sayable"] * 6),
        ("1990-01-01", ["not yet sayable"] * 6),
    ],
)
def test_words_at_other_dates(as_of, expected):
    then = list(words(policy.examine(data.Information(as_of), **FAST).answers).values())
    assert then[: len(expected)] == expected


def test_each_card_names_what_was_read_for_it(found):
    read = {key: one.sources for key, one in lines(found).items()}
    assert read["P1", "stated"] == read["P3", "stated"] == read["P4", "stated"] == ("policy",)
    assert {"exposures_by_rank", "eps_uplift", "net_interest"} < set(read["P2", "used"])
    assert set(read["P3", "used"]) == {
        "factors_daily", "policy", "industries_equal_weighted_monthly", "mkt_rf", "smb", "rf",
    }  # fmt: skip
    assert {"policy", "consensus_pe", "corporate_profits_after_tax"} < set(read["P4", "used"])


def test_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(policy.examine, "06_policy")


def test_no_number_of_the_article_is_typed():
    package = Path(policy.__file__).parent
    typed = {load_claim(one).claimed_number for one in ("P3", "P4")}
    numbers = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
    for file in [*package.glob("*.py"), Path(figures.__file__)]:
        used = {float(text) for text in numbers.findall(file.read_text(encoding="utf-8"))}
        assert not used & typed, file.name


@pytest.mark.parametrize(
    "wrong", [{"definition": "mine"}, {"booked": (0.0, 1.0)}, {"tax": (30.0, 20.0, 10.0)}]
)
def test_a_wrong_choice_is_refused(wrong):
    with pytest.raises(ParameterError):
        policy.examine(data.Information(ARTICLE), **wrong)


@pytest.mark.parametrize("as_of", ["2025-07-31", "2026-01-31", ARTICLE])
def test_nothing_known_later_enters(as_of, wrong_future):
    def answers():
        return policy.examine(data.Information(as_of), **FAST).answers

    before = answers()
    with wrong_future(as_of):
        assert answers() == before


# --- the act --------------------------------------------------------------------------------------------


def test_the_fact_is_read_off_two_rows(found):
    """Section 70105 of P.L. 119-21 strikes the end of the deduction and leaves its rate."""
    rows = pd.read_csv(data_dir() / "published" / "policy.csv")
    act = rows[(rows["group"] == "act of 2025") & (rows["known"] <= ARTICLE)]
    rate = act.loc[act["metric"].str.endswith("rate"), "value"].unique()
    term = act.loc[act["metric"].str.endswith("term"), "text"].unique()
    assert found.answers["P1"].stated.found == f"{rate.item():g} %, {term.item()}"


def test_the_first_page_read_of_each_fact_is_told_and_every_page_counted():
    shared = {"unit": "%", "title": "an act", "text": "to 2028"}
    rates = quotations({"figure": 20.0}, {"figure": 23.0}, **shared)
    terms = quotations({"text": "permanent"}, {}, {}, **shared)
    evidence = weigh_permanence(rates, terms)
    assert evidence.n == 5
    assert evidence.found == "20 %, permanent"
    table = table_law(rates, terms)
    assert list(table.index) == [0, 1, 2, 3, 4]
    assert table.columns[0] == "fact"


def test_no_member_of_the_index_is_reached(found):
    assert found.deduction == 0.0
    evidence = found.answers["P2"].used
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high, evidence.share) == (0, 0, 0, 0)
    assert tuple(evidence.definitions) == load_line("P2", "used").definitions
    assert evidence.note.startswith("The deduction adds nothing")
    legal = found.law[found.law["fact"] == "who may take the deduction"]
    assert legal.loc[legal["of"] == "owners", "says"].item().startswith("yes")


def test_open_to_corporations_it_would_be_worth_a_twentieth(found):
    """A fifth of income untaxed at 21 percent, over the 79 percent that are left of it."""
    assert found.deduction_if_open == pytest.approx(0.2 * 21 / 0.79)


def test_channels_are_of_every_size_and_add_up(found):
    for rank in (LARGE_RANKS, MID_RANKS, SMALL_RANKS):
        draws = found.reach(rank).draws
        for measure in (CASH, INCOME):
            assert list(draws[measure]) == list(CHANNELS)
            total = found.reach(rank).total(measure)
            assert total == pytest.approx(draws[measure].sum(axis=1).to_numpy())
    assert len(found.channel_table) == 3 * (len(CHANNELS) + 1)
    assert len(found.amounts) == 3 * (len(CHANNELS) - 1)


def test_the_table_of_channels_shows_both_measures_side_by_side(found):
    table = found.channel_table.set_index(["rank", "channel"])
    for measure in (CASH, INCOME):
        for end in ("low", "mid", "high"):
            shown, long = table[f"{measure}, {end}"], found.channels[end].xs(measure, level=1)
            assert shown.to_dict() == long.to_dict()


def test_the_card_on_the_act_tells_medians_of_both_measures(found):
    used = found.answers["P2"].used
    small, large = (found.reach(rank) for rank in (SMALL_RANKS, LARGE_RANKS))
    middles = [np.median(one.total(m)) for one in (small, large) for m in (INCOME, CASH)]
    assert list(used.definitions.values()) == pytest.approx([0.0, *middles[:2]])
    assert used.note.endswith(
        f"worth {found.deduction_if_open:.1f}). Other changes of the act bring profitable small caps "
        f"{middles[0]:.1f} percent of net income as reported and {middles[1]:.1f} in cash, large ones {middles[2]:.1f} "
        f"and {middles[3]:.1f}."
    )
    assert used.n == found.company(SMALL_RANKS).profitable.firms


def test_the_rate_of_mid_caps_lies_between_those_of_large_and_small(found):
    low, between, high = (found.company(one).rate for one in (LARGE_RANKS, MID_RANKS, SMALL_RANKS))
    assert (between.low, between.high) == (low.low, high.high)
    assert between.mid == pytest.approx((low.mid + high.mid) / 2)
    assert np.isinf([found.company(one).ebitda for one in (LARGE_RANKS, MID_RANKS)]).all()


def test_costs_are_spread_over_the_corporations_of_the_nation(found):
    """The third quarter of 2025 was the last one known; debt is in millions of dollars in the file."""
    quarterly = pd.read_csv(data_dir() / "snapshot" / "credit_quarterly.csv", index_col="period")
    last, economy = quarterly.loc["2025Q3"], found.economy
    assert economy.interest == last["net_interest"]
    assert economy.profits == last["corporate_profits_after_tax"]
    assert economy.debt == pytest.approx(last["corporate_debt"] / 1000)


def test_the_limit_reaches_small_companies_most(found):
    middle = found.channels["mid"].unstack("rank").loc[(CASH, LIMIT)]
    assert middle[SMALL_RANKS] > 10 * middle[MID_RANKS] > 10 * middle[LARGE_RANKS]


def test_the_interest_limit_by_plain_arithmetic(found):
    """From the CSV: 0.21 x (42.2 - 0.3 x 74.6) = 4.2 with all as one; the official 60.5 over ten years by interest."""
    snapshot = data_dir() / "snapshot"
    row = pd.read_csv(snapshot / "exposures_by_rank.csv").query(
        "fiscal_year == 2024 and rank == @SMALL_RANKS"
    )
    row = row.iloc[0]
    ebit = row["net_interest_bn"] / row["net_interest_pct_of_ebit"] * 100
    ebitda = (row["debt_bn"] - row["cash_bn"]) / 4  # ALPS Advisors, June 2024
    interest = row["net_interest_bn"]
    as_one = 0.21 * (min(interest, 0.3 * ebitda) - min(interest, 0.3 * ebit))
    assert as_one == pytest.approx(4.17, abs=0.01)
    quarterly = pd.read_csv(snapshot / "credit_quarterly.csv", index_col="period")
    nation = quarterly["net_interest"][:"2025Q3"].dropna().iloc[-1]
    limit = found.amounts.loc[(SMALL_RANKS, LIMIT)]
    assert limit["mid"] == pytest.approx(6.0511 * interest / nation, rel=0.02)
    assert limit["low"] == 0.0
    assert limit["high"] == 4.7  # Barclays, in Reuters of 2 July 2025: above ours
    assert f"{as_one:.1f}" in limit["origin"]


def test_ranges_of_a_reader_are_not_called_published(found):
    given = policy.examine(
        data.Information(ARTICLE), booked=(0.0, 1.0, 2.0), tax=(0.0, 0.0, 0.0), **FAST
    )
    for claim in ("P2", "P4"):
        assert found.answers[claim].used.interval == "parameters"
        assert given.answers[claim].used.interval == "given"


def test_a_wider_part_booked_raises_profits_and_leaves_cash(found):
    booked = policy.examine(data.Information(ARTICLE), booked=(100.0, 100.0, 100.0), **FAST)
    small = [one.reach(SMALL_RANKS) for one in (found, booked)]
    assert small[0].total(CASH) == pytest.approx(small[1].total(CASH))
    assert small[1].total(INCOME).mean() > small[0].total(INCOME).mean()
    assert small[1].draws[INCOME, LIMIT].to_numpy() == pytest.approx(
        small[1].draws[CASH, LIMIT].to_numpy()
    )


def examined_with(table, change):
    """The examination with one table of its inputs changed: synthetic."""
    of = policy.inputs.PolicyInputs
    changed = type(
        "Changed", (of,), {table: property(lambda self: change(getattr(of(self.info), table)))}
    )
    one = policy.examine(data.Information(ARTICLE), **FAST)
    vars(one)["inputs"] = changed(one.info)
    return one


def test_were_corporations_let_in_they_would_have_all_of_the_deduction():
    open_to_all = examined_with("who", lambda who: who.assign(text="yes"))
    assert open_to_all.deduction == open_to_all.deduction_if_open > 5
    used = open_to_all.answers["P2"].used
    assert used.estimate == pytest.approx(open_to_all.deduction)
    assert used.note.startswith(f"The deduction adds {open_to_all.deduction:.1f} percent to")


@pytest.mark.parametrize(
    ("table", "read", "why"),
    [
        ("costs", "economy", "No official cost of the act"),
        ("rates", "deduction_if_open", "The rate of the deduction"),
        ("counts", "counts", "No count"),
        ("acts", "act_table", "No act with a window"),
    ],
)
def test_what_no_page_tells_is_said_to_be_unknown(table, read, why):
    without = examined_with(table, lambda rows: rows.iloc[:0])
    with pytest.raises(NotKnown, match=why):
        getattr(without, read)


def test_a_channel_without_an_official_cost_is_named():
    without = examined_with("costs", lambda costs: costs[costs["group"] != LIMIT])
    with pytest.raises(NotKnown, match=f"No official cost of the {re.escape(LIMIT)} was known"):
        _ = without.economy


def test_a_broker_who_was_not_heard_widens_no_range(found):
    without = examined_with("broker_saving", lambda rows: rows.iloc[:0])
    assert without.broker is None
    assert found.broker == 4.7
    assert without.reach(SMALL_RANKS).ranges[LIMIT].high < found.broker


def test_small_caps_earn_before_depreciation_what_their_debt_is_a_published_multiple_of(found):
    """ALPS Advisors, June 2024: net debt of the Russell 2000 is four times its EBITDA."""
    small = found.company(SMALL_RANKS)
    net_debt = small.everyone.debt - small.everyone.cash
    assert small.ebitda == pytest.approx(net_debt / found.inputs.debt.ebitda_multiple.mid)
    assert found.inputs.debt.ebitda_multiple.mid == 4


# --- counts and savings ---------------------------------------------------------------------------------


def test_the_largest_count_is_that_of_the_budget_office(found):
    evidence = found.answers["P3"].stated
    rows = pd.read_csv(data_dir() / "published" / "policy.csv")
    counted = rows[(rows["metric"] == "deregulatory actions counted") & (rows["known"] <= ARTICLE)]
    assert evidence.estimate == counted.loc[counted["period"] >= "2025", "value"].max() == 245
    assert list(evidence.checks.values()) == [None]  # to 26 August: part of the year
    assert "began on 2025-12-15" in evidence.note
    shown = found.counts[found.counts["what"] == "deregulatory actions counted"]
    assert set(shown["figure"]) == set(counted["value"])


def test_final_rules_of_any_kind_are_shown_and_not_counted(found):
    """The straight-line estimate of 604 final rules reaches the claimed number and counts something else."""
    assert found.counts["figure"].max() == 604
    assert list(found.counts.columns) == [
        "what", "whose", "figure", "period", "known", "publisher", "note",
    ]  # fmt: skip
    assert found.answers["P3"].stated.estimate < 604
    spans = found.counts["period"]
    assert spans.str.contains(" to ").any()
    assert not spans.str.contains("/").any()


def test_savings_planned_are_no_savings_of_small_firms(found):
    evidence = found.answers["P4"].stated
    assert evidence.estimate == 110  # SBA Office of Advocacy, 20 January 2026
    assert evidence.note.startswith("The one official figure of small firms is 110")
    assert found.savings["figure"].max() == 907  # Council of Economic Advisers: could be as high as


def test_the_saving_by_plain_arithmetic(found):
    """From the CSV files: all firms, at the middle of every range."""
    funds = pd.read_csv(data_dir() / "snapshot" / "consensus_pe.csv")
    fund = funds[(funds["index_name"] == "IWM") & (funds["price_date"] == "2026-02-13")].iloc[0]
    income, sales = 4 * fund["quarterly_net_income_bn"], fund["market_cap_bn"] / 1.0
    quarterly = pd.read_csv(data_dir() / "snapshot" / "credit_quarterly.csv", index_col="period")
    profits = found.inputs.corporate_profits.iloc[-1]
    assert profits in set(quarterly["corporate_profits_after_tax"])
    share = (income / profits + sales / 35814.644) / 2
    expected = 100 * 200 * 0.07 * share * 0.79 / income
    central = found.saving_table["central"]
    assert central["all firms, present value"] == pytest.approx(expected)
    every = 100 * 155 * sales / 11495.663 * 0.79 / income
    assert central["small firms, every year"] == pytest.approx(every)
    assert every > 30  # of profits a year: what the article's words would mean


def test_the_table_of_the_saving_shows_ends_and_how_often_it_would_matter(found):
    size, table = load_line("P4", "used").size_that_matters, found.saving_table
    for drawn, (_, row) in zip(found.saving_draws.values(), table.iterrows(), strict=True):
        ends = np.percentile(drawn, [2.5, 50, 97.5])
        assert row[["low", "mid", "high"]].to_list() == pytest.approx(ends.tolist())
        assert row["reaches"] == pytest.approx(100 * (drawn >= size).mean())


def test_the_card_on_the_saving_tells_the_median_of_each_reading(found):
    used, (all_firms, small, every) = found.answers["P4"].used, found.saving_table["mid"]
    assert f"worth {all_firms:.1f} percent of the profits of listed small caps a year;" in used.note
    assert f"; {small:.1f} if small firms alone have them." in used.note
    assert used.n == len(official.of_the_year(found.inputs.savings))
    always = found.saving_cases[official.EVERY_YEAR]["part"]
    assert (always.low, always.mid, always.high) == (100, 100, 100)
    income = found.listed.net_income
    assert used.note.endswith(f"profits of {income:.0f} billion by {every:.0f} percent.")


def counted(*rows):
    """Synthetic official counts: figure, period, and whose."""
    return quotations(
        *(
            {"figure": figure, "period": period, "group": group, "metric": COUNT}
            for figure, period, group in rows
        )
    )


@pytest.mark.parametrize(
    ("figure", "period", "check"),
    [
        (600, "2025-08-26", True),  # the number claimed is reached, whatever is to come
        (599, "2025-08-26", None),
        (599, "2026-01-19", None),
        (599, "2026-01-20", False),  # the first year was over
        (599, "2026-03-01", False),
    ],
)
def test_a_count_of_part_of_the_year_can_confirm_and_not_refute(figure, period, check):
    counts = counted(
        (9, "2025-03-31", official.AGENCIES),
        (figure, period, official.AGENCIES),
        (23, "2025-12-31", "its house"),
    )
    none = pd.DataFrame({"group": [], "period": []})
    evidence = official.weigh_count(counts, none)
    assert list(evidence.checks.values()) == [check]
    assert (evidence.estimate, evidence.n) == (figure, 3)
    assert evidence.note.endswith("Of its own work its house counts 23 (its house).")


def test_a_count_that_ended_before_the_administration_is_none_of_its_year():
    counts = counted((900, "2025-01-20", official.AGENCIES), (10, "2025-01-21", official.AGENCIES))
    assert official.of_the_year(counts)["figure"].to_list() == [10]


@pytest.mark.parametrize(("short_by", "told"), [(0, "Figures of {:.0f} billion are of all firms"),
                                               (1, "No official figure of {:.0f} billion was known")])  # fmt: skip
def test_the_sum_claimed_is_looked_for_among_all_firms(short_by, told):
    claimed = load_claim("P4").claimed_number
    savings = quotations(
        {"group": official.SMALL, "figure": 110.0},
        {"group": official.SMALL, "figure": 3.0},
        {"group": official.SMALL, "figure": 50.0},
        {"group": official.ALL, "figure": claimed - short_by},
        period="2025",
    )
    evidence = official.weigh_saving(savings)
    assert told.format(claimed) in evidence.note
    assert (evidence.estimate, evidence.n) == (110, 3)


def test_a_share_of_a_loss_is_undefined_and_of_a_small_profit_is_not():
    def listed(income, of_small_firms=12_000.0):
        funds = pd.DataFrame(
            {
                "index_name": ["IWM", "IWM", "SPY"],
                "price_date": ["2026-01-01", "2026-01-02", "2026-01-03"],
                "quarterly_net_income_bn": [9.0, income, 99.0],
                "market_cap_bn": [1.0, 3000.0, 9.0],
            }
        )  # synthetic
        return official.listed_small_caps(funds, 1.0, 30_000.0, of_small_firms, 4_000.0)

    for loss in (-1.0, 0.0):
        with pytest.raises(NotKnown, match="expected to lose money"):
            listed(loss)
    one = listed(0.1)
    assert one.net_income == pytest.approx(0.4)
    sales = one.sales
    assert (sales.low, sales.mid, sales.high) == pytest.approx((2000, 3000, 6000))
    of_all = one.share_of_all
    assert (of_all.low, of_all.high) == pytest.approx((0.4 / 4_000, 0.1))
    assert of_all.mid == pytest.approx((of_all.low + of_all.high) / 2)
    of_small = one.share_of_small
    assert (of_small.low, of_small.mid, of_small.high) == pytest.approx((0, 0.125, 0.25))
    assert listed(0.1, of_small_firms=1_000.0).share_of_small.high == 1  # no more than all


def test_the_reading_on_trial_comes_first(found):
    other = policy.examine(found.info, definition="small_firms", draws=found.draws)
    assert found.answers_by("small_firms") == other.answers
    evidence, usual = other.answers["P4"].used, found.answers["P4"].used
    assert dict(evidence.definitions) == dict(usual.definitions)
    assert evidence.estimate == pytest.approx(next(iter(evidence.definitions.values())))
    assert evidence.estimate > usual.estimate


def test_draws_lie_between_their_ends(found):
    for reading, drawn in found.saving_draws.items():
        ranges = found.saving_cases[reading]
        low, high = (
            100
            * np.prod([getattr(ranges[one], end) for one in ("saving", "share")])
            * getattr(ranges["part"], end)
            / 100
            * (1 - getattr(ranges["tax"], other) / 100)
            / found.listed.net_income
            for end, other in (("low", "high"), ("high", "low"))
        )
        assert low - 1e-9 <= drawn.min()
        assert drawn.max() <= high + 1e-9
