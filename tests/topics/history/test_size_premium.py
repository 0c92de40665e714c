"""Small less large since 1926, against published returns and against what a window picked by looking can prove."""

import copy

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers import stats
from helpers.data import Information
from helpers.errors import NotKnown, ParameterError
from helpers.topics.common.pairs import small_minus_large
from helpers.topics.history import size_premium as sp
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.nifty_fifty import NiftyFifty
from helpers.trial import load_claim, load_line, verdict
from snapshot_csv import column

MONTHS = pd.period_range("1950-01", "1999-12", freq="M")


def size_premium(as_of="2026-02-16", **changed):
    options = {"pair": "lo30_hi30", "window": (1975, 1983), "block": 12, "draws": 499}
    inputs = HistoryInputs(Information(as_of))
    return sp.SizePremium(inputs, **(options | changed), seed=np.random.SeedSequence(1))


@pytest.fixture(scope="module")
def premium():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sp, "HISTORIES", 49)
        return read_all(size_premium())


def read_all(one):
    for part in (
        "periods",
        "januaries",
        "share_of_century",
        "wealth",
        "origins",
        "windows",
        "by_chance",
        "by_block",
        "break_table",
        "most_forced",
        "definitions",
        "standard_error",
        "by_sample",
        "power",
        "years",
    ):
        getattr(one, part)  # read here, so that every test of this file stands for them
    return one


@pytest.fixture(scope="module")
def used(premium):
    return sp.weigh_run(premium)


@pytest.fixture(scope="module")
def noise():
    """Synthetic: fifty years of returns."""
    return pd.Series(np.random.default_rng(8).normal(size=600), MONTHS, name="noise")


@pytest.fixture(scope="module")
def relative():
    """The pair on trial from the embedded files."""
    return small_minus_large(
        column("size_portfolios_monthly", "lo30"), column("size_portfolios_monthly", "hi30")
    )[:"2025-12"]


def yearly(returns, first, last):
    """Compound annual growth rate in percent."""
    months = returns[first:last]
    return 100 * ((1 + months / 100).prod() ** (12 / len(months)) - 1)


def by_year(returns):
    return 100 * ((1 + returns / 100).groupby(returns.index.year).prod() - 1)


# --- published returns ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rate"), [("lo20", 32.39), ("lo30", 31.52), ("hi20", 14.32), ("hi10", 13.50)]
)
def test_growth_rates_of_1975_to_1983(name, rate):
    # French data library, CRSP 202602, compound annual rates of the value-weighted size portfolios.
    returns = column("size_portfolios_monthly", name)
    assert yearly(returns, "1975-01", "1983-12") == pytest.approx(rate, abs=0.02)


@pytest.mark.parametrize(("name", "rate"), [("lo20", 9.53), ("hi20", 11.93)])
def test_growth_rates_since_1984(name, rate):
    returns = column("size_portfolios_monthly", name)
    assert yearly(returns, "1984-01", "2026-02") == pytest.approx(rate, abs=0.02)


def test_siegels_run_lies_between_value_and_equal_weighted_portfolios(premium):
    """Siegel: small 35.3, large 15.7 percent a year 1975-83; equal-weighted smallest quintile 38.07 (French)."""
    info = premium.inputs.info
    rows = info.quoted("annualized return 1975-1983")
    siegel = rows.set_index("size")["value"]
    assert yearly(info.load("lo20"), "1975-01", "1983-12") < siegel["small"] < 38.07
    market = info.load("mkt_rf") + info.load("rf")
    assert (
        yearly(info.load("hi20"), "1975-01", "1983-12")
        < siegel["large"]
        < yearly(market, "1975-01", "1983-12")
    )


def test_siegels_century_without_the_run_has_no_premium_here_either(premium):
    """Siegel: 9.61 against 9.59 percent without those nine years. Ours: within a point and a half of zero."""
    assert abs(premium.periods.loc["all but the run", "mean"]) < 1.5
    assert premium.share_of_century == pytest.approx(102.4, abs=0.1)
    assert premium.periods.loc["the run", "mean"] == pytest.approx(13.37, abs=0.01)


