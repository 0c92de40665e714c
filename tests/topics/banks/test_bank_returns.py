"""Claim W1: leads and abnormal returns, recomputed from the files, and who is a small cap."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers import stats
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics.banks import returns
from helpers.topics.common.leads import Lead
from helpers.trial import load_claim, load_line, verdict
from made_up_quotations import quotations

CUT = "2024-09"


def snapshot(name):
    return pd.read_csv(data_dir() / "snapshot" / f"{name}.csv", index_col="period")


@pytest.fixture(scope="module")
def moves():
    rows = pd.read_csv(data_dir() / "snapshot" / "market_moves.csv")
    span = rows[(rows["start"] == "2025-12-31") & (rows["end"] == "2026-02-13")]
    return span.set_index("ticker")["total_return"]


def test_leads_are_whole_months_since_the_cut_and_closing_prices_of_this_year(found, moves):
    funds = snapshot("etf_monthly_returns").loc["2024-10":"2025-12"]
    this_year = np.log1p(moves / 100)
    table = found.leads.set_index(["bank", "against", "window"])["lead"]
    for ticker, bank in returns.BANKS.items():
        for other, against in returns.AGAINST.items():
            year = 100 * (this_year[ticker] - this_year[other])
            before = 100 * (np.log1p(funds[ticker] / 100) - np.log1p(funds[other] / 100)).sum()
            assert table[bank, against, "this year"] == pytest.approx(year)
            assert table[bank, against, "since the cut"] == pytest.approx(before + year)


def test_ranks_count_every_other_window_as_long(found):
    funds = snapshot("etf_monthly_returns").loc[:"2026-01"]
    months = 100 * (np.log1p(funds["kre"] / 100) - np.log1p(funds["spy"] / 100)).dropna()
    row = found.leads.query("bank == 'regional-bank fund' and against == 'S&P 500'")
    row = row.set_index("window").loc["since the cut"]
    assert row["months"] == 17
    # 2026-02 is no whole month: the lead to its 13th is taken from the row itself.
    months["2026-02"] = row["lead"] - months["2024-10":].sum()
    sums = months.rolling(17).sum().dropna()
    assert row["of"] == len(sums) - 1
    assert row["as large"] == (sums.iloc[:-1] >= sums.iloc[-1] - 1e-9).sum()


def test_the_abnormal_return_is_one_regression_on_the_months_before(found):
    factors, industries = snapshot("factors_monthly"), snapshot("industries_monthly")
    both = industries[["banks"]].join(factors, how="inner").loc[:"2025-12"]
    past, then = both.loc["2019-10":CUT], both.loc["2024-10":]
    design = np.column_stack([np.ones(60), past[["mkt_rf", "smb"]]])
    slopes, *_ = np.linalg.lstsq(design, past["banks"] - past["rf"], rcond=None)
    expected = then["rf"] + then[["mkt_rf", "smb"]] @ slopes[1:]
    abnormal = 100 * (np.log1p(then["banks"] / 100) - np.log1p(expected / 100)).sum()
    evidence = found.answers["W1"].used
    assert len(then) == evidence.n == found.months == 15
    assert evidence.estimate == pytest.approx(abnormal * 12 / 15)
    row = found.beyond_exposures.loc["bank industry portfolio"]
    assert (row["market"], row["size"]) == pytest.approx(tuple(slopes[1:]))


def test_banks_stand_among_all_49_industries_and_all_windows(found):
    abnormal = found.industries["abnormal"]
    assert len(abnormal) == 49
    assert abnormal["banks"] == pytest.approx(
        found.beyond_exposures["abnormal"]["bank industry portfolio"]
    )
    below = (abnormal < abnormal["banks"]).sum()
    assert f"more than {below} of 48 other industries" in found.answers["W1"].used.note
    windows = found.abnormal.sums["bank industry portfolio"]
    row = found.beyond_exposures.loc["bank industry portfolio"]
    assert row["of"] == len(windows) - 1 > 1_000
    assert row["as large"] == (windows.iloc[:-1] >= windows.iloc[-1]).sum()


def test_the_named_banks_are_no_definition_of_the_sector(found):
    evidence = found.answers["W1"].used
    assert tuple(evidence.definitions) == load_line("W1", "used").definitions
    assert not {"KeyCorp", "Huntington"} & set(evidence.definitions)
    assert {"KeyCorp", "Huntington"} <= set(found.beyond_exposures.index)


def test_neither_is_a_small_cap(found):
    """Trefis, 11 February 2026; TradingKey, 19 December 2025; Stephens through Reuters: 4.6 billion dollars."""
    sizes = found.sizes
    assert sizes["market value"].to_dict() == {"KeyCorp": 23.35, "Huntington": 27.1}
    assert sizes["in the S&P 500 since"].to_dict() == {
        "KeyCorp": "1994-03-01",
        "Huntington": "1997-08-28",
    }
    assert (sizes["market value"] > sizes["largest small cap"]).all()
    assert "Small caps they are not" in found.answers["W1"].stated.note


def test_the_last_word_on_a_size_counts():
    def pages(*rows):  # synthetic
        return quotations(*({"group": "KeyCorp", "period": "", "text": ""} | row for row in rows))

    values = pages({"figure": 1.0}, {"figure": 2.0, "period": "2026-02-01"})
    members = pages({"text": "1990-01-01"}, {"text": "1994-03-01"})
    row = returns.table_sizes(values, members, pages({"figure": 4.0}, {"figure": 4.6})).loc[
        "KeyCorp"
    ]
    assert (row["market value"], row["day"]) == (2.0, "2026-02-01")
    assert (row["in the S&P 500 since"], row["largest small cap"]) == ("1994-03-01", 4.6)


def test_without_a_source_nothing_is_said_of_their_size(at):
    early = at("2024-10-31")
    assert not early.knows("sizes")
    assert "mall caps they are not" not in early.answers["W1"].stated.note


def lead(*months, last="2026-02-13"):
    """A synthetic relative return that ends with the given months."""
    before = [0.0] * (80 - len(months))
    index = pd.period_range(end="2026-02", periods=80, freq="M")
    return Lead(pd.Series([*before, *months], index), pd.Timestamp(last).date())


def weighed(key, hban, kre):
    """Evidence from synthetic leads of a year, the last two months of it this year."""
    leads = {
        (returns.BANKS[name], "S&P 500"): lead(*months)
        for name, months in (("key", key), ("hban", hban), ("kre", kre))
    }
    lengths = {returns.CUT: 3, returns.YEAR: 2}
    return returns.weigh_leads(returns.table_leads(leads, lengths), "")


def test_the_note_counts_the_comparisons_and_tells_each_lead(found):
    stated = found.answers["W1"].stated
    market = found.leads.query("against == 'S&P 500'").set_index(["bank", "window"])
    named = [returns.BANKS[one] for one in returns.NAMED]
    leads = {
        window: market["lead"].xs(window, level="window")[named]
        for window in market.index.levels[1]
    }
    both = [leads["since the cut"], leads["this year"]]
    told = [", ".join(f"{bank} {lead:+.1f}" for bank, lead in one.items()) for one in both]
    fund = market.T["regional-bank fund", "since the cut"]
    three, five = (leads[name]["regional-bank fund"] for name in ("three years", "five years"))
    assert stated.note.startswith(
        f"The two banks and the fund led the S&P 500 in {sum((one > 0).sum() for one in both)} of 6 comparisons to "
        f"2026-02-13; in log percent: {told[0]} since the cut; {told[1]} this year. {fund['as large']} of {fund['of']} "
        "other windows as long as that since the cut brought the fund as much. Over longer windows the fund: "
        f"{three:+.1f} over three years, {five:+.1f} over five years. Small caps they are not: KeyCorp 23.4 and "
        "Huntington 27.1 billion dollars, where the Russell 2000 ends at 4.6;"
    )
    assert (stated.estimate, stated.n) == (fund["lead"], fund["of"] + 1)


UP, DOWN, LATE = (1.0, 1.0, 1.0), (-1.0, -1.0, -1.0), (-9.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("leads", "word"),
    [
        ((UP, UP, UP), "true"),
        ((UP, LATE, UP), "true in part"),
        ((DOWN, DOWN, LATE), "true in part"),
        ((DOWN, DOWN, DOWN), "false"),
    ],
)
def test_the_sentence_needs_all_three_over_both_windows(leads, word):
    evidence = weighed(*leads)
    assert tuple(evidence.checks) == load_line("W1", "stated").definitions
    assert verdict(load_claim("W1"), "stated", evidence).word == word


def test_a_lead_of_nothing_is_no_lead_and_half_a_percent_is_one():
    evidence = weighed((0.0,) * 3, (0.5, 0.0, 0.0), UP)
    assert "Over longer windows" not in evidence.note  # none was counted
    checks = evidence.checks
    assert checks["KeyCorp since the cut"] is False
    assert checks["Huntington since the cut"] is True
    assert checks["Huntington this year"] is False


def test_in_january_no_window_of_the_year_is_known(at):
    """On new year's day the last closing price is of the year before."""
    checks = at("2026-01-01").answers["W1"].stated.checks
    assert [checks[f"{bank} this year"] for bank in ("KeyCorp", "Huntington")] == [None, None]
    assert checks["KeyCorp since the cut"] is not None


