"""Early 2026 by the figures known then."""

import numpy as np
import pandas as pd
import pytest

from helpers import stats
from helpers.data import Information
from helpers.errors import NotKnown
from helpers.topics.history import rotation as rot
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import load_claim, verdict
from snapshot_csv import column

MONTHS = pd.period_range("2000-01", "2019-12", freq="M")
FUNDS = {
    "Russell 2000 less S&P 500": ("iwm", "spy"),
    "S&P SmallCap 600 less S&P 500": ("ijr", "spy"),
    "equal-weighted less cap-weighted S&P 500": ("rsp", "spy"),
}


def rotation(as_of="2026-02-16", inputs=HistoryInputs):
    return rot.Rotation(inputs(Information(as_of)), "lo30_hi30", 199, np.random.SeedSequence(1))


def lead_of(small, large, last="2026-01"):
    legs = (np.log1p(column("etf_monthly_returns", name) / 100) for name in (small, large))
    one, other = legs
    return (100 * (one - other)).dropna()[:last]


@pytest.fixture(scope="module")
def found():
    one = rotation()
    for part in ("strength", "leads", "usual_leads"):
        getattr(one, part)  # read here, so that every test of this file stands for them
    return one


@pytest.fixture(scope="module")
def evidence(found):
    return rot.weigh_rotation(found)


# --- the half year --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNDS)
def test_the_half_year_to_the_date_against_every_other(found, name):
    months = lead_of(*FUNDS[name])
    row = found.strength.loc[name]
    assert (row["first"], row["last"]) == ("2025-08", "2026-01")
    assert row["lead"] == pytest.approx(months.iloc[-6:].sum())
    assert row["beyond average"] == pytest.approx(
        months.iloc[-6:].sum() - 6 * months.iloc[:-6].mean()
    )
    windows = months.iloc[1:].rolling(6).sum().dropna()  # no month stands before the first window
    assert row["windows"] == len(windows) == len(months) - 6
    assert row["larger windows"] == pytest.approx(100 * (windows >= windows.iloc[-1] - 1e-9).mean())
    away = (windows - 6 * months.mean()).abs()
    assert row["p"] == pytest.approx((away >= away.iloc[-1] - 1e-9).mean())


def test_the_evidence_is_the_lead_of_the_first_pair(found, evidence):
    row = found.strength.iloc[0]
    assert evidence.estimate == row["beyond average"]
    assert evidence.p == row["p"]
    assert list(evidence.definitions) == list(load_claim("M2").definitions) == list(FUNDS)
    assert list(evidence.definitions.values()) == found.strength["beyond average"].tolist()
    assert sum(evidence.halves) == pytest.approx(evidence.estimate)
    assert evidence.ci_low < 0 < evidence.ci_high
    assert evidence.p > 0.1
    assert verdict(load_claim("M2"), evidence).word == "not detectable"


def test_nine_in_ten_leads_are_usual(found):
    leads = lead_of("iwm", "spy").rolling(6).sum().dropna()
    assert found.usual_leads == pytest.approx(tuple(np.quantile(leads, [0.05, 0.95])))
    np.testing.assert_allclose(found.leads["iwm_spy"].dropna(), leads, atol=1e-9)


def test_too_few_months_for_placebo_dates_are_a_finding():
    early = rotation("2005-02-28")
    with pytest.raises(NotKnown, match="Russell 2000 less S&P 500: 56 months were known, too few"):
        rot.weigh_rotation(early)
    assert not early.knows("strength")
    assert early.knows("leads")


# --- monitoring -----------------------------------------------------------------------------------------


def test_what_comes_after_the_cut_is_watched_and_the_decade_before_is_the_reference():
    relative = pd.Series(np.arange(240.0), MONTHS)
    reference, watched = rot.watched_since(relative, pd.Period("2018-03", "M"))
    assert (str(watched.index[0]), str(watched.index[-1])) == ("2018-04", "2019-12")
    assert (str(reference.index[0]), str(reference.index[-1])) == ("2008-04", "2018-03")
    assert len(reference) == 120


def test_before_the_cut_the_last_year_is_watched():
    relative = pd.Series(np.arange(240.0), MONTHS)
    for cut in (MONTHS[-1], MONTHS[-1] + 40):
        reference, watched = rot.watched_since(relative, cut)
        assert len(watched) == 12
        assert reference.index[-1] == MONTHS[-13]


