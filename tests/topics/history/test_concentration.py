"""Leadership of the large and what followed concentration, with inference for a persistent predictor."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers import stats
from helpers.data import Information
from helpers.errors import NotKnown
from helpers.topics.common.pairs import small_minus_large
from helpers.topics.history import concentration as conc
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import load_claim, verdict
from snapshot_csv import column

MONTHS = pd.period_range("1950-01", "1999-12", freq="M")


def concentration(as_of="2026-02-16", pair="lo30_hi30"):
    seed = np.random.SeedSequence(1)
    return conc.Concentration(HistoryInputs(Information(as_of)), pair, 199, seed)


@pytest.fixture(scope="module")
def found():
    one = concentration()
    for part in (
        "slopes",
        "definitions",
        "peaks",
        "peak_months",
        "family",
        "decade",
        "leaders",
        "calendar_years",
        "concentrated",
        "samples",
        "reversion",
        "extremes",
    ):
        getattr(one, part)  # read here, so that every test of this file stands for them
    return one


@pytest.fixture(scope="module")
def reversal(found):
    return conc.weigh_reversal(found)


@pytest.fixture(scope="module")
def leadership(found):
    return conc.weigh_leadership(found)


@pytest.fixture(scope="module")
def plain():
    """The pair on trial and the logit share, from the embedded files."""
    legs = (column("size_portfolios_monthly", name) for name in ("lo30", "hi30"))
    share = column("market_structure_monthly", "top_decile_share")[:"2025-12"]
    return small_minus_large(*legs)[:"2025-12"], np.log(share) - np.log(1 - share)


# --- M1 -------------------------------------------------------------------------------------------------


def test_large_companies_led_eight_of_ten_years_and_grew_1_6_times_as_much(
    found, leadership, plain
):
    years = plain[0]["2016-01":"2025-12"].groupby(lambda month: month.year).sum()
    assert found.calendar_years.tolist() == pytest.approx((-years).tolist())
    assert leadership.estimate == (years < 0).sum() == 8
    assert (
        np.exp(found.decade.sum() / 100)
        == pytest.approx(np.exp(-years.sum() / 100))
        == pytest.approx(1.599, abs=0.001)
    )
    assert (str(found.decade.index[0]), str(found.decade.index[-1])) == ("2016-01", "2025-12")
    assert "8 of the 10 years 2016 to 2025" in leadership.note
    assert "grew 1.60 times as much" in leadership.note


def test_months_of_high_concentration_are_counted_against_all_that_is_known(found, leadership):
    share = column("market_structure_monthly", "top_decile_share")[:"2025-12"]
    decade = share.iloc[-120:]
    assert found.concentrated == {
        0.75: (decade > share.quantile(0.75)).sum(),
        0.9: (decade > share.quantile(0.9)).sum(),
    }
    assert found.concentrated == {0.75: 86, 0.9: 47}
    assert "above its 75th percentile in 86 of 120 months, above its 90th in 47" in leadership.note


def test_the_three_parts_of_the_sentence_are_true_today_and_were_not_in_2020(leadership):
    claim = load_claim("M1")
    assert list(leadership.checks) == list(claim.stated.definitions)
    assert verdict(claim, "stated", leadership).word == "true"
    assert leadership.p is leadership.mde is None, "a record has no test"
    then = conc.weigh_leadership(concentration("2020-03-01"))
    assert list(then.checks.values()) == [True, True, False]
    assert verdict(claim, "stated", then).word == "true in part"
    assert list(conc.weigh_leadership(concentration("1990-01-01")).checks.values()) == [
        False,
        True,
        False,
    ]


def test_half_of_the_years_or_of_the_months_are_not_most_of_them(monkeypatch):
    """Synthetic: no lead at all."""
    flat = {
        "calendar_years": pd.Series([1.0, -1.0] * 5, range(2016, 2026)),
        "decade": pd.Series(np.zeros(120), MONTHS[:120]),
        "concentrated": {0.75: 60, 0.9: 0},
        "share": pd.Series(1.0, MONTHS),
    }
    for name, value in flat.items():
        monkeypatch.setattr(conc.Concentration, name, value)
    even = conc.weigh_leadership(concentration())
    assert list(even.checks.values()) == [False, False, False]
    assert verdict(load_claim("M1"), "stated", even).word == "false"


def test_each_pair_has_its_row_large_less_small(found):
    legs = {
        "largest less smallest 30 percent": ("size_portfolios_monthly", "lo30", "hi30", "2025-12"),
        "largest less smallest 20 percent": ("size_portfolios_monthly", "lo20", "hi20", "2025-12"),
        "S&P 500 less Russell 2000": ("etf_monthly_returns", "iwm", "spy", "2026-01"),
    }
    assert list(found.leaders.index) == list(legs)
    for name, (table, small, large, last) in legs.items():
        months = np.log1p(column(table, large) / 100) - np.log1p(column(table, small) / 100)
        months = months.dropna()[:last]
        row = found.leaders.loc[name]
        years = months["2016-01":"2025-12"].groupby(lambda month: month.year).sum()
        assert row["years led, of ten"] == (years > 0).sum()
        assert row["wealth ratio"] == pytest.approx(np.exp(months.iloc[-120:].sum()))
        assert row["percent a year"] == pytest.approx(10 * months.iloc[-120:].sum())
        decades = months.rolling(120).sum().dropna()
        assert row["decades that led by as much, percent"] == pytest.approx(
            100 * (decades >= decades.iloc[-1] - 1e-12).mean()
        )


def test_a_year_counts_when_all_its_months_are_known():
    years = conc.sum_years(pd.Series(1.0, MONTHS[6:43]))
    assert years.to_dict() == {1951: 12.0, 1952: 12.0}


def test_leadership_follows_the_pair():
    smb = np.log1p(column("factors_monthly", "smb")["2016-01":"2025-12"] / 100)
    years = smb.groupby(lambda month: month.year).sum()
    assert conc.weigh_leadership(concentration(pair="smb")).estimate == (years < 0).sum()


@pytest.mark.parametrize(
    ("label", "turned"),
    [
        ("smallest less largest 30 percent", "largest less smallest 30 percent"),
        ("very small less very large 30 percent", "very large less very small 30 percent"),
        ("Russell 2000 less S&P 500", "S&P 500 less Russell 2000"),
    ],
)
def test_a_label_is_turned_round_and_keeps_its_size_at_the_end(label, turned):
    assert conc.large_first(label) == turned


def test_ten_years_must_be_known():
    relative = pd.Series(np.arange(120.0), MONTHS[:120], name="pair")
    assert len(conc.last_decade(relative)) == 120
    with pytest.raises(NotKnown, match=r"pair: 119 months were known; the decade .* needs 120"):
        conc.last_decade(relative.iloc[1:])
    early = concentration("2010-02-16")
    assert early.reason("leadership", "iwm_spy").startswith("iwm_spy: 116 months")
    assert len(early.leaders) == 2


# --- H3 as stated: does the share revert? ----------------------------------------------------------------


@pytest.fixture(scope="module")
def reverting(found):
    return conc.weigh_mean_reversion(found)


def test_the_root_is_that_of_the_share_and_tells_what_is_left_of_a_shock(found, reverting, plain):
    rng = np.random.default_rng(np.random.SeedSequence(1))
    root = stats.half_life(plain[1], draws=199, rng=rng)
    row = found.reversion.loc["largest decile"]
    assert (row["root"], row["months"]) == (root.root, len(plain[1]))
    assert row["half-life, years"] == root.estimate / 12
    assert row["left, percent"] == pytest.approx(100 * root.root**240)
    assert (reverting.ci_low, reverting.ci_high) == pytest.approx(
        (100 * root.root_low**240, 100 * root.root_high**240)
    )
    later = stats.half_life(plain[1]["1936-01":], draws=199, rng=rng)
    assert found.reversion.loc["largest decile from 1936", "root"] == later.root


def test_half_of_a_shock_is_left_where_the_half_life_is_twenty_years(found):
    table = found.reversion
    short = table["half-life, years"] <= 20
    assert (short == (table["left, percent"] <= 50)).all()
    level = pd.Series(
        np.random.default_rng(0).normal(size=600), MONTHS
    )  # Synthetic: forgets at once
    row = conc.measure_reversion(level, 99, np.random.default_rng(0))
    assert row["left, high"] == pytest.approx(0, abs=1e-6)
    assert row["half-life, years"] < 1


def test_the_share_of_the_largest_shows_no_mean_but_fell_back_after_every_earlier_peak(reverting):
    claim = load_claim("H3")
    assert list(reverting.checks) == list(claim.stated.definitions)
    assert list(reverting.checks.values()) == [False, False, True]
    assert verdict(claim, "stated", reverting).word == "true in part"
    assert reverting.unit == claim.stated.unit
    assert reverting.estimate > 75
    assert "After 6 of 6 earlier peaks" in reverting.note
    assert "after 12.5 years at most" in reverting.note
    assert "at the earliest (95 %) after" in reverting.note


def test_more_draws_than_a_thousand_are_not_needed_for_a_root(monkeypatch):
    asked = []

    def counted(level, draws, rng):
        asked.append((len(level), draws, type(rng)))
        return {"root": 1.0}

    monkeypatch.setattr(conc, "measure_reversion", counted)
    inputs = HistoryInputs(Information("1990-01-01"))
    for draws in (99, 4999):
        _ = conc.Concentration(inputs, "smb", draws, np.random.SeedSequence(1)).reversion
    assert [draws for _, draws, _ in asked] == [99] * 4 + [999] * 4


def test_years_until_the_share_is_back_at_its_average_of_then():
    """Synthetic: an average of 50 when the share peaks at 60, reached again after three years."""
    share = pd.Series([40.0, 50.0, 60.0, *([55.0] * 35), 50.0, 45.0], MONTHS[:40])
    assert conc.years_back(share, MONTHS[2]) == 3.0
    assert conc.years_back(share, MONTHS[0]) == 0.0
    assert np.isnan(conc.years_back(share[: MONTHS[37]], MONTHS[2]))


def test_a_peak_not_yet_followed_by_its_average_is_one_that_does_not_revert(found, monkeypatch):
    peaks = found.peaks.copy()
    peaks.loc["2000-12", conc.BACK] = np.nan
    monkeypatch.setattr(conc.Concentration, "peaks", peaks)
    monkeypatch.setattr(conc.Concentration, "reversion", found.reversion)
    again = conc.weigh_mean_reversion(concentration())
    assert list(again.checks.values()) == [False, False, False]
    assert "After 5 of 6 earlier peaks" in again.note


# --- H3 as used: what followed ---------------------------------------------------------------------------


def test_without_its_first_ten_years_the_slope_is_half_as_large(found, reversal, plain):
    relative, level = plain
    for first in ("1926-07", "1936-01", "1946-01"):
        robust = stats.ivx(relative[first:], level[first:], horizon=12)
        row = found.samples.loc[first]
        assert row["IVX slope"] == pytest.approx(12 * level.std() * robust.coefficients.iloc[0])
        assert row["p, IVX"] == pytest.approx(robust.p_each.iloc[0])
    slopes = found.samples["IVX slope"]
    assert (
        reversal.definitions["without 1926-35"] == slopes["1936-01"] == pytest.approx(1.7, abs=0.05)
    )
    assert slopes["1936-01"] < 0.6 * slopes["1926-07"]
    assert "without 1926-35 +1.7" in reversal.note


def test_the_slope_is_undecided_since_it_forecasts_nothing(reversal):
    ruling = verdict(load_claim("H3"), "used", reversal)
    assert ruling.word == "undecided"
    assert "does not help out of sample" in ruling.reason
    assert "did worse than the plain mean" in reversal.note


def test_extremes_are_those_seen_at_the_time_by_episode(found):
    share, relative = found.share, found.relative
    table = found.extremes
    for _, row in table.iterrows():
        first, last = (pd.Period(row[end], "M") for end in ("first", "last"))
        for month in (first, last):
            assert share[month] > share[: month - 1].quantile(0.9)
        assert not share[first - 12] > share[: first - 13].quantile(0.9)
    assert table["months"].sum() == sum(
        share[month] > share[: month - 1].quantile(0.9) for month in share.index[240:]
    )
    assert table.index[0] == "1999-2001"
    high = [
        month
        for month in pd.period_range(*table.loc["1999-2001", ["first", "last"]], freq="M")
        if share[month] > share[: month - 1].quantile(0.9)
    ]
    after = np.mean([relative[month + 1 : month + 12].sum() for month in high])
    assert table.loc["1999-2001", "next 12 months"] == pytest.approx(after)


def test_before_the_first_extreme_there_is_no_table_of_them():
    assert "No share so far was above nine in ten" in concentration("1990-01-01").reason("extremes")


def test_least_squares_is_the_regression_of_the_next_months_on_the_share(found, plain):
    relative, level = plain
    for horizon in (1, 12, 36, 60):
        ahead = relative.rolling(horizon).sum().shift(-horizon).dropna()
        fit = sm.OLS(ahead, sm.add_constant(level[ahead.index].rename("level"))).fit()
        row = found.slopes.loc[horizon]
        assert row["least squares"] == pytest.approx(level.std() * fit.params["level"])
        assert row["R2 in sample, percent"] == pytest.approx(100 * fit.rsquared)
        assert row["separate windows"] == pytest.approx(len(ahead) / horizon)


def test_the_slope_on_trial_is_that_of_ivx_for_one_standard_deviation(found, reversal, plain):
    relative, level = plain
    robust = stats.ivx(relative, level, horizon=12)
    scale = 12 * level.std()
    assert reversal.estimate == pytest.approx(scale * robust.coefficients.iloc[0])
    assert (reversal.ci_low, reversal.ci_high) == pytest.approx(
        (scale * robust.ci_low.iloc[0], scale * robust.ci_high.iloc[0])
    )
    assert reversal.mde == pytest.approx(2.8016 * scale * robust.se.iloc[0], rel=1e-4)
    assert reversal.p == pytest.approx(robust.p_each.iloc[0])
    assert found.slopes.loc[12, "delta"] == pytest.approx(robust.delta.iloc[0])
    assert (reversal.n, reversal.unit) == (len(relative) - 12, load_claim("H3").used.unit)
    assert reversal.n_effective == pytest.approx((len(relative) - 12) / 12)


def test_hodricks_p_stands_beside_it(found, plain):
    for horizon, row in found.slopes.iterrows():
        assert row["p, Hodrick"] == pytest.approx(stats.hodrick_1b(*plain, horizon).p)
        ahead = stats.oos_r2(*plain, horizon, min_history=240)
        assert row["R2 out of sample, percent"] == pytest.approx(100 * ahead.r2)


def test_reversal_evidence_holds_all_that_its_rule_reads(found, reversal, plain):
    assert list(reversal.definitions) == list(load_claim("H3").used.definitions)
    assert reversal.definitions["smallest less largest 30 percent"] == pytest.approx(
        reversal.estimate
    )
    smb = small_minus_large(column("factors_monthly", "smb"))[:"2025-12"]
    robust = stats.ivx(smb, plain[1], horizon=12)
    assert reversal.definitions["SMB factor"] == pytest.approx(
        12 * plain[1].std() * robust.coefficients.iloc[0]
    )
    assert reversal.oos_r2 == pytest.approx(stats.oos_r2(*plain, 12, min_history=240).r2)
    assert reversal.oos_r2 < 0
    assert (reversal.p < 0.05) == (reversal.ci_low > 0), "interval and p are of the same test"


def test_the_halves_of_the_century_share_one_scale(reversal, plain):
    relative, level = plain
    for half, part in zip(reversal.halves, (slice(0, 597), slice(597, 1194)), strict=True):
        slope = stats.ivx(relative.iloc[part], level.iloc[part], horizon=12).coefficients.iloc[0]
        assert half == pytest.approx(12 * level.std() * slope)
        assert half > 0


def test_only_months_known_for_both_enter():
    returns, level = pd.Series(1.0, MONTHS[:300]), pd.Series(2.0, MONTHS[100:])
    one, other = conc.align(returns, level)
    assert list(one.index) == list(other.index) == list(MONTHS[100:300])


def test_fit_in_sample_grows_with_the_horizon_while_forecasts_get_no_better(found):
    assert found.slopes["R2 in sample, percent"].is_monotonic_increasing
    assert (found.slopes["R2 out of sample, percent"] < 0).all()


# --- peaks ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def peaked():
    """Synthetic: a share with one peak in each of two years, and returns that count the months."""
    share = pd.Series(50.0, MONTHS) + 0.001 * np.sin(np.arange(600))
    share["1970-06"], share["1990-03"], share["1951-01"] = 70.0, 75.0, 80.0
    return share, pd.Series(np.arange(600.0), MONTHS)


def test_a_peak_tops_five_years_on_each_side_and_both_must_be_over(peaked):
    table = conc.table_peaks(*peaked)
    assert "1951-01" not in table.index  # too close to the start for anybody to know
    assert {"1970-06", "1990-03"} <= set(table.index)
    assert table.index[-1] == "1999-12"
    assert table.loc["1990-03", "share"] == 75.0
    near = peaked[0].copy()
    near["1975-06"] = 71.0  # sixty months later, higher
    assert "1970-06" not in conc.table_peaks(near, peaked[1]).index
    near["1965-05"], near["1975-06"], near["1975-07"] = 71.0, 50.0, 71.0  # a month farther each
    assert "1970-06" in conc.table_peaks(near, peaked[1]).index


def test_a_month_counts_as_a_peak_only_with_five_years_on_both_sides(peaked):
    _, relative = peaked
    rising = pd.Series(np.arange(600.0), MONTHS)
    assert list(conc.table_peaks(rising, relative).index) == ["1999-12"]
    for position, found in ((59, False), (60, True), (539, True), (540, False)):
        share = pd.Series(50.0, MONTHS) + 0.001 * np.sin(np.arange(600))
        share.iloc[position] = 90.0
        assert (str(MONTHS[position]) in conc.table_peaks(share, relative).index) is found


def test_returns_after_a_peak_start_the_month_after(peaked):
    share, relative = peaked
    position = relative.index.get_loc(pd.Period("1970-06", "M"))
    row = conc.table_peaks(share, relative).loc["1970-06"]
    for horizon in (12, 36, 60):
        expected = sum(range(position + 1, position + horizon + 1))
        assert row[f"next {horizon} months"] == expected
    late = conc.table_peaks(share[:"1999-12"], relative[:"1994-03"]).loc["1990-03"]
    assert np.isfinite(late["next 36 months"])
    assert np.isnan(late["next 60 months"])


def test_the_latest_month_has_no_hindsight(found):
    assert found.peak_months.max() <= found.share.index[-1] - 60
    assert list(found.peaks.index[:-1]) == list(found.peak_months.astype(str))
    assert found.peaks.index[-1] == str(found.share.index[-1])
    assert found.peaks["share"].iloc[-1] == found.share.iloc[-1]
    assert found.share["1972-12"] == pytest.approx(61.7, abs=0.2)
    assert found.peaks.iloc[-1].drop(["share", "average then"]).isna().all()


def test_in_the_first_ten_years_there_is_no_peak_to_name():
    early = concentration("1936-06-30")
    assert early.peaks.index.tolist() == ["1936-04"]
    assert early.peak_months.empty


# --- the family of definitions --------------------------------------------------------------------------


def test_every_measure_rises_when_the_largest_weigh_more():
    level = pd.Series(np.linspace(0.0, 1.0, 200), MONTHS[:200])
    small = pd.Series(np.linspace(0.05, 0.02, 200), MONTHS[:200])
    table = conc.measures(level, small)
    smallest = table["all but the smallest 30 percent"]
    assert smallest.is_monotonic_increasing
    assert smallest.iloc[0] == pytest.approx(np.log(0.95 / 0.05))
    detrended = table["largest decile less its ten-year mean"]
    assert detrended.isna().sum() == 119
    assert detrended.iloc[150] == pytest.approx(level.iloc[150] - level.iloc[31:151].mean())


def test_the_family_tries_every_pair_measure_and_span(found):
    table = found.family.table
    assert (
        found.family.n
        == 3 * 3 * 4
        == len(table.drop_duplicates(["outcome", "predictor", "sample"]))
    )
    assert 0.5 <= found.family.share_same_sign <= 1
    assert set(table["outcome"]) == set(load_claim("H3").used.definitions) - {"without 1926-35"}


def test_the_spans_of_the_family():
    rng = np.random.default_rng(6)
    outcomes = pd.DataFrame({"one": rng.normal(size=600)}, MONTHS)
    predictors = pd.DataFrame({"x": rng.normal(size=600)}, MONTHS)
    curve = conc.try_family(outcomes, predictors)
    months = curve.table.set_index("sample")["n"].to_dict()
    assert months == {"all": 588, "to 1974": 300, "from 1975": 288, "from 1984": 180}
    assert curve.horizon == 12
