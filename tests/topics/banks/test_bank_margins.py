"""Claim W2: margins of call reports on short rate and slope, easing by easing, and margins as reported since."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from helpers import stats
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics.banks import margins, reported
from helpers.topics.rates.cycles import Cycle
from helpers.trial import load_claim, load_line, verdict
from made_up_quotations import quotations

QUARTERS = pd.period_range("1990Q1", periods=100, freq="Q")


def snapshot(name):
    return pd.read_csv(data_dir() / "snapshot" / f"{name}.csv", index_col="period")


@pytest.fixture(scope="module")
def rates():
    """Quarterly averages from the file, apart from the helpers."""
    monthly = snapshot("rates_monthly")[["tbill_3m", "treasury_10y"]].dropna()
    monthly.index = pd.PeriodIndex(monthly.index, freq="M")
    quarters = monthly.groupby(monthly.index.asfreq("Q"))
    mean = quarters.mean()[quarters.size() == 3]
    return mean["tbill_3m"], mean["treasury_10y"] - mean["tbill_3m"]


@pytest.fixture(scope="module")
def by_size():
    table = snapshot("bank_margins_by_size_quarterly")
    table.index = pd.PeriodIndex(table.index, freq="Q")
    return table


# --- on both rates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "name"),
    [("all banks", "nim_all"), ("small banks", "nim_under_1b"), ("large banks", "nim_over_15b")],
)
def test_the_slope_is_the_sum_of_its_coefficients(found, rates, by_size, group, name):
    """Ordinary least squares with five coefficients a rate, and Newey-West errors of statsmodels for their sum."""
    short, slope = rates
    x = pd.concat([one.diff().shift(lag) for lag in range(5) for one in (short, slope)], axis=1)
    both = pd.concat([by_size[name].dropna().diff(), x], axis=1).dropna()
    fit = sm.OLS(both.iloc[:, 0].to_numpy(), sm.add_constant(both.iloc[:, 1:].to_numpy())).fit(
        cov_type="HAC", cov_kwds={"maxlags": 8, "use_correction": True}
    )
    restriction = np.zeros(11)
    restriction[2::2] = 1
    sums = fit.t_test(restriction)
    response = margins.respond(found.margins_by_size[group].dropna(), found.rates, 4)
    assert response.coefficients["slope"] == pytest.approx(float(sums.effect[0]))
    assert response.se["slope"] == pytest.approx(float(sums.sd.squeeze()))
    assert found.answers["W2"].used.definitions[group] == pytest.approx(float(sums.effect[0]))


def test_the_card_shows_all_banks_and_what_their_quarters_are_worth(found):
    evidence = found.answers["W2"].used
    assert evidence.estimate == evidence.definitions["all banks"]
    assert evidence.n == 146  # 147 quarters of margins
    assert 0 < evidence.n_effective < evidence.n
    assert evidence.ci_low < 0 < evidence.ci_high
    assert evidence.mde > 2 * load_line("W2", "used").size_that_matters


def test_each_group_has_its_own_interval_and_the_note_tells_three_of_them(found):
    used = found.answers["W2"].used
    for group in used.definitions:
        one = margins.respond(found.margins_by_size[group].dropna(), found.rates, 4)
        assert used.intervals[group] == (one.ci_low["slope"], one.ci_high["slope"])
        if group == "all banks":
            assert used.p == one.p["slope"]
    effects, (low, high) = used.definitions, used.intervals["all banks"]
    assert (used.ci_low, used.ci_high) == (low, high)
    assert used.note.endswith(
        f"all banks by {used.estimate:+.2f} points (95 percent: {low:+.2f} to {high:+.2f}), of small banks by "
        f"{effects['small banks']:+.2f} and of large ones by {effects['large banks']:+.2f}; call reports, 1984Q1 to "
        "2020Q3."
    )


def test_halves_are_those_of_the_quarters_of_margins(found):
    margin = found.margins_by_size["all banks"].dropna()
    halves = (margin[:"2002Q1"], margin["2002Q1":])  # 147 quarters; the 73rd ends the first half
    assert len(halves[0]) == 73
    for half, effect in zip(halves, found.answers["W2"].used.halves, strict=True):
        assert effect == margins.respond(half, found.rates, 4).coefficients["slope"]


def test_halves_too_short_are_left_out(at):
    """Before 2020 both hold more than fifteen years; in 2014 neither does."""
    assert at("2020-03-01").answers["W2"].used.halves
    edge = at("2014-03-15")  # a hundred and twenty quarters: one change too few in each half
    assert len(edge.margins_by_size) == 120
    used = edge.answers["W2"].used
    assert used.estimate is not None
    assert used.halves is None


def test_a_made_up_margin_gives_its_effects_back():
    """Synthetic: 0.1 points on the short rate at once, 0.3 on the slope over this quarter and the next two."""
    rng = np.random.default_rng(1)
    moves = pd.DataFrame(rng.normal(size=(100, 2)), QUARTERS, list(margins.RATES))
    level = moves.cumsum().assign(long=0.0)
    moved = 0.1 * moves["short"] + sum(0.1 * moves["slope"].shift(lag) for lag in range(3))
    margin = moved.cumsum().rename("made up")
    noise = pd.Series(1e-6 * rng.normal(size=100), QUARTERS).cumsum()
    response = margins.respond((margin + noise).dropna(), level, 4)
    assert response.coefficients[["short", "slope"]].to_list() == pytest.approx(
        [0.1, 0.3], abs=1e-5
    )


def test_one_lag_more_and_an_effect_at_once_alone_agree_with_no_lags():
    rng = np.random.default_rng(2)
    rates = pd.DataFrame(rng.normal(size=(100, 3)), QUARTERS, ["short", "long", "slope"]).cumsum()
    margin = pd.Series(rng.normal(size=100), QUARTERS, name="made up").cumsum()
    plain = sm.OLS(
        margin.diff().dropna().to_numpy(),
        sm.add_constant(rates[["short", "slope"]].diff().dropna().to_numpy()),
    ).fit()
    response = margins.respond(margin, rates, 0)
    assert response.coefficients[["short", "slope"]].to_list() == pytest.approx(plain.params[1:])


def test_too_few_quarters_are_named(found):
    short = found.margins_by_size["all banks"].iloc[:61]
    assert margins.respond(short, found.rates, 1).n == 60  # rates are known before margins are
    with pytest.raises(NotKnown, match="all banks: 59 quarterly changes were known, 60 are needed"):
        margins.respond(short.iloc[:-1], found.rates, 0)


def test_p_values_of_all_groups_and_lags_are_adjusted_together(found):
    table = found.responses
    assert len(table) == 4 * 2 * 4
    assert (table["p of all"] >= table["p"]).all()
    assert table["p of all"].min() > 0.1  # none stands after all were looked at
    wide = found.response_table
    row = wide[(wide["banks"] == "large banks") & (wide["rate"] == "slope")].iloc[0]
    long = table.query("banks == 'large banks' and rate == 'slope'").set_index("quarters")
    assert row["4 lags"] == long["effect"][4]
    assert row["lowest p"] == long["p"].min()
    assert row["adjusted p"] == long["p of all"].min()
    assert list(wide.columns) == [
        "banks", "rate", "0 lags", "2 lags", "4 lags", "8 lags", "lowest p", "adjusted p",
    ]  # fmt: skip


# --- easings and steepenings ----------------------------------------------------------------------------


def test_large_banks_gained_on_small_ones_in_each_easing(found, by_size, rates):
    """Six of six: by chance one in 32, either way. Quarters of first and last cuts are those of notebook 01."""
    table = found.easings
    short, slope = rates
    for year, row in table.iterrows():
        first, last = pd.Period(row["from"]), pd.Period(row["to"])
        assert first.year <= int(year) <= last.year
        assert row["short"] == pytest.approx(short[last] - short[first])
        assert row["slope"] == pytest.approx(slope[last] - slope[first])
        assert row["all banks"] == pytest.approx(
            by_size["nim_all"][last] - by_size["nim_all"][first]
        )
    gains = table["large less small"].dropna()
    assert len(gains) == 6
    assert (gains > 0).all()
    assert (table["small banks"].dropna() < 0).sum() == 5  # they lost in all but that of 1989
    test = found.easing_test
    assert (test.n, test.p) == (6, 2 / 64)
    assert test.estimate == pytest.approx(gains.mean())


def test_with_fewer_than_six_easings_nothing_is_tested(at):
    with pytest.raises(NotKnown, match="5 easings were known by size, 6 are needed"):
        _ = at("2009-06-30").easing_test


def test_the_slope_is_shown_for_every_number_of_quarters_up_to_two_years(found):
    assert list(found.slopes) == list(range(9))
    assert found.slopes[found.lags] is found.slope


def cutting(start, end, *, running=False, direction=-1):
    """A synthetic cycle."""
    return Cycle(
        direction=direction, start=pd.Timestamp(start), end=pd.Timestamp(end), size_bp=-100.0, moves=2,
        basis="decisions", running=running,
    )  # fmt: skip


def test_only_easings_that_ended_within_the_margins_count():
    steps = pd.Series(range(100), QUARTERS, dtype=float)
    groups = pd.DataFrame({group: steps * (k + 1) for k, group in enumerate(margins.GROUPS)})
    rates = pd.DataFrame({"short": -steps, "slope": steps, "long": 0 * steps})
    groups = groups[:"2014Q2"]
    kept = cutting("1995-05-10", "1996-11-20")
    others = [
        cutting("1990-02-01", "1991-02-01"),  # nothing known before it
        cutting("2000-05-10", "2001-05-10", running=True),
        cutting("2002-05-10", "2003-05-10", direction=1),
        cutting("2014-05-10", "2015-05-10"),  # ends after both rates and margins do
        cutting("2014-02-10", "2014-03-10"),  # two quarters later rates are known, margins not
    ]
    table = margins.table_easings(groups, rates, [kept, *others], 2)
    assert table.index.to_list() == ["1995"]
    assert table.loc["1995", ["from", "to"]].to_list() == ["1995Q1", "1997Q2"]
    assert (
        table.loc["1995", "all banks"] == 9
    )  # quarters from the one before to two after the last cut
    assert table.loc["1995", "large less small"] == 9 * (4 - 2)
    with pytest.raises(NotKnown, match="No easing that had ended"):
        margins.table_easings(groups, rates, others, 2)


def test_years_part_into_four_kinds(found):
    table = found.steepenings
    years = table["years"].sum()
    assert years == len(found.margins_by_size["all banks"].dropna()) - 4
    assert (table["episodes"] <= table["years"]).all()
    bull, bear = table.loc["bull steepening"], table.loc["bear steepening"]
    assert bull["long"] < 0 < bear["long"]
    assert bull["short"] < bull["long"]  # the curve steepened because short rates fell further
    assert bear["short"] < bear["long"]


def test_a_year_without_a_change_has_neither_steepened_nor_seen_rates_fall():
    still = pd.DataFrame(0.0, QUARTERS[:8], ["short", "long", "slope"])  # synthetic
    kept = pd.DataFrame({"all banks": 0.0}, QUARTERS[:8])
    years = margins.table_steepenings(kept, still)["years"]
    assert years[years > 0].to_dict() == {"bear flattening": 4}


def test_spells_are_counted_once():
    """Synthetic: two years of steepening with a quarter of flattening between them."""
    slope = pd.Series([0.0] * 4 + [1.0] * 4 + [0.5] + [2.5] * 3, QUARTERS[:12])
    rates = pd.DataFrame({"short": 0.0, "long": slope, "slope": slope})
    groups = pd.DataFrame({"all banks": slope}, QUARTERS[:12])
    table = margins.table_steepenings(groups, rates)
    assert table.loc["bear steepening", ["years", "episodes"]].to_list() == [7, 2]
    assert table["years"].sum() == 8


# --- as reported ----------------------------------------------------------------------------------------


def test_margins_since_the_cut_are_those_of_the_pages(found):
    """FDIC and ICBA for 2024Q2 and 2025Q3; the banks' own releases for the quarters before the cut and 2025Q4."""
    changes = found.margin_changes
    pages = {
        "the industry": (3.16, 3.34),
        "community banks": (3.30, 3.73),
        "KeyCorp": (2.02, 2.82),
        "Huntington": (2.99, 3.15),
    }
    for name, (before, now) in pages.items():
        row = changes.loc[name]
        assert (row["before"], row["now"]) == (before, now)
        assert row["change"] == pytest.approx(now - before)
    assert (changes["from"] < "2024Q3").all()
    assert found.answers["W2"].stated.estimate == pytest.approx(0.18)  # the industry's
    assert tuple(found.answers["W2"].stated.checks) == load_line("W2", "stated").definitions
    assert verdict(load_claim("W2"), "stated", found.answers["W2"].stated).word == "true"


