"""Has small led before? Pairs measured alike, and the count of earlier leads, by rules and by hand."""

import pandas as pd
import pytest

from helpers.data.paths import data_dir
from helpers.errors import NotKnown, ParameterError
from helpers.topics import earnings
from helpers.topics.earnings import handoff
from helpers.trial import load_claim, verdict
from made_up_quotations import quotations

SMALL, LARGE = {"group": "Russell 2000"}, {"group": "S&P 500"}


def pair(*rows, **shared):
    return handoff.pair_quotations(quotations(*rows, **shared), "Russell 2000", "S&P 500")


# --- measured alike -------------------------------------------------------------------------------------


def test_one_page_gives_both_sides_whoever_measured():
    (row,) = pair(
        SMALL | {"figure": 9.0, "known": "2026-01-02"},
        LARGE | {"figure": 4.0, "known": "2026-01-03"},
    ).to_dict("records")
    assert (row["small"], row["large"], row["lead"]) == (9.0, 4.0, 5.0)
    assert (row["measured_by"], row["publisher"]) == ("a page", "a page")
    assert (row["period"], row["kind"], row["url"]) == ("2026", "forecast", "a")
    assert row["known"] == pd.Timestamp("2026-01-03")  # a pair is known when both are


def test_two_pages_meet_when_one_vendor_measured_both():
    (row,) = pair(SMALL | {"url": "b"}, LARGE, vendor="LSEG").to_dict("records")
    assert (row["measured_by"], row["publisher"]) == ("LSEG", "a page")


@pytest.mark.parametrize(
    "differs",
    [
        {"url": "b"},  # no vendor named: two pages may count differently
        {"url": "b", "vendor": "LSEG"},
        {"vendor": "LSEG"},  # one page that quotes two vendors
        {"target": "2025"},
        {"kind": "outcome"},
        {"machine_written": True},
        {"group": "S&P 500 ex Mag 7"},
    ],
)
def test_what_is_not_measured_alike_is_no_pair(differs):
    with pytest.raises(NotKnown, match="growth of Russell 2000 and S&P 500 alike"):
        pair(SMALL, LARGE | differs)


def test_the_same_page_goes_before_the_vendor_s_other_pages():
    found = pair(SMALL, LARGE | {"figure": 1.0}, LARGE | {"figure": 2.0, "url": "b"}, vendor="LSEG")
    assert found["large"].tolist() == [1.0]


def test_of_a_vendor_s_dates_the_nearest_two_meet():
    rows = [LARGE | {"known": f"2026-01-{day}", "url": day} for day in ("01", "14", "28")]
    found = pair(SMALL | {"known": "2026-01-16"}, *rows, vendor="LSEG")
    assert found["known"].tolist() == [pd.Timestamp("2026-01-16")]
    other = [one | {"figure": float(k)} for k, one in enumerate(rows)]
    assert len(pair(SMALL, *other, vendor="LSEG")) == 3  # figures that differ are shown


def test_pages_of_one_day_stay_in_the_order_of_the_table():
    pages = [f"page {k}" for k in range(40)]
    rows = [
        side | {"url": page, "publisher": page, "figure": float(k)}
        for k, page in enumerate(pages)
        for side in (SMALL, LARGE)
    ]
    assert pair(*rows)["publisher"].tolist() == pages


def test_a_pair_is_as_well_read_as_its_weaker_side():
    sides = [("verbatim", "verbatim"), ("derived", "derived"), ("verbatim", "second-hand")]
    found = [pair(SMALL | {"confidence": one}, LARGE | {"confidence": two}) for one, two in sides]
    read = [table["confidence"].item() for table in found]
    assert read == ["verbatim", "derived", "second-hand"]


def test_pairs_of_the_snapshot_are_published_alike(found):
    by_url = found.quotations.groupby("url")["vendor"].first()
    for row in found.pairs.itertuples():
        assert row.measured_by in (row.publisher, by_url[row.url])
    own = found.pairs["publisher"].str.startswith("First Eagle")
    first_eagle = found.pairs[(found.pairs["period"] == "2026") & own]
    assert first_eagle[["small", "large", "lead"]].values.tolist() == [[63.0, 16.0, 47.0]]
    order = found.pairs[["period", "known"]]
    assert order.equals(order.sort_values(["period", "known"], kind="stable", ignore_index=True))


def test_an_unknown_pair_is_refused_with_the_known_ones(info):
    with pytest.raises(ParameterError, match="russell2000_sp500"):
        earnings.examine(info, index_pair="nasdaq")


# --- earlier leads --------------------------------------------------------------------------------------

NOBODY = pd.DataFrame(columns=["period", "publisher", "confidence", "known", "url"])


def leads(*periods, lead=5.0, kind="outcome", stated=NOBODY):
    rows = [SMALL | {"figure": 10 + lead, "target": one, "url": one} for one in periods]
    rows += [LARGE | {"figure": 10.0, "target": one, "url": one} for one in periods]
    return handoff.earlier_leads(pair(*rows, kind=kind), stated)


def statement(period):
    return pd.DataFrame(
        [[period, "LSEG", "verbatim", pd.Timestamp("2024-11-15"), "s"]], columns=NOBODY.columns
    )