def test_ibbotson_years_agree_with_the_smallest_and_largest_quintile(premium):
    info = premium.inputs.info
    table = info.quoted("annual total return")
    table = table[table["group"].str.contains("Ibbotson")]
    quoted = table.assign(year=table["period"].astype(int)).pivot_table(
        index="year", columns="size", values="value"
    )
    ours = pd.DataFrame({"small": by_year(info.load("lo20")), "large": by_year(info.load("hi20"))})
    both = quoted.join(ours.add_suffix("_ours")).dropna()
    assert len(both) >= 55
    assert both["small"].corr(both["small_ours"]) > 0.98
    assert both["large"].corr(both["large_ours"]) > 0.99
    assert (both["large"] - both["large_ours"]).abs().max() < 5
    same_winner = (both["small"] > both["large"]) == (both["small_ours"] > both["large_ours"])
    assert same_winner.mean() > 0.9


def test_smb_mean_of_fama_and_french_1993():
    """Fama and French (1993), doi:10.1016/0304-405X(93)90023-5: 0.27 percent a month, 1963-07 to 1991-12."""
    smb = column("factors_monthly", "smb")
    assert smb["1963-07":"1991-12"].mean() == pytest.approx(0.27, abs=0.03)


# --- the run --------------------------------------------------------------------------------------------


def test_the_run_is_every_month_of_its_years(premium, relative):
    assert len(premium.run) == 12 * 9
    assert (str(premium.run.index[0]), str(premium.run.index[-1])) == ("1975-01", "1983-12")
    np.testing.assert_allclose(premium.relative, relative, rtol=1e-12)


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ((1991, 2000), r"noise is known for 1950-01 \.\. 1999-12"),
        ((1949, 1955), r"needs 1949-01 \.\. 1955-12"),
        ((1960, 1976), "third of the sample"),
    ],
)
def test_windows_that_cannot_be_tried_are_named(noise, window, message):
    with pytest.raises(NotKnown, match=message):
        sp.slice_run(noise, window)


def test_a_window_in_the_wrong_order_is_refused(noise):
    with pytest.raises(ParameterError, match="ends before it begins"):
        sp.slice_run(noise, (1983, 1975))


@pytest.mark.parametrize("window", [(1950, 1950), (1999, 1999), (1960, 1975), (1950, 1965)])
def test_windows_up_to_a_third_of_the_sample_will_do(noise, window):
    first, last = window
    assert len(sp.slice_run(noise, window)) == 12 * (last - first + 1)


def test_exactly_a_third_of_the_sample_will_do(noise):
    assert len(sp.slice_run(noise[:"1997-12"], (1950, 1965))) == 192


def test_the_mean_and_its_error_are_those_of_a_regression_on_a_constant(premium, used):
    months = premium.run.to_numpy()
    kernel = {"maxlags": int(np.ceil(1.3 * np.sqrt(108))) - 1, "use_correction": True}
    fit = sm.OLS(months, np.ones(108)).fit(cov_type="HAC", cov_kwds=kernel)
    assert used.estimate == pytest.approx(12 * fit.params[0])
    assert premium.standard_error == pytest.approx(12 * fit.bse[0])
    assert used.estimate - used.ci_low == pytest.approx(used.ci_high - used.estimate)
    assert used.ci_high - used.estimate > 1.96 * 12 * fit.bse[0]  # fixed-b is wider


def test_each_definition_is_the_run_of_its_pair(used):
    assert list(used.definitions) == list(load_line("H1", "used").definitions)
    legs = {
        "smallest less largest 30 percent": ("lo30", "hi30"),
        "smallest less largest 20 percent": ("lo20", "hi20"),
    }
    for name, (small, large) in legs.items():
        series = [column("size_portfolios_monthly", leg) for leg in (small, large)]
        run = small_minus_large(*series)["1975-01":"1983-12"]
        assert used.definitions[name] == pytest.approx(12 * run.mean())
    smb = small_minus_large(column("factors_monthly", "smb"))["1975-01":"1983-12"]
    assert used.definitions["SMB factor"] == pytest.approx(12 * smb.mean())