def test_until_half_a_year_has_passed_there_is_nothing_beyond_exposures(at):
    """Industries are known five weeks after a month: those of March 2025, the sixth, on 5 May."""
    early = at("2025-05-04")
    with pytest.raises(
        NotKnown, match="5 months after the first cut of September 2024 were known, 6 are needed"
    ):
        _ = early.months
    assert early.answers["W1"].used.not_testable
    assert early.answers["W1"].stated.estimate is not None
    assert at("2025-05-05").months == 6


def test_shares_on_rates_are_one_regression_a_sample(found):
    """Since 2009, by statsmodels: month returns less bills on market, size and both changes of rates."""
    factors, industries = snapshot("factors_monthly"), snapshot("industries_monthly")
    yields = snapshot("rates_monthly")[["tbill_3m", "treasury_10y"]]
    moved = pd.DataFrame(
        {
            "short": yields["tbill_3m"].diff(),
            "slope": (yields["treasury_10y"] - yields["tbill_3m"]).diff(),
        }
    )
    both = factors.join([moved, industries["banks"]], how="inner").loc["2009-01":"2025-12"].dropna()
    x = sm.add_constant(both[["mkt_rf", "smb", "short", "slope"]].to_numpy())
    fit = sm.OLS((both["banks"] - both["rf"]).to_numpy(), x).fit()
    row = found.rate_exposures.query("sample == 'since 2009'").iloc[0]
    assert (row["short"], row["slope"]) == pytest.approx(tuple(fit.params[3:]))
    assert row["n"] == len(both) == 204


