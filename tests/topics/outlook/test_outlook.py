"""The outlook: headline numbers recomputed from the tables, nothing from the future, checks that may fail."""

import inspect
from dataclasses import fields, replace
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from declared_defaults import assert_defaults_are_declared
from helpers import stats as statistics
from helpers.data import Information
from helpers.data.paths import data_dir
from helpers.errors import ParameterError
from helpers.topics import outlook
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.common.ranges import Range, central
from helpers.topics.outlook.assumptions import (
    INPUTS,
    coupons_follow,
    cover_record,
    reaching_prices,
)
from helpers.topics.outlook.chain import simulate
from helpers.topics.outlook.claims import chance_of_fall
from helpers.topics.outlook.examination import OutlookExamination
from helpers.topics.outlook.margins import weigh_need
from helpers.topics.outlook.rate_path import POINTS
from helpers.topics.outlook.scenarios import SCENARIOS, Scenario
from helpers.trial import load_claim, verdict

DATES = ("2026-11-20", "2026-02-16", "2025-06-30", "2022-01-15")


def read(name):
    return pd.read_csv(data_dir() / name)


def word(answers, claim, line):
    return verdict(load_claim(claim), line, getattr(answers[claim], line)).word


def test_the_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(outlook.examine, "07_outlook", "evaluate_on")


@pytest.fixture(scope="module")
def lead_of_2026():
    """Log return of the Russell 2000 fund less that of the S&P 500 fund, end of 2025 to 2026-02-13, percent."""
    moves = read("snapshot/market_moves.csv").query("start == '2025-12-31' and end == '2026-02-13'")
    grown = np.log1p(moves.set_index("ticker")["total_return"] / 100)
    return 100 * (grown["iwm"] - grown["spy"])


def test_the_lead_so_far_is_that_of_the_funds(answers, lead_of_2026):
    assert answers["F1"].stated.estimate == pytest.approx(lead_of_2026)
    assert answers["F3"].stated.estimate == pytest.approx(lead_of_2026)


def test_news_is_zero_on_average_in_every_month_drawn(found):
    news = found.news("iwm_spy")
    for drawn in (news.first, news.second, news.other):
        assert drawn.mean(axis=0) == pytest.approx(0, abs=1e-9)


def test_with_forecasts_in_prices_the_chances_are_near_those_of_the_record_alone(
    found, answers, lead_of_2026
):
    returns = read("snapshot/etf_monthly_returns.csv").set_index("period")[["iwm", "spy"]]
    logs = 100 * np.log1p(returns[:"2026-01"].dropna() / 100)
    months = (logs["iwm"] - logs["spy"]).to_numpy()
    drawn = np.random.default_rng(1).choice(months, (20_000, 22))  # independent months: no engine
    first = lead_of_2026 + drawn[:, :10].sum(axis=1)
    record = 100 * (first >= 2).mean(), 100 * (drawn[:, 10:].sum(axis=1) < first).mean()
    assert found.chances_when_priced == pytest.approx(record, abs=5)
    for claim, priced in zip(("F1", "F3"), found.chances_when_priced, strict=True):
        used = answers[claim].used
        assert used.definitions["prices hold all that is forecast"] == priced < used.estimate
        assert f"of {priced:.0f} if prices hold all that is forecast" in used.note


def test_the_chances_count_paths(found, answers, lead_of_2026):
    at = found.simulation.quarters.get_loc(pd.Period("2026Q4"))
    first = lead_of_2026 + found.unchanged("iwm_spy").paths[..., at]
    used = answers["F1"].used
    assert used.estimate == pytest.approx(100 * (first >= 2).mean())
    by_row = 100 * (first >= 2).mean(axis=1)
    assert (used.ci_low, used.ci_high) == pytest.approx(tuple(np.percentile(by_row, (2.5, 97.5))))
    second = found.simulation.paths[..., -1] - found.simulation.paths[..., at]
    assert answers["F3"].used.estimate == pytest.approx(100 * (second < first).mean())