def test_the_industry_lost_a_part_of_it_later(at):
    """Down eight basis points in 2026Q1 (FDIC through SMSLP)."""
    later = at("2026-11-30").margin_changes.loc["the industry"]
    assert (later["to"], later["now"]) == ("2026Q1", 3.31)


def test_second_hand_margins_are_shown_and_judge_nothing(at):
    later = at("2026-11-30")
    own = later.own_margins.set_index(["bank", "quarter"])["confidence"]
    assert own["KeyCorp", pd.Period("2026Q2")] == "second-hand"
    assert later.margin_changes["to"].to_dict()["KeyCorp"] == "2026Q1"


quarters = st.integers(0, 19)


@given(quarters, quarters, st.floats(1, 5), st.floats(1, 5))
def test_a_change_spans_the_first_cut(one, other, before, now):
    days = pd.period_range("2022Q1", periods=20, freq="Q")
    if one == other:
        return
    margin = pd.Series([before, now], [days[one], days[other]]).sort_index()
    cut = pd.Timestamp("2024-09-18")
    spans = margin.index[0] < cut.to_period("Q") < margin.index[1]
    if not spans:
        with pytest.raises(NotKnown, match="first cut of September 2024"):
            reported.table_changes({"a bank": margin}, cut)
        return
    row = reported.table_changes({"a bank": margin}, cut).loc["a bank"]
    assert row["change"] == pytest.approx(margin.iloc[1] - margin.iloc[0])