def test_the_sign_turns_with_the_sample(found):
    """Which is why it stands beside the verdict and not in it."""
    first = found.rate_exposures.groupby("banks")["slope"].first()
    last = found.rate_exposures.groupby("banks")["slope"].last()
    assert (first < 0).all()
    assert (last > 0).all()


def test_ten_years_of_months_are_needed():
    months = pd.period_range("2010-01", periods=120, freq="M")
    rng = np.random.default_rng(3)
    portfolio = pd.DataFrame({"banks": rng.normal(size=120)}, months)
    factors = pd.DataFrame(rng.normal(size=(120, 3)), months, ["mkt_rf", "smb", "rf"])
    bill, bond = (pd.Series(rng.normal(size=120).cumsum(), months) for _ in range(2))
    with pytest.raises(NotKnown, match="Fewer than 120 months"):
        returns.table_rate_exposures(portfolio, factors, bill, bond)  # 119 changes
    earlier = pd.period_range("2009-12", periods=121, freq="M")
    one_more = (pd.Series([0.0, *yields], earlier) for yields in (bill, bond))
    assert len(returns.table_rate_exposures(portfolio, factors, *one_more)) == 3


def test_the_card_has_the_interval_of_the_window_a_year(found):
    evidence, row = found.answers["W1"].used, found.beyond_exposures.loc["bank industry portfolio"]
    a_year = 12 / 15
    assert (evidence.ci_low, evidence.ci_high) == pytest.approx(
        (row["low"] * a_year, row["high"] * a_year)
    )
    assert evidence.p == row["p"]
    b = found.abnormal.b
    assert evidence.mde == pytest.approx(stats.minimum_detectable_effect(row["se"] * a_year, b=b))
    assert evidence.estimate == pytest.approx(row["abnormal"] * a_year)


def test_each_portfolio_has_its_own_interval_a_year_and_the_note_tells_the_sector(found):
    used, table = found.answers["W1"].used, found.beyond_exposures
    a_year = 12 / 15
    for name in returns.ON_TRIAL:
        row = table.loc[name]
        assert used.definitions[name] == pytest.approx(row["abnormal"] * a_year)
        assert used.intervals[name] == pytest.approx((row["low"] * a_year, row["high"] * a_year))
    row = table.loc["bank industry portfolio"]
    assert used.note.startswith(
        f"Beyond market and size, banks earned {row['abnormal'] * a_year:+.1f} percent a year in the 15 months to "
        f"2025-12 (95 percent: {row['low'] * a_year:+.0f} to {row['high'] * a_year:+.0f}): more than"
    )
    assert used.note.endswith(
        f"; {row['as large']:.0f} of {row['of']:.0f} other windows as long brought banks as much."
    )


def test_leads_side_by_side_keep_the_order_of_the_banks(found):
    table = found.lead_table
    assert list(found.leads.columns[:3]) == ["bank", "against", "window"]
    assert found.leads.index.is_unique
    assert table["bank"].drop_duplicates().to_list() == list(returns.BANKS.values())
    assert list(table.columns[2:]) == [
        "since the cut",
        "this year",
        *returns.LONGER,
        "larger windows",
    ]
    row = table[(table["bank"] == "KeyCorp") & (table["against"] == "Russell 2000")].iloc[0]
    long = found.leads.query("bank == 'KeyCorp' and against == 'Russell 2000'").set_index("window")
    assert row["five years"] == long["lead"]["five years"]
    assert row["larger windows"] == long["larger windows"]["since the cut"]


def test_before_a_month_has_passed_the_year_leads(at):
    """On 31 October 2024 no whole month after the cut was known: the first window is that of the year."""
    early = at("2024-10-31")
    assert "since the cut" not in early.lead_table
    evidence = early.answers["W1"].stated
    assert evidence.checks["KeyCorp since the cut"] is None
    year = early.leads.set_index(["bank", "against", "window"])["lead"]
    assert evidence.estimate == year["regional-bank fund", "S&P 500", "this year"]


def test_longer_windows_are_as_many_years_as_they_say():
    years = {"one year": 1, "three years": 3, "five years": 5}
    assert {name: 12 * long for name, long in years.items()} == returns.LONGER