# --- as stated: what fell, and how long the small led ----------------------------------------------------


@pytest.fixture(scope="module")
def stated(premium):
    return sp.weigh_run_record(premium, NiftyFifty(premium.inputs).largest_by_year)


def test_the_largest_fell_in_1973_and_1974_and_rose_by_a_third_in_1975(premium, stated):
    years = by_year(column("size_portfolios_monthly", "hi10"))
    found = NiftyFifty(premium.inputs).largest_by_year
    assert found.loc[1973:1975].tolist() == pytest.approx(years.loc[1973:1975].tolist())
    assert years[1973] < 0 > years[1974]
    assert years[1975] == pytest.approx(33.2, abs=0.05)
    assert stated.checks["the largest companies fell in 1975"] is False
    assert "-13 percent in 1973 and -28 in 1974, but +33 in 1975" in stated.note


def test_small_companies_led_in_nine_of_nine_years_and_lagged_in_the_tenth(relative, stated):
    years = relative["1975-01":"1984-12"].groupby(lambda month: month.year).sum()
    assert (years[:9] > 0).all()
    assert years[1984] < 0
    assert (stated.estimate, stated.n) == (9, 9)
    ratio = np.exp(years[:9].sum() / 100)
    assert ratio == pytest.approx(3.33, abs=0.005)
    assert "led in 9 of 9 years to 1983; wealth in them grew 3.3 times as much" in stated.note
    assert stated.note.endswith(f"The year after brought {years[1984]:+.0f} percent (log).")


def test_two_fifths_of_the_lead_came_in_januaries(relative, stated):
    run = relative["1975-01":"1983-12"]
    share = run[run.index.month == 1].sum() / run.sum()
    assert share == pytest.approx(0.408, abs=0.001)
    assert "41 percent of the lead came in Januaries" in stated.note


def test_the_sentence_is_true_but_for_the_year_of_the_collapse(stated):
    claim = load_claim("H1")
    assert list(stated.checks) == list(claim.stated.definitions)
    assert list(stated.checks.values()) == [False, True, True]
    assert verdict(claim, "stated", stated).word == "true in part"
    assert stated.unit == claim.stated.unit


def test_a_window_in_which_the_small_lag_is_told_as_one(premium):
    late = size_premium(window=(2016, 2025))
    evidence = sp.weigh_run_record(late, NiftyFifty(late.inputs).largest_by_year)
    assert list(evidence.checks.values()) == [False, False, False]
    assert (evidence.estimate, evidence.n) == (2, 10)
    assert "The year after" not in evidence.note


# --- as used: one episode --------------------------------------------------------------------------------


def test_one_episode_is_not_testable_whatever_its_size(used):
    ruling = verdict(load_claim("H1"), "used", used)
    assert ruling.word == "not testable"
    assert used.ci_low > 0
    assert used.p is None, "a window picked by looking has no p of its own"
    assert (used.n, used.n_effective) == (108, 1)
    assert used.unit == load_line("H1", "used").unit


def test_the_chance_of_such_a_run_depends_on_the_sample(premium, used):
    """Referees, with other draws: 23 to 63 of 100 cases, less where the years before the war are left out."""
    table = premium.by_sample
    assert list(table.index) == ["1926-07", "1936-01", "1946-01"]
    assert table["months"].tolist() == [1194, 1080, 960]
    chance, steady = table["chance, percent"], table["by its own swings, percent"]
    assert chance.is_monotonic_decreasing
    assert chance.iloc[0] == pytest.approx(63, abs=6)
    assert chance.iloc[2] == pytest.approx(23, abs=6)
    assert (steady < 45).all()
    assert steady.iloc[0] < chance.iloc[0] - 15, "the thirties swing most"
    assert f"in {chance.min():.0f} to {chance.max():.0f} of 100 cases" in used.note
    assert f"swings, in {steady.min():.0f} to {steady.max():.0f}." in used.note