def weighed(steeper, **changes):
    table = pd.DataFrame.from_dict(
        {
            name.replace("_", " "): {"to": "2025Q4", "change": value}
            for name, value in changes.items()
        },
        orient="index",
    )
    return reported.weigh_changes(table, steeper, pd.Period("2025Q4"))


@pytest.mark.parametrize(
    ("steeper", "changes", "word"),
    [
        (1.0, {"the_industry": 0.1, "community_banks": 0.1, "KeyCorp": 0.1, "Huntington": 0.1}, "true"),
        (1.0, {"the_industry": 0.1, "KeyCorp": -0.1}, "true in part"),
        (1.0, {"the_industry": 0.1, "KeyCorp": 0.1}, "true in part"),  # two were not found
        (-1.0, {"the_industry": -0.1, "community_banks": 0.0}, "false"),
    ],
)  # fmt: skip
def test_every_word_can_be_reached(steeper, changes, word):
    assert verdict(load_claim("W2"), "stated", weighed(steeper, **changes)).word == word


def test_what_stands_still_has_not_risen_and_a_twentieth_of_a_point_has():
    checks = weighed(0.0, the_industry=0.05, KeyCorp=0.0).checks
    assert list(checks.values()) == [False, True, None, False, None]


def test_the_curve_steepened_since_the_quarter_before_the_cut(found, rates):
    _, slope = rates
    steeper = slope[pd.Period("2025Q4")] - slope[pd.Period("2024Q2")]
    note = found.answers["W2"].stated.note
    assert f"steepened by {steeper:+.1f} points (to 2025Q4), and margins" in note
    assert "the industry +0.18 (2025Q3)," in note
    assert found.answers["W2"].stated.n == 4