def test_a_normal_of_the_record_gives_nearly_the_same_chance(found, answers, lead_of_2026):
    """Apart from the engine: what is made, ten months of the record's spread, no drift, no lead: a lower bound."""
    months = found.inputs.relative("iwm_spy")
    spread = months.std() * np.sqrt(10)
    plain = 100 * (1 - NormalDist(lead_of_2026, spread).cdf(2))
    assert plain < answers["F1"].used.estimate < plain + 20


def test_earlier_years_are_those_of_the_funds(answers):
    years = read("snapshot/etf_calendar_year_returns.csv").set_index("period")
    relative = 100 * (np.log1p(years["iwm"] / 100) - np.log1p(years["spy"] / 100)).dropna()
    whole = relative[relative.index >= 2001]
    usual = answers["F1"].used.definitions[f"{len(whole)} earlier calendar years"]
    assert usual == pytest.approx(100 * (whole >= 2).mean())


def test_the_rise_needed_is_set_against_profits_over_output(found):
    profits = read("snapshot/credit_quarterly.csv").set_index("period")
    output = read("snapshot/output_quarterly.csv").set_index("period")["gdp"]
    share = (profits["corporate_profits_after_tax"] / output).dropna()[:"2025Q3"]
    lead = (2 + 100 * (1.19 / 1.125 - 1)) / 2
    needed = 100 * ((1 + lead / 100) ** 5 - 1)
    changes = 100 * (share / share.shift(20) - 1).dropna()
    need = found.margin_need
    assert need.needed[1] == pytest.approx(needed)
    assert need.as_large == pytest.approx(100 * ((1 + 8 / 5) / 2 * changes >= needed).mean())
    high = changes[share.shift(20)[changes.index] >= share.shift(20)[changes.index].median()]
    assert need.from_high == pytest.approx(100 * ((1 + 8 / 5) / 2 * high >= needed).mean())


def test_the_parts_of_the_relative_return_add_up_and_the_largest_stands_first(found):
    *parts, whole = (found.parts[name] for name in found.parts)
    assert whole.to_list() == found.steps["relative return"].to_list()
    np.testing.assert_allclose(sum(parts), whole)
    ends = [abs(part.iloc[-1]) for part in parts]
    assert ends == sorted(ends, reverse=True)
    assert found.scenario.rate_path == (0, 0, 0, 0)
    assert (found.parts["rates, growth and margins"] == 0).all()
    middle, months = central(found.ranges("iwm_spy")), found.chain("iwm_spy").months
    drift = found.parts["average lead of the record"]
    assert drift.to_list() == pytest.approx(list(middle["drift"] * months))


def test_parts_are_ordered_by_what_they_are_in_the_last_quarter(found):
    quarters = pd.period_range("2026Q1", periods=3, freq="Q")
    made_up = {"early": np.array([5.0, 6.0, 1.0]), "late": np.array([0.0, 1.0, -9.0])}
    synthetic = SimpleNamespace(ranges={}, quarters=quarters, parts=lambda: made_up)

    class Synthetic(OutlookExamination):
        steps = pd.DataFrame({"relative return": [5.0, 7.0, -8.0]}, quarters)
        chain = staticmethod({"iwm_spy": synthetic}.get)

    own = {field.name: getattr(found, field.name) for field in fields(found)}
    assert list(Synthetic(**own).parts) == ["late", "early", "relative return"]


def test_the_tornado_is_of_the_relative_return_at_the_end_of_2027(found):
    chain, middle = found.chain("iwm_spy"), central(found.ranges("iwm_spy"))
    assert str(chain.quarters[-1]) == "2027Q4"
    widest = found.tornado.iloc[0]
    for end in ("low", "high"):
        at_end = chain.expected(**{**middle, widest.name: widest[f"input_{end}"]})[..., -1]
        assert widest[f"at_{end}"] == pytest.approx(float(at_end))
    assert widest["swing"] == pytest.approx(abs(widest["at_high"] - widest["at_low"]))