def test_a_sample_that_the_run_fills_is_left_out():
    assert list(size_premium("1980-06-30", window=(1950, 1958), draws=99).by_sample.index) == [
        "1926-07",
        "1936-01",
        "1946-01",
    ]
    assert list(size_premium("1980-06-30", window=(1940, 1951), draws=99).by_sample.index) == [
        "1926-07",
        "1936-01",
    ]
    assert list(size_premium("1960-06-30", window=(1950, 1955), draws=99).by_sample.index) == [
        "1926-07",
        "1936-01",
    ]


def test_the_search_would_hardly_find_a_true_run_of_this_size(premium, used):
    assert 0.0 <= premium.power < 0.3
    assert f"in {100 * premium.power:.0f} of 100" in used.note


# --- periods, Januaries, origins ------------------------------------------------------------------------


def test_periods_add_up(premium):
    periods = premium.periods
    for parts in (("before the run", "the run", "after the run"), ("the run", "all but the run")):
        total = sum(periods.loc[part, "mean"] * periods.loc[part, "months"] for part in parts)
        assert total == pytest.approx(12 * premium.relative.sum())
    assert premium.origins["mean"].iloc[0] == pytest.approx(periods.loc["all months", "mean"])


def test_each_period_has_its_months_and_the_hac_interval_of_their_mean(noise):
    run = noise["1960-01":"1969-12"]
    table = sp.table_periods(noise, run)
    spans = {
        "all months": ("1950-01", "1999-12", 600),
        "before the run": ("1950-01", "1959-12", 120),
        "the run": ("1960-01", "1969-12", 120),
        "after the run": ("1970-01", "1999-12", 360),
        "all but the run": ("1950-01", "1999-12", 480),
        "before publication (Banz 1981)": ("1950-01", "1981-03", 375),
        "after publication": ("1981-04", "1999-12", 225),
    }
    assert list(table.index) == list(spans)
    for name, (first, last, months) in spans.items():
        row = table.loc[name]
        assert (row["first"], row["last"], row["months"]) == (first, last, months)
        part = noise[first:last]
        part = part[~part.index.isin(run.index)] if name == "all but the run" else part
        mean = stats.mean_hac(part.to_numpy())
        found = row[["mean", "low 95 %", "high 95 %"]].astype(float)
        assert found.tolist() == pytest.approx(
            [12 * mean.estimate, 12 * mean.ci_low, 12 * mean.ci_high]
        )
        assert row["p"] == pytest.approx(mean.p)


@pytest.mark.parametrize(
    ("run", "shown"), [(("1955-01", "1956-12"), True), (("1954-12", "1956-12"), False)]
)
def test_a_period_of_less_than_five_years_is_left_out(noise, run, shown):
    table = sp.table_periods(noise, noise[run[0] : run[1]])
    assert ("before the run" in table.index) is shown
    assert "the run" not in table.index


def test_banz_is_dated_by_his_paper(premium):
    assert str(sp.BANZ) == "1981-03"
    assert premium.periods.loc["after publication", "first"] == "1981-04"


def test_januaries_and_other_months_are_told_apart():
    """Synthetic: three percent each January, a tenth less than nothing in every other month."""
    relative = pd.Series(-0.1, MONTHS)
    relative[MONTHS.month == 1] = 3.0
    table = sp.table_januaries(relative, relative["1960-01":"1969-12"])
    row = table.loc["the run"]
    assert (row["januaries"], row["mean January"], row["mean of other months"]) == (
        10,
        3.0,
        pytest.approx(-0.1),
    )
    assert row["sum of Januaries"] == pytest.approx(30.0)
    assert row["sum of other months"] == pytest.approx(-0.1 * 110)
    assert table["januaries"].to_dict() == {"all months": 50, "the run": 10, "all but the run": 40}


