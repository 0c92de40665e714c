"""Early 2026 by the figures known then."""

import numpy as np
import pandas as pd
import pytest

from helpers import stats
from helpers.data import Information
from helpers.errors import NotKnown
from helpers.topics.history import rotation as rot
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import load_claim, load_line, verdict
from snapshot_csv import SNAPSHOT, column

MONTHS = pd.period_range("2000-01", "2019-12", freq="M")
FUNDS = {
    "Russell 2000 less S&P 500": ("iwm", "spy"),
    "S&P SmallCap 600 less S&P 500": ("ijr", "spy"),
    "equal-weighted less cap-weighted S&P 500": ("rsp", "spy"),
}


def rotation(as_of="2026-02-16", inputs=HistoryInputs):
    return rot.Rotation(inputs(Information(as_of)), "lo30_hi30", 199, np.random.SeedSequence(1))


def lead_of(small, large, last="2026-01"):
    """Whole months of a pair of funds, from the embedded files."""
    legs = (np.log1p(column("etf_monthly_returns", name) / 100) for name in (small, large))
    one, other = legs
    return (100 * (one - other)).dropna()[:last]


def to_date(small, large):
    """The same with the first days of February 2026: the move since New Year less January."""
    table = (
        pd.read_csv(SNAPSHOT / "market_moves.csv")
        .set_index(["start", "end", "ticker"])
        .sort_index()
    )
    moves = table["total_return"]["2025-12-31", "2026-02-13"]
    year = 100 * (np.log1p(moves[small] / 100) - np.log1p(moves[large] / 100))
    months = lead_of(small, large)
    months[pd.Period("2026-02", "M")] = year - months["2026-01"]
    return months


@pytest.fixture(scope="module")
def found():
    one = rotation()
    for part in ("strength", "leads", "usual_leads", "windows", "lengths"):
        getattr(one, part)  # read here, so that every test of this file stands for them
    return one


@pytest.fixture(scope="module")
def stated(found):
    return rot.weigh_record(found)


@pytest.fixture(scope="module")
def used(found):
    return rot.weigh_rotation(found)


# --- as stated: the record to the last trading day -------------------------------------------------------


def test_each_window_of_the_sentence_with_its_place_among_all_as_long(found, stated):
    months = to_date("iwm", "spy")
    lengths = {"year to date": 2, "one month": 1, "six months": 6, "twelve months": 12}
    for name, length in lengths.items():
        leads = months.rolling(length).sum().dropna()
        row = found.windows.loc[name]
        assert (row["last"], row["months"]) == ("2026-02-13", length)
        assert row["lead"] == pytest.approx(leads.iloc[-1])
        assert (row["as large"], row["of"]) == (
            (leads.iloc[:-1] >= leads.iloc[-1]).sum(),
            len(leads) - 1,
        )
    assert dict(stated.checks) == {
        "year to date": True,
        "one month": True,
        "six months": True,
        "twelve months": True,
        "since the first cut": False,
    }


def test_since_the_first_cut_small_caps_trail(found):
    row = found.windows.loc["since the first cut"]
    table = (
        pd.read_csv(SNAPSHOT / "market_moves.csv")
        .set_index(["start", "end", "ticker"])
        .sort_index()
    )
    moves = table["total_return"]["2024-09-18", "2026-02-13"]
    lead = 100 * (np.log1p(moves["iwm"] / 100) - np.log1p(moves["spy"] / 100))
    assert row["lead"] == pytest.approx(lead, abs=0.02) == pytest.approx(-1.4, abs=0.05)
    assert (row["first"], row["last"], row["months"]) == ("2024-09-18", "2026-02-13", 17)
    others = to_date("iwm", "spy").rolling(17).sum().dropna().iloc[:-1]
    assert (row["as large"], row["of"]) == ((others >= row["lead"]).sum(), len(others))
    assert row["larger windows"] == pytest.approx(100 * (row["as large"] + 1) / (row["of"] + 1))


def test_the_sentence_is_true_in_part_and_its_note_holds_the_numbers(found, stated):
    assert verdict(load_claim("M2"), "stated", stated).word == "true in part"
    assert stated.estimate == found.windows["lead"].iloc[0] == pytest.approx(6.62, abs=0.005)
    assert "+6.6 percent to 2026-02-13; 12 of 307 other windows" in stated.note
    assert "since the first cut -1.4." in stated.note