def test_the_levers_take_what_they_say(found):
    """One percent more by the end of 2027, by each lever alone."""
    takes = found.levers["takes"]
    chain, middle = found.chain("iwm_spy"), central(found.ranges("iwm_spy"))
    base = chain.expected(**middle)[-1]
    for name, supposed in (
        ("policy rate", {"rate_path": (takes["policy rate"],) * len(POINTS)}),
        ("real growth", {"growth": takes["real growth"]}),
        ("small-cap net margin", {"margin_gain": takes["small-cap net margin"]}),
    ):
        moved = replace(chain, scenario=Scenario(**supposed)).expected(**middle)[-1]
        assert moved == pytest.approx(base + 1), name
    assert takes["relative earnings"] == pytest.approx(100 / middle["reach"])
    assert list(found.levers.columns) == ["takes", "unit"]
    under_hikes = told_apart(found, scenario=SCENARIOS["inflation_and_hikes"]).levers
    assert under_hikes["takes"].to_list() == pytest.approx(takes)  # all else as today


def test_the_sobol_indices_are_those_of_scipy(found):
    ranges = found.ranges("iwm_spy")
    names = list(ranges)

    def model(u):
        return found._at_the_end(
            **{name: ranges[name].quantile(u[j]) for j, name in enumerate(names)}
        )

    theirs = stats.sobol_indices(
        func=model, n=2**11, dists=[stats.uniform()] * len(names), rng=np.random.default_rng(3)
    )
    ours = found.sobol.loc[names]
    assert ours["first"].to_numpy() == pytest.approx(theirs.first_order, abs=0.06)
    assert ours["total"].to_numpy() == pytest.approx(theirs.total_order, abs=0.06)
    assert found.sobol.index[0] == "drift"


# --- the chain and its draws


def told_apart(found, **choice):
    """The same examination of the same figures under another choice."""
    other = replace(found, **choice)
    vars(other)["inputs"] = found.inputs
    return other


def test_a_point_more_costs_small_companies_what_their_balance_sheet_says(found):
    """To the end of 2027: half a point in the first quarter, a point from the second on, paid a quarter later."""
    sheet = read("snapshot/eps_uplift.csv").query("rank == '1001-3000'").iloc[0]
    mid = {name: one.mid / 100 for name, one in found.ranges("iwm_spy").items()}
    floating = mid["floating_share"] * mid["pass_through"] * (1 - mid["hedge_share"])
    quarters = (1 - mid["floating_share"]) * mid["maturity_share"] / 4 * 7.5
    bill = sheet["debt_bn"] * (floating + quarters * mid["new_coupons"]) / 100
    net = bill - sheet["cash_bn"] * mid["cash_loading"] / 100
    cost = 100 * net * (1 - mid["tax"]) / sheet["net_income_bn"]
    assert found.interest_of_a_point == pytest.approx(-cost)


def test_the_quarters_ahead_are_counted_in_months_from_the_last_one_known(found):
    """The returns end in the middle of February 2026."""
    chain = found.chain("iwm_spy")
    assert chain.months.tolist() == [1, 4, 7, 10, 13, 16, 19, 22]
    assert (chain.year_end, str(chain.quarters[3])) == (10, "2026Q4")


def test_the_steps_are_those_of_the_scenario_by_quarter(found):
    name = "inflation_and_hikes"
    steps, chain = found.steps_under(name), found.chain("iwm_spy")
    assert (steps.index.name, steps.index.equals(chain.quarters)) == ("quarter", True)
    assert steps["policy rate"][POINTS].tolist() == [1, 2, 3, 3]
    middle, hikes = central(chain.ranges), replace(chain, scenario=SCENARIOS[name])
    interest, earnings = hikes.interest(**middle), hikes.earnings(**middle)
    for side in ("small", "large"):
        assert steps[f"interest, {side}"].to_list() == pytest.approx(getattr(interest, side))
        assert steps[f"earnings, {side}"].to_list() == pytest.approx(getattr(earnings, side))
        assert steps[f"interest, {side}"].iloc[-1] < 0
    assert steps["relative return"].to_list() == pytest.approx(hikes.expected(**middle))
    assert (found.steps[["policy rate", "interest, small"]] == 0).all(axis=None)