def test_januaries_earn_more_than_the_whole_premium(premium):
    row = premium.januaries.loc["all months"]
    assert row["sum of Januaries"] > premium.relative.sum()
    assert row["sum of Januaries"] + row["sum of other months"] == pytest.approx(
        premium.relative.sum()
    )
    assert row["mean of other months"] < 0


def test_wealth_without_the_run_stands_still_in_it(noise):
    run = noise["1960-01":"1969-12"]
    wealth = sp.accumulate(noise, run)
    assert wealth["all months"].iloc[-1] == pytest.approx(noise.sum())
    still = wealth["without the run"]
    assert still["1960-01":"1969-12"].nunique() == 1
    assert still.iloc[-1] == pytest.approx(noise.sum() - run.sum())


def test_a_mean_since_a_month_is_that_of_the_months_from_it_on(noise):
    table = sp.mean_since(noise)
    assert table["months"].iloc[-1] == 60
    assert table.index[-1] == MONTHS[-60]
    for month in ("1950-01", "1971-05", "1995-01"):
        assert table["mean"][month] == pytest.approx(12 * noise[month:].mean())
        assert table["months"][month] == len(noise[month:])


# --- how special ----------------------------------------------------------------------------------------


def test_the_run_is_special_only_for_who_did_not_look_for_it(premium):
    assert premium.chance.p_fixed < 0.05 < premium.chance.p
    table = premium.by_block
    assert (table["p, window named beforehand"] <= table["p, some window"]).all()
    assert premium.chance.start == pd.Period("1974-07", "M")
    assert premium.chance.end == pd.Period("1983-06", "M")


def test_the_named_window_is_the_run_and_rolls_over_all_of_its_length(premium):
    assert premium.chance.fixed == (premium.run.index[0], premium.run.index[-1])
    rolling = 12 * premium.relative.rolling(108).mean().dropna()
    np.testing.assert_allclose(premium.windows, rolling, atol=1e-9)
    assert list(premium.windows.index) == list(rolling.index)


def test_each_block_length_has_its_row_and_the_chosen_one_decides(premium):
    assert list(premium.by_block.index) == [1, 6, 12, 24]
    row = premium.by_block.loc[12]
    assert row["p, some window"] == premium.chance.p
    assert row["p, window named beforehand"] == premium.chance.p_fixed
    exceeded = (12 * premium.chance.null > premium.by_chance["rare"]).mean()
    assert exceeded == pytest.approx(0.05, abs=1 / 499)
    assert (12 * premium.chance.null > premium.by_chance["usual"]).mean() == pytest.approx(
        0.5, abs=1 / 499
    )
    assert row["best window by chance, once in twenty"] == premium.by_chance["rare"]
    assert premium.chance.block == 12
    assert premium.chance.draws == 499


def test_another_block_joins_the_four():
    one = size_premium(block=3, draws=99)
    assert list(one.by_block.index) == [1, 3, 6, 12, 24]
    assert one.chance.block == 3
    assert one.breaks.table.shape == size_premium(draws=99).breaks.table.shape


def test_forced_breaks_date_the_run_though_no_criterion_asks_for_them(premium):
    assert premium.breaks.bic_breaks == premium.breaks.lwz_breaks == 0
    dates = premium.break_table.loc[4, "dates"]
    assert "1973-12" in dates
    assert "1983-07" in dates
    assert premium.most_forced == dates
    assert premium.break_table.loc[0, "dates"] == "none"
    assert len(premium.break_table) == 6
    spans = np.diff(
        [0, *(premium.relative.index.get_loc(pd.Period(day, "M")) + 1 for day in dates.split(", "))]
    )
    assert spans.min() >= 60
    table = premium.break_table
    assert table.columns.tolist() == ["BIC", "LWZ", "sup F", "dates"]
    assert table["BIC"].tolist() == premium.breaks.table["bic"].tolist()


class Twenty(HistoryInputs):
    """The last twenty years of each pair: room for three breaks five years apart."""

    def relative(self, pair):
        return super().relative(pair).iloc[-240:]