@pytest.mark.parametrize(("months", "horizon"), [(21, 36), (36, 36), (40, 40)])
def test_monitoring_was_planned_for_three_years(months, horizon):
    relative = pd.Series(np.random.default_rng(3).normal(size=240), MONTHS)
    monitor = rot.watch_mean(relative, MONTHS[-1 - months], 99, np.random.default_rng(0))
    assert (monitor.horizon, monitor.training, len(monitor.detector)) == (horizon, 120, months)


def test_monitoring_starts_after_the_first_cut_and_cannot_see_small_shifts(states):
    assert states.monitor.detector.index[0] == pd.Period("2024-10", "M")
    assert states.monitor.crossed is None
    assert states.detectable == pytest.approx(12 * states.monitor.detectable)
    assert states.detectable > 10


# --- states ---------------------------------------------------------------------------------------------


class Recent(HistoryInputs):
    """The last thirteen years of each pair: enough for two states and for the monitor, and quick."""

    def relative(self, pair):
        return super().relative(pair).iloc[-156:]


#: Two models from one start each, whose maximum is tested with the statistics.
FEW = {
    "STATE_MODELS": {"variance": ("variance",), "mean and variance": ("mean", "variance")},
    "STARTS": 1,
    "LR_DRAWS": 19,
}


@pytest.fixture(scope="module")
def states():
    one = rotation(inputs=Recent)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in FEW.items():
            patch.setattr(rot, name, value)
        for part in ("models", "best_model", "volatile", "monitor", "detectable", "one_regime"):
            getattr(one, part)  # read here, so that every test of this file stands for them
    return one


def test_the_states_are_volatility_states(states):
    row = states.models.loc["variance"]
    assert states.models["BIC"].idxmin() == "variance" == states.best_model.name
    assert row["deviation, volatile"] > 2 * row["deviation, calm"]
    assert states.states.switching == ("variance",)
    assert row["volatile now, percent"] == pytest.approx(states.volatile.iloc[-1])
    assert states.volatile.between(0, 100).all()


def test_the_model_table_reads_a_year_off_a_month():
    """Synthetic: two calm and two volatile decades."""
    rng = np.random.default_rng(4)
    months = pd.period_range("1960-01", periods=480, freq="M")
    scale = np.repeat([1.0, 5.0, 1.0, 5.0], 120)
    relative = pd.Series(0.5 + scale * rng.normal(size=480), months)
    model = stats.markov_switching(relative, regimes=2, switching=("variance",), starts=1, rng=rng)
    row = rot.table_models({"variance": model}).loc["variance"]
    assert row["BIC"] == model.bic
    assert row["mean, calm"] == row["mean, volatile"] == pytest.approx(6.0, abs=1.5)
    assert row["deviation, calm"] == pytest.approx(1.0, abs=0.15)
    assert row["deviation, volatile"] == pytest.approx(5.0, abs=0.7)
    calm, wild = model.regimes["duration"]
    assert (row["months, calm"], row["months, volatile"]) == (calm, wild)
    assert row["volatile now, percent"] == pytest.approx(100 * model.filtered.iloc[-1].iloc[1])
    assert row["volatile now, percent"] > 90


def test_each_part_goes_on_drawing_where_the_one_before_stopped(states, monkeypatch):
    for name, value in FEW.items():
        monkeypatch.setattr(rot, name, value)
    rng = np.random.default_rng(np.random.SeedSequence(1))
    relative = states.inputs.relative("lo30_hi30")
    for switching in FEW["STATE_MODELS"].values():
        stats.markov_switching(relative, regimes=2, switching=switching, starts=1, rng=rng)
    months = states.first_pair["2014-10":]  # ten years before the cut of September 2024, and since
    monitor = stats.monitor_mean(months, training=120, horizon=36, draws=199, rng=rng)
    assert (monitor.p, monitor.critical) == (states.monitor.p, states.monitor.critical)
    best = states.states.switching
    test = stats.regimes_lr_test(relative, switching=best, draws=19, starts=1, rng=rng)
    np.testing.assert_array_equal(test.null, states.one_regime.null)
    assert (test.lr, test.p) == (states.one_regime.lr, states.one_regime.p)


def test_the_collection_takes_twenty_starts_and_all_three_models():
    assert (rot.STARTS, rot.LR_DRAWS) == (20, 49)
    assert list(rot.STATE_MODELS.values()) == [("mean",), ("variance",), ("mean", "variance")]