def test_leads_count_from_2021_to_the_year_before_the_forecast():
    found = leads("2020", "2020Q4", "2021", "2021Q2", "2025Q4", "2025", "2026", "2026Q1")
    assert found["period"].tolist() == ["2021", "2021Q2", "2025", "2025Q4"]
    assert (found["lead"] == 5.0).all()


def test_a_tie_a_lag_and_a_forecast_are_no_leads():
    for rows in (leads("2024", lead=0.0), leads("2024", lead=-1.0), leads("2024", kind="forecast")):
        assert rows.empty
        assert "confidence" in rows


def test_a_statement_in_words_counts_once_and_within_the_same_years():
    assert leads("2024Q2", stated=statement("2024Q2"))["lead"].tolist() == [5.0]
    found = leads("2023", stated=statement("2024Q2"))
    assert found["period"].tolist() == ["2023", "2024Q2"]
    assert found["measured_by"].tolist() == ["a page", "LSEG"]
    assert found["small"].isna()[1]
    for period in ("2020Q4", "2026Q1"):
        assert leads("2023", stated=statement(period))["period"].tolist() == ["2023"]


def test_the_leads_of_the_snapshot_by_hand(found):
    """From the files: results by vendor, both sides, since 2021; and the one statement, LSEG on 2024Q2."""
    files = pd.concat(
        pd.read_csv(data_dir() / "published" / f"{name}.csv")
        for name in ("earnings_growth", "consensus_record")
    )
    rows = files[(files["quantity"] == "EPS growth") & (files["known"] <= "2026-02-16")]
    rows = rows[(rows["kind"] == "outcome") & ~rows["machine_written"] & rows["vendor"].notna()]
    both = rows[rows["group"] == "Russell 2000"].merge(
        rows[rows["group"] == "S&P 500"], on=["target", "vendor"]
    )
    both = both[(both["target"] >= "2021") & (both["target"] < "2026")]
    led = set(both.loc[both["value_x"] > both["value_y"], "target"])
    said = files.loc[files["text"].fillna("").str.contains("overtook"), "period"]
    assert set(found.leads["period"]) == led | set(said) == {"2024Q2", "2025"}
    assert found.evidence["E3"].estimate == 2
    assert set(both["target"]) - led == {"2024Q1"}  # a period without a lead
    assert found.evidence["E3"].n == 3
    assert "without one: 2024Q1" in found.evidence["E3"].note


def test_earlier_leads_by_index_pair(info):
    screened = earnings.examine(info, index_pair="sp600_sp500")
    assert screened.leads["period"].tolist() == ["2021Q2"]  # the rebound: Zacks, August 2021
    assert screened.stated.empty
    universes = earnings.examine(info, index_pair="broker_universes")
    evidence = universes.evidence["E3"]
    assert verdict(load_claim("E3"), evidence).word == "not testable"
    assert evidence.not_testable.startswith("No outcome since 2021")


# --- the claim ------------------------------------------------------------------------------------------

PROMISED = (SMALL | {"figure": 10.5}, LARGE)  # any lead is one


def weigh(*rows, stated=NOBODY):
    pairs = pair(*PROMISED, *rows)
    return handoff.weigh_first_lead(pairs, handoff.earlier_leads(pairs, stated))


def result(period, small, **said):
    shared = {"target": period, "kind": "outcome", "url": period} | said
    return SMALL | shared | {"figure": small}, LARGE | shared


def test_the_count_is_of_leads_and_its_sample_of_periods():
    evidence = weigh(*result("2022", 10.5), *result("2023", 10.0), *result("2024", 8.0))
    assert (evidence.estimate, evidence.n) == (1.0, 3)
    assert "Earlier leads: 2022 (a page)" in evidence.note
    assert "Periods without one: 2023, 2024." in evidence.note
    none = weigh(*result("2023", 8.0))
    assert (none.estimate, none.n) == (0.0, 1)
    assert "Earlier leads: none" in none.note
    assert verdict(load_claim("E3"), none).word == "confirmed"
    assert verdict(load_claim("E3"), evidence).word == "contradicted"


def test_without_results_a_statement_is_enough():
    evidence = weigh(stated=statement("2024Q2"))
    assert (evidence.estimate, evidence.n) == (1.0, 1)
    assert "Periods without one: none" in evidence.note


def test_a_lead_nobody_promises_cannot_be_the_first():
    pairs = pair(SMALL | {"figure": 10.0}, LARGE, *result("2024", 12.0))
    with pytest.raises(NotKnown, match="ahead of large growth in 2026"):
        handoff.weigh_first_lead(pairs, handoff.earlier_leads(pairs, NOBODY))


def test_second_hand_leads_alone_and_no_results_at_all_settle_nothing():
    with pytest.raises(NotKnown, match="Only second-hand pages"):
        weigh(*result("2024", 12.0, confidence="second-hand"))
    with pytest.raises(NotKnown, match="No outcome since 2021"):
        weigh()
    second = weigh(*result("2024", 8.0, confidence="second-hand"))
    assert second.estimate == 0.0  # that no lead was found needs no first-hand page