def own_margins(*rows):
    """Synthetic margins of the two banks: bank, quarter, margin, what differs."""
    return reported.of_named_banks(
        quotations(
            *(
                {"group": bank, "period": quarter, "figure": margin, "note": ""} | other
                for bank, quarter, margin, other in rows
            )
        )
    )


def test_the_last_word_on_a_quarter_counts():
    own = own_margins(
        ("KeyCorp", "2025Q1", 2.5, {}),
        ("Huntington", "2025Q1", 3.1, {}),
        ("KeyCorp", "2025Q1", 2.6, {"note": "restated", "confidence": "derived"}),
    )
    assert own[["bank", "margin"]].to_numpy().tolist() == [["Huntington", 3.1], ["KeyCorp", 2.6]]
    assert own.index.to_list() == [0, 1]


def test_quarters_stand_side_by_side_with_what_was_said_of_them():
    own = own_margins(
        ("KeyCorp", "2025Q2", 2.6, {"note": "bonds sold", "confidence": "derived"}),
        ("Huntington", "2025Q2", 3.1, {"note": "a bank bought"}),
        ("Huntington", "2025Q1", 3.0, {"confidence": "second-hand"}),
    )
    table = reported.arrange_quarters(own)
    assert table.index.astype(str).to_list() == ["2025Q1", "2025Q2"]
    assert table.columns.name is None
    assert table.loc["2025Q2", ["KeyCorp", "Huntington"]].to_list() == [2.6, 3.1]
    assert np.isnan(table.loc["2025Q1", "KeyCorp"])
    assert table["note"].to_list() == ["", "Huntington: a bank bought; KeyCorp: bonds sold"]
    assert table["how read"].to_list() == [
        "Huntington: second hand",
        "KeyCorp: first hand, derived",
    ]