def test_each_named_scenario_is_told_by_where_its_paths_end(found, lead_of_2026):
    assert list(found.named) == list(SCENARIOS)
    for (label, row), paths in zip(
        found.named_table.iterrows(), (one.paths for one in found.named.values()), strict=True
    ):
        ends = np.percentile(paths[..., -1], (5, 50, 95))
        assert row[["low", "mid", "high"]].to_list() == pytest.approx(ends), label
        first = lead_of_2026 + paths[..., 3]
        assert row["lead in 2026"] == pytest.approx(100 * (first >= 2).mean())
        less = paths[..., -1] - paths[..., 3] < first
        assert row["less in 2027"] == pytest.approx(100 * less.mean())


def test_with_the_rate_where_it_is_all_else_is_as_supposed(found):
    supposed = Scenario(rate_path=(100.0,) * len(POINTS), margin_gain=1.0)
    other, still = told_apart(found, scenario=supposed), Scenario(margin_gain=1.0)
    for ours, scenario, unpriced in (
        (other.simulation, supposed, None),
        (other.unchanged("iwm_spy"), still, None),
        (other.priced, supposed, 0.0),
        (other.unchanged_and_priced, still, 0.0),
    ):
        chain = replace(found.chain("iwm_spy"), scenario=scenario)
        if unpriced is not None:
            nothing = Range(unpriced, unpriced, unpriced, "all in prices")
            chain = replace(chain, ranges={**chain.ranges, "unpriced": nothing})
        theirs = simulate(chain, found.news("iwm_spy"), np.random.default_rng(found.seed))
        np.testing.assert_allclose(ours.paths, theirs.paths)


def test_errors_of_growth_are_what_its_draws_lie_off_the_pages_in_turn(found):
    made = found.inputs.forecast(found.definition)
    leads = made.pairs["lead"].to_list()
    off = np.array([draw - leads[k % len(leads)] for k, draw in enumerate(made.lead)])
    np.testing.assert_allclose(found.earnings_errors, off - off.mean())


def test_news_is_made_of_errors_and_of_half_years_of_months_in_a_row(found):
    news, months = found.news("iwm_spy"), found.prices("iwm_spy").months.to_numpy()
    rng = np.random.default_rng(found.seed)
    rows = statistics.stationary_indices(len(months), 6, found.draws, rng)
    first, second = rng.choice(found.earnings_errors, (2, found.draws))
    drawn = {"first": first, "second": second, "other": months[rows[:, :22]]}
    for name, one in drawn.items():
        np.testing.assert_allclose(getattr(news, name), one - one.mean(axis=0))


def test_the_chance_of_a_narrower_gap_is_that_of_the_end_of_2027(found):
    """Two years after the last month of book-to-market known, December 2025."""
    chance = chance_of_fall(found.inputs.gap, found.inputs.half_life.root, 24)
    assert found.narrower_gap == pytest.approx(chance)


def test_another_fund_is_told_beside_the_one_on_trial(found, answers):
    other = found.lead_chance("ijr_spy").estimate
    assert answers["F1"].used.definitions[PAIR_LABELS["ijr_spy"]] == other
    assert PAIR_LABELS["iwm_spy"] not in answers["F1"].used.definitions


def test_the_rise_needed_is_drawn_from_the_leads_and_swings_that_were_published(found):
    """From the lead that matters to that of 19 over 12.5 percent; swings from one to 8 over 5."""
    article = 100 * (1.19 / 1.125 - 1)
    lead, swing = Range(2, (2 + article) / 2, article, "lead"), Range(1, 1.3, 1.6, "swing")
    rng = np.random.default_rng(found.seed)
    need = weigh_need(found.inputs.profit_share, lead, swing, 4.8, years=5, draws=found.draws, rng=rng)  # fmt: skip
    assert found.margin_need.needed == pytest.approx(need.needed)
    assert found.margin_need.points == pytest.approx(need.points)
    for name, drawn in need.shares.items():
        np.testing.assert_allclose(found.margin_need.shares[name], drawn)


# --- held against what is known