def test_at_new_year_there_is_no_year_to_date():
    early = rot.weigh_record(rotation("2026-01-15"))
    assert early.checks["year to date"] is None
    assert early.checks["since the first cut"] is not None


def test_before_the_cut_there_is_no_window_since_it():
    assert list(rotation("2010-06-30").windows.index) == [
        "year to date",
        "one month",
        "six months",
        "twelve months",
    ]


def test_every_length_is_shown(found):
    assert list(found.lengths.index) == [str(months) for months in rot.LENGTHS]
    assert found.lengths.loc["6", "lead"] == found.windows.loc["six months", "lead"]


# --- as used: the half year -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNDS)
def test_the_half_year_to_the_date_against_every_other(found, name):
    months = to_date(*FUNDS[name])
    row = found.strength.loc[name]
    assert (row["first"], row["last"]) == ("2025-09", "2026-02-13")
    assert row["lead"] == pytest.approx(months.iloc[-6:].sum())
    leads = months.rolling(6).sum().dropna()
    assert (row["as large"], row["of"]) == (
        (leads.iloc[:-1] >= leads.iloc[-1]).sum(),
        len(leads) - 1,
    )
    away = (leads.iloc[1:] - 6 * months.mean()).abs()  # no month stands before the first window
    assert row["p"] == pytest.approx((away >= away.iloc[-1] - 1e-9).mean())


def test_the_evidence_is_the_lead_of_the_first_pair(found, used):
    row = found.strength.iloc[0]
    assert used.estimate == row["beyond average"] == pytest.approx(row["lead"], abs=0.5)
    assert used.p == row["p"]
    assert list(used.definitions) == list(load_line("M2", "used").definitions) == list(FUNDS)
    assert list(used.definitions.values()) == found.strength["beyond average"].tolist()
    assert used.ci_low < 0 < used.ci_high
    assert verdict(load_claim("M2"), "used", used).word == "undecided"
    assert "too blunt" in verdict(load_claim("M2"), "used", used).reason
    assert "51 of 303 other windows as long" in used.note


def test_nine_in_ten_leads_are_usual(found):
    leads = to_date("iwm", "spy").rolling(6).sum().dropna()
    assert found.usual_leads == pytest.approx(tuple(np.quantile(leads, [0.05, 0.95])))
    np.testing.assert_allclose(found.leads["iwm_spy"].dropna(), leads, atol=1e-9)


def test_too_few_months_for_placebo_dates_are_a_finding():
    early = rotation("2005-02-28")
    with pytest.raises(NotKnown, match="Russell 2000 less S&P 500: 56 months were known, too few"):
        rot.weigh_rotation(early)
    assert not early.knows("strength")
    assert early.knows("leads", "windows", "lengths")


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


@pytest.mark.parametrize(("months", "known"), [(72, True), (71, False)])
def test_five_years_must_be_known_before_what_is_watched(months, known):
    relative = pd.Series(np.random.default_rng(3).normal(size=240), MONTHS, name="pair")[:months]
    if known:
        assert rot.watch_mean(relative, MONTHS[-1], 99, np.random.default_rng(0)).training == 60
    else:
        with pytest.raises(NotKnown, match="pair: 59 months of reference were known, 60 are"):
            rot.watch_mean(relative, MONTHS[-1], 99, np.random.default_rng(0))


def test_without_funds_to_watch_the_states_are_tested_all_the_same(monkeypatch):
    for name, value in FEW.items():
        monkeypatch.setattr(rot, name, value)
    early = rot.Rotation(
        FiveYears(Information("1995-06-30")), "lo30_hi30", 199, np.random.SeedSequence(1)
    )
    assert not early.knows("monitor")
    _, rng = early._fitted
    best = early.states.switching
    relative = early.inputs.relative("lo30_hi30")
    test = stats.regimes_lr_test(relative, switching=best, draws=19, starts=1, rng=rng)
    assert early.one_regime.p == test.p


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


class FiveYears(HistoryInputs):
    """Enough for two states where nothing is monitored."""

    def relative(self, pair):
        return super().relative(pair).iloc[-60:]


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