def test_where_four_breaks_have_no_room_the_most_are_shown():
    options = {"pair": "lo30_hi30", "window": (2010, 2012), "block": 12, "draws": 19}
    inputs = Twenty(Information("2026-02-16"))
    one = sp.SizePremium(inputs, **options, seed=np.random.SeedSequence(1))
    assert list(one.break_table.index) == [0, 1, 2, 3]
    assert one.most_forced == one.break_table.loc[3, "dates"] != one.break_table.loc[2, "dates"]


def test_a_part_read_again_or_in_another_order_draws_the_same(premium):
    again = size_premium()
    assert again.breaks.p == premium.breaks.p  # before anything else was read
    assert again.breaks.p == again.breaks.p
    assert again.chance.p == premium.chance.p


def test_breaks_go_on_drawing_where_the_searches_stopped(premium):
    rng = np.random.default_rng(np.random.SeedSequence(1))
    for block in (1, 6, 12, 24):
        stats.sup_window(premium.relative, 108, block=block, draws=499, rng=rng)
    breaks = stats.break_dates(premium.relative, min_segment=60, max_breaks=5, block=12, rng=rng)
    assert premium.breaks.p == breaks.p


# --- searches and notes, recomputed


def test_each_sample_is_searched_by_both_measures_with_draws_of_its_own(premium):
    rng = copy.deepcopy(premium._searched[1]).spawn(2)[0]
    options = {"window": 108, "block": premium.block, "draws": premium.draws}
    assert list(premium.by_sample.index) == [str(pd.Period(first)) for first in sp.SAMPLES]
    for name, row in premium.by_sample.iterrows():
        months = premium.relative[name:]
        best = stats.sup_window(months, **options, rng=rng)
        steady = stats.studentised_window(months, **options, rng=rng)
        assert row["chance, percent"] == pytest.approx(100 * best.p)
        assert row["by its own swings, percent"] == pytest.approx(100 * steady.p)


def test_power_is_that_of_the_run_added_to_a_century_without_it(premium):
    inside = premium.relative.index.isin(premium.run.index)
    excess = premium.relative[inside].mean() - premium.relative[~inside].mean()
    without = premium.relative - excess * inside
    rng = copy.deepcopy(premium._searched[1]).spawn(2)[1]
    by_hand = stats.search_power(
        without, 108, excess, premium.block, histories=49, draws=99, rng=rng
    )
    assert premium.power == by_hand


def made_up(premium, **parts):
    one = copy.copy(premium)
    kept = {name: (value, ()) for name, value in parts.items()}
    object.__setattr__(one, "_recorded", {**vars(premium)["_recorded"], **kept})
    return one


def test_the_power_told_is_that_of_the_search(premium):
    note = sp.weigh_run(made_up(premium, power=0.9)).note
    assert "it would find a true run of this size in 90 of 100." in note
    assert note.endswith("small caps gained on large ones since July 1926.")


@pytest.mark.parametrize(
    ("lead", "collapse", "grew"), [(43.9, 0.0, "1.6"), (43.9, 0.5, "1.6"), (-1.0, -0.5, "1.0")]
)
def test_a_record_of_nothing_is_no_fall_and_a_year_without_a_lead_is_none(
    premium, lead, collapse, grew
):
    """Synthetic years, one of them of nothing."""
    run = pd.Series(lead / 108, premium.run.index)
    years = pd.Series([0.0] + 8 * [1.0], range(1975, 1984))
    januaries = pd.DataFrame({"sum of Januaries": [0.9 * lead]}, ["the run"])
    largest = pd.Series([-1.0, -2.0, collapse], [sp.COLLAPSE - 2, sp.COLLAPSE - 1, sp.COLLAPSE])
    found = sp.weigh_run_record(
        made_up(premium, run=run, years=years, januaries=januaries), largest
    )
    assert list(found.checks.values()) == [collapse < 0, False, lead > 0]
    assert (found.estimate, found.n) == (8, 9)
    assert f"grew {grew} times as much." in found.note
    assert ("90 percent of the lead came in Januaries" in found.note) == (lead > 0)