def test_the_hikes_of_2022_explain_a_part_of_the_fall_of_2023(found):
    """LSEG, R2000 EPS of 2023: -11.6 percent. Interest alone is short of it; unchanged losses bring it near."""
    checks = found.checks.set_index("check")
    profits, index = (
        checks.loc[f"Hikes of 2022-23, {name}"]
        for name in ("profitable companies", "index with its losses")
    )
    assert profits["theirs"] == index["theirs"] == -11.6
    assert index["low"] < -11.6 < index["high"]
    assert profits["low"] > -11.6
    assert (profits["inside"], index["inside"]) == ("no", "yes")


def test_the_hikes_fed_to_the_engine_are_those_of_the_funds_rate(found):
    rates = read("snapshot/rates_monthly.csv").set_index("period")["fed_funds"]
    quarters = rates.groupby(pd.PeriodIndex(rates.index, freq="M").asfreq("Q")).mean()
    sheet = read("snapshot/eps_uplift.csv").query("rank == '1001-3000'").iloc[0]
    rise = (quarters["2022Q1":"2023Q4"] - quarters["2021Q4"]).to_numpy()
    mid = {name: one.mid / 100 for name, one in found.ranges("iwm_spy").items()}
    lagged = np.concatenate([[0.0], rise[:-1]])
    floating = mid["floating_share"] * mid["pass_through"] * (1 - mid["hedge_share"])
    replaced = (1 - mid["floating_share"]) * mid["maturity_share"] / 4 * mid["new_coupons"]
    bill = sheet["debt_bn"] * (floating * lagged + replaced * rise.cumsum())
    net = bill - sheet["cash_bn"] * mid["cash_loading"] * lagged
    fall = (net[4:].mean() - net[:4].mean()) * (1 - mid["tax"]) / sheet["net_income_bn"]
    shown = found.checks.set_index("check").loc["Hikes of 2022-23, profitable companies"]
    assert shown["low"] < -fall < shown["high"]


def test_the_board_s_figure_lies_between_two_readings_of_its_path(found):
    checks = found.checks.set_index("check")
    late, early = (
        checks.loc[f"FEDS Notes 2017, +175 bp by the {when} of 2019"] for when in ("end", "start")
    )
    assert late["high"] < late["theirs"] == 37 < early["low"]


def test_where_the_engine_misses_it_says_so(found):
    bank = found.checks[found.checks["check"].str.startswith("BofA")]
    assert bank["theirs"].unique().tolist() == [-1.75]
    assert (bank["inside"] == "no").all()
    assert (bank["high"].abs() < 1.75).all()  # smaller than theirs at either horizon


def test_bands_of_the_record_held_what_came_as_often_as_counted_by_hand(found):
    months = found.inputs.lead("iwm_spy").months.to_numpy()
    length, inside, windows = found.chain("iwm_spy").months[-1], 0, 0
    for known in range(120, len(months) - length + 1):
        past, ahead = months[:known], months[known : known + length].sum()
        spread = past.std(ddof=1) * np.sqrt(length + length**2 / known)
        inside += abs(ahead - length * past.mean()) <= NormalDist().inv_cdf(0.95) * spread
        windows += 1
    coverage = found.coverage
    assert (coverage.inside, coverage.windows) == (inside, windows)
    assert 80 < coverage.share <= 100


def test_noise_is_held_by_its_band_as_often_as_promised():
    noise = pd.Series(np.random.default_rng(0).standard_normal(6000))  # synthetic
    assert cover_record(noise, 12).share == pytest.approx(90, abs=2)


# --- inputs


def test_every_input_is_named_and_has_an_origin(found):
    ranges = found.ranges("iwm_spy")
    assert list(ranges) == list(INPUTS)
    assert all(one.origin for one in ranges.values())
    table = found.input_table
    assert list(zip(table["input"], table["unit"], strict=True)) == list(INPUTS.values())
    assert (ranges["unpriced"].low, ranges["unpriced"].mid, ranges["unpriced"].high) == (0, 50, 100)


def test_new_coupons_follow_yearly_changes_of_the_policy_rate(found):
    rates = read("snapshot/rates_monthly.csv").set_index("period")[:"2026-01"]
    five = (rates["treasury_2y"] + rates["treasury_10y"]) / 2
    both = pd.concat([five.diff(12), rates["fed_funds"].diff(12)], axis=1).dropna()
    slope = np.polyfit(both.iloc[:, 1], both.iloc[:, 0], 1)[0]
    assert found.ranges("iwm_spy")["new_coupons"].mid == pytest.approx(100 * slope)
    follows = coupons_follow(found.inputs.five_year_yield, found.inputs.funds)
    assert follows.low < 100 * slope < follows.high


