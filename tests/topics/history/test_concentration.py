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
    return conc.Concentration(HistoryInputs(Information(as_of)), pair)


@pytest.fixture(scope="module")
def found():
    one = concentration()
    for part in ("slopes", "definitions", "peaks", "peak_months", "family", "decade", "leaders"):
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


def test_the_decade_to_the_date(found, leadership, plain):
    decade = found.decade
    assert (str(decade.index[0]), str(decade.index[-1]), len(decade)) == ("2016-01", "2025-12", 120)
    assert leadership.estimate == pytest.approx(-12 * plain[0]["2016-01":"2025-12"].mean())
    assert leadership.unit == load_claim("M1").unit
    assert verdict(load_claim("M1"), leadership).word == "not detectable"
    assert "large less small, 2016-01 to 2025-12" in leadership.method


def test_its_interval_is_that_of_a_mean_with_serial_correlation(found, leadership):
    mean = stats.mean_hac(found.decade)
    assert (leadership.ci_low, leadership.ci_high) == pytest.approx(
        (12 * mean.ci_low, 12 * mean.ci_high)
    )
    # Kiefer and Vogelsang's critical value at b = 15 / 120, and the normal 80 % point.
    assert leadership.mde == pytest.approx((2.3366 + 0.8416) * 12 * mean.se, rel=1e-3)
    assert (leadership.p, leadership.n) == (mean.p, 120)
    assert leadership.n_effective == pytest.approx(min(mean.n_effective, 120))


def test_the_halves_of_the_decade(found, leadership):
    early, late = found.decade[:"2020-12"], found.decade["2021-01":]
    assert leadership.halves == pytest.approx((12 * early.mean(), 12 * late.mean()))


def test_each_definition_of_leadership_is_large_less_small(leadership):
    assert list(leadership.definitions) == list(load_claim("M1").definitions)
    legs = {
        "largest less smallest 30 percent": ("size_portfolios_monthly", "lo30", "hi30", "2025-12"),
        "largest less smallest 20 percent": ("size_portfolios_monthly", "lo20", "hi20", "2025-12"),
        "S&P 500 less Russell 2000": ("etf_monthly_returns", "iwm", "spy", "2026-01"),
    }
    for name, (table, small, large, last) in legs.items():
        lead = np.log1p(column(table, large) / 100) - np.log1p(column(table, small) / 100)
        decade = 100 * lead[:last].iloc[-120:]
        assert leadership.definitions[name] == pytest.approx(12 * decade.mean())


def test_leadership_follows_the_pair():
    one = concentration(pair="smb")
    smb = np.log1p(column("factors_monthly", "smb")["2016-01":"2025-12"] / 100)
    assert conc.weigh_leadership(one).estimate == pytest.approx(-1200 * smb.mean())


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
    assert concentration("2010-02-16").reason("leaders").startswith("iwm_spy: 116 months")


# --- H3 -------------------------------------------------------------------------------------------------


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
    assert (reversal.n, reversal.unit) == (len(relative) - 12, load_claim("H3").unit)
    assert reversal.n_effective == pytest.approx((len(relative) - 12) / 12)


def test_hodricks_p_stands_beside_it(found, plain):
    for horizon, row in found.slopes.iterrows():
        assert row["p, Hodrick"] == pytest.approx(stats.hodrick_1b(*plain, horizon).p)
        ahead = stats.oos_r2(*plain, horizon, min_history=240)
        assert row["R2 out of sample, percent"] == pytest.approx(100 * ahead.r2)


def test_reversal_evidence_holds_all_that_its_rule_reads(found, reversal, plain):
    assert list(reversal.definitions) == list(load_claim("H3").definitions)
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
    assert found.peaks.iloc[-1].drop("share").isna().all()


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
    assert set(table["outcome"]) == set(load_claim("H3").definitions)


def test_the_spans_of_the_family():
    rng = np.random.default_rng(6)
    outcomes = pd.DataFrame({"one": rng.normal(size=600)}, MONTHS)
    predictors = pd.DataFrame({"x": rng.normal(size=600)}, MONTHS)
    curve = conc.try_family(outcomes, predictors)
    months = curve.table.set_index("sample")["n"].to_dict()
    assert months == {"all": 588, "to 1974": 300, "from 1975": 288, "from 1984": 180}
    assert curve.horizon == 12