def test_mean_changes_are_those_of_overlapping_years(found, by_size, rates):
    short, slope = rates
    long = short + slope
    moved = pd.DataFrame(
        {"slope": slope.diff(4), "long": long.diff(4), "small": by_size["nim_under_1b"].diff(4)}
    )
    bull = moved[(moved["slope"] > 0) & (moved["long"] < 0)].loc[:"2019Q1"].dropna()
    row = found.steepenings.loc["bull steepening"]
    assert row["small banks"] == pytest.approx(bull["small"].mean())


def test_what_the_quarters_are_worth_is_a_ratio_of_two_errors(found, rates, by_size):
    """Statsmodels: eight lags against none, both with the small-sample correction."""
    short, slope = rates
    x = pd.concat([one.diff().shift(lag) for lag in range(5) for one in (short, slope)], axis=1)
    both = pd.concat([by_size["nim_all"].dropna().diff(), x], axis=1).dropna()
    model = sm.OLS(both.iloc[:, 0].to_numpy(), sm.add_constant(both.iloc[:, 1:].to_numpy()))
    restriction = np.zeros(11)
    restriction[2::2] = 1
    errors = [
        float(
            model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
            .t_test(restriction)
            .sd.squeeze()
        )
        for lags in (0, 8)
    ]
    evidence = found.answers["W2"].used
    assert evidence.n_effective == pytest.approx(146 * (errors[0] / errors[1]) ** 2)
    assert evidence.mde == pytest.approx(stats.minimum_detectable_effect(errors[1], b=9 / 146))