def test_no_more_of_earnings_reaches_prices_than_prices_moved():
    assert reaching_prices(20.0, 10.0).high == 50
    assert reaching_prices(5.0, 10.0).high == 100
    assert reaching_prices(20.0, 10.0).low == 0


def test_a_series_at_its_mean_falls_as_often_as_not_and_above_it_more_often():
    values = np.random.default_rng(0).standard_normal(200)  # synthetic
    series = pd.Series(values - values[:-1].mean())
    assert chance_of_fall(pd.concat([series, pd.Series([0.0])]), 0.9, 24) == pytest.approx(
        50, abs=5
    )
    assert chance_of_fall(pd.concat([series, pd.Series([3.0])]), 0.9, 24) > 80


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("inflation_and_hikes", "1994-02-01", "1995-02-28"),
        ("recession", "2001-01-01", "2001-12-31"),
        ("reversal", "2024-09-01", "2025-12-31"),
    ],
)
def test_scenarios_move_the_rate_as_far_as_the_times_they_follow(name, first, last):
    decisions = read("snapshot/fomc_decisions.csv")
    then = decisions[decisions["announced"].between(first, last)]["change_bp"].sum()
    moved = SCENARIOS[name].rate_path[-1]
    assert abs(moved) == abs(then)


def test_no_scenario_has_a_probability():
    fields = {name for one in SCENARIOS.values() for name in vars(one)}
    assert not {name for name in fields if "prob" in name or "chance" in name or "weight" in name}
    assert "hold" in SCENARIOS
    assert vars(SCENARIOS["hold"])["rate_path"] == (0.0,) * len(POINTS)


# --- dates


@pytest.mark.parametrize("as_of", DATES)
def test_each_date_has_its_words(judged, as_of):
    answers = judged(as_of)
    early = as_of < "2026"
    assert word(answers, "F1", "stated") == ("not yet sayable" if early else "open")
    assert word(answers, "F3", "used") == ("not yet sayable" if early else "not yet known")
    for claim in answers:
        for line in ("stated", "used"):
            evidence = getattr(answers[claim], line)
            assert evidence.note or evidence.not_testable or evidence.not_yet_sayable


def test_late_in_the_year_less_is_open(examined):
    early, late = (examined(as_of).answers["F1"].used for as_of in ("2026-02-16", "2026-11-20"))
    assert late.ci_high - late.ci_low < early.ci_high - early.ci_low


@pytest.mark.parametrize("as_of", ["2026-02-16", "2026-05-20", "2026-08-20"])
def test_nothing_known_later_moves_the_outlook(examined, wrong_future, as_of):
    before = examined(as_of)
    with wrong_future(as_of):
        after = outlook.examine(Information(as_of), draws=200)
        assert after.lead_chance("iwm_spy") == before.lead_chance("iwm_spy")
        assert after.balance_chance == before.balance_chance
        assert after.margin_need.needed == before.margin_need.needed
        assert after.margin_need.changes.equals(before.margin_need.changes)
        assert after.so_far == before.so_far
        assert after.named_table.equals(before.named_table)
        assert after.checks.equals(before.checks)
        assert after.input_table.equals(before.input_table)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("supposed", "boom", "hold, further_cuts"),
        ("definition", "whatever", "index_with_loss_makers"),
        ("index_pair", "smb", "iwm_spy, ijr_spy"),
        ("rate_path", (0.0,), "one for each of 2026Q2, 2026Q4, 2027Q2, 2027Q4"),
    ],
)
def test_an_unknown_choice_is_refused_with_those_on_offer(name, value, allowed):
    with pytest.raises(ParameterError, match=allowed):
        outlook.examine(Information("2026-02-16"), **{name: value})


def test_every_parameter_is_explained():
    text = inspect.getdoc(outlook.examine)
    assert all(name in text for name in inspect.signature(outlook.examine).parameters)
