"""Has small led before? Pairs measured alike, and the count of earlier leads, by rules and by hand."""

from dataclasses import replace

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


def test_growth_is_a_result_once_all_could_be_reported_on_both_sides():
    """45 days after a quarter, and two months after a year as FactSet takes the final number of a year."""
    for period, day, kind in (
        ("2024Q2", "2024-08-14", "result"),
        ("2024Q2", "2024-08-13", "estimate"),
        ("2025", "2026-02-28", "result"),
        ("2025", "2026-01-31", "estimate"),  # a year that is over, its results not in
    ):
        shared = {"target": period, "kind": "outcome"}
        for early in (SMALL, LARGE):
            late = [side | {"known": "2026-03-31"} for side in (SMALL, LARGE) if side is not early]
            found = pair(early | {"known": day}, *late, **shared)
            assert found["kind"].tolist() == [kind], (period, day)
    assert pair(SMALL, LARGE)["kind"].tolist() == ["forecast"]


def test_the_pairs_of_every_universe_name_theirs(found):
    pairs = found.all_pairs
    assert pairs["universe"].unique().tolist() == ["Russell 2000", "S&P 600", "US small caps"]
    own = pairs[pairs["universe"] == "Russell 2000"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, found.pairs, check_dtype=False)
    with pytest.raises(NotKnown, match="both sides alike"):
        handoff.pair_universes(quotations(SMALL))


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


# --- is a lead promised ---------------------------------------------------------------------------------

RECENT = pd.Timestamp("2025-08-16")


def promise(*leads, **said):
    rows = [
        side | {"url": str(page), "publisher": f"page {page} (someone)"}
        for page, lead in enumerate(leads)
        for side in (SMALL | {"figure": 10.0 + lead}, LARGE)
    ]
    return handoff.pair_forecasts(handoff.pair_universes(quotations(*rows, **said)), RECENT)


def test_each_publisher_votes_on_a_clear_lead_once():
    evidence = handoff.weigh_promised_lead(promise(5.0, 4.9, 20.0))
    assert list(evidence.checks.values()) == [True, False, True]
    assert next(iter(evidence.checks)) == "page 0, Russell 2000, +5 points"
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high, evidence.n) == (5.0, 4.9, 20.0, 3)
    assert verdict(load_claim("E6"), "stated", evidence).word == "true"
    again = promise(1.0, 9.0, publisher="the same").assign(publisher="the same")
    assert handoff.pair_forecasts(again, RECENT)["lead"].tolist() == [9.0]


def test_old_pairs_results_and_other_years_promise_nothing():
    for said in ({"known": "2025-08-15"}, {"kind": "outcome"}, {"target": "2027"}):
        assert promise(9.0, **said).empty


def test_second_hand_pairs_have_no_vote():
    evidence = handoff.weigh_promised_lead(promise(9.0, confidence="second-hand"))
    assert verdict(load_claim("E6"), "stated", evidence).word == "no source found"


def test_the_promised_leads_by_hand(found):
    """Russell 2000: 63-16 and 35-14; brokers: 18-13 and 14.6-13.8; S&P 600: 15.4-14.9. Nobody prints 6.5."""
    evidence = found.answers["E6"].stated
    leads = sorted(round(float(name.split(", ")[-1].split()[0]), 2) for name in evidence.checks)
    assert leads == [0.5, 0.8, 5.0, 21.0, 47.0]
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high) == pytest.approx((5.0, 0.5, 47.0))
    assert sum(evidence.checks.values()) == 3
    assert verdict(load_claim("E6"), "stated", evidence).word == "true in part"
    assert evidence.note.startswith(
        "5 of 5 publishers see small-cap earnings grow faster in 2026, 3 by 5"
    )
    assert "Russell 2000 21 to 47" in evidence.note


def test_the_word_is_the_same_at_the_lead_claimed_itself(found):
    claimed = load_claim("E6").claimed_number
    clear = [lead >= claimed for lead in (0.5, 0.8, 5.0, 21.0, 47.0)]
    evidence = replace(found.answers["E6"].stated, checks=dict(enumerate(clear)))
    assert verdict(load_claim("E6"), "stated", evidence).word == "true in part"


# --- earlier leads --------------------------------------------------------------------------------------

NOBODY = pd.DataFrame(columns=["period", "publisher", "vendor", "confidence", "known", "url"])


def results(*periods, lead=5.0, **said):
    shared = {"kind": "outcome", "known": "2026-12-31"} | said
    rows = [SMALL | {"figure": 10 + lead, "target": one, "url": one} for one in periods]
    rows += [LARGE | {"figure": 10.0, "target": one, "url": one} for one in periods]
    return pair(*rows, **shared)


def statement(period):
    row = [period, "a page (LSEG)", "LSEG", "verbatim", pd.Timestamp("2024-11-15"), "s"]
    return pd.DataFrame([row], columns=NOBODY.columns)


def test_leads_count_from_2021_to_the_year_before_the_forecast():
    found = handoff.earlier_leads(
        results("2020", "2020Q4", "2021", "2021Q2", "2025Q4", "2025", "2026", "2026Q1")
    )
    assert found["period"].tolist() == ["2021", "2021Q2", "2025", "2025Q4"]
    assert (found["lead"] == 5.0).all()


def test_a_small_lead_a_lag_a_forecast_and_an_early_estimate_are_no_clear_leads():
    for rows in (
        results("2024", lead=4.9),
        results("2024", lead=-1.0),
        results("2024", kind="forecast"),
        results("2024", known="2025-01-31"),
    ):
        assert handoff.earlier_leads(rows).empty


def weigh(*tables, stated=NOBODY):
    return handoff.weigh_first_lead(pd.concat(tables, ignore_index=True), stated)


def test_the_count_is_of_clear_leads_and_its_sample_of_periods():
    evidence = weigh(results("2022"), results("2023", lead=0.0), results("2024", lead=-2.0))
    assert (evidence.estimate, evidence.n) == (1.0, 3)
    assert "2022, Russell 2000 15 percent against 10 (a page)" in evidence.note
    assert verdict(load_claim("E3"), "stated", evidence).word == "false"
    none = weigh(results("2023", lead=-2.0))
    assert (none.estimate, none.n) == (0.0, 1)
    assert none.note.startswith("No earlier period")
    assert verdict(load_claim("E3"), "stated", none).word == "true"


def test_estimates_and_words_are_told_and_not_counted():
    early = results("2025", lead=30.0, known="2026-01-31")
    evidence = weigh(results("2023", lead=-2.0), early, stated=statement("2024Q2"))
    assert (evidence.estimate, evidence.n) == (0.0, 1)
    assert "not counted: 2025, Russell 2000 40 percent against 10 (a page)" in evidence.note
    assert "not counted: 2024Q2 (LSEG)" in evidence.note
    for period in ("2020Q4", "2026Q1"):
        assert period not in weigh(results("2023"), stated=statement(period)).note


def test_second_hand_leads_alone_and_no_results_at_all_settle_nothing():
    with pytest.raises(NotKnown, match="Only second-hand pages"):
        weigh(results("2024", confidence="second-hand"))
    with pytest.raises(NotKnown, match="No result since 2021"):
        weigh(results("2024", known="2025-01-31"))
    second = weigh(results("2024", lead=-2.0, confidence="second-hand"))
    assert second.estimate == 0.0  # that no lead was found needs no first-hand page


def test_the_lead_of_2021_by_hand(found):
    """Zacks, August 2021: S&P 600 +205.5 percent (561 of 600), S&P 500 +97.8 (466 of 500), both reported.

    First Eagle's 45 against 13 for 2025 is of January 2026, before the results; LSEG's 2024Q2 is said in words.
    """
    files = pd.read_csv(data_dir() / "published" / "consensus_record.csv")
    zacks = files[(files["target"] == "2021Q2") & files["metric"].str.endswith("actual")]
    assert zacks.set_index("group")["value"].to_dict() == {"S&P 600": 205.5, "S&P 500": 97.8}
    assert (zacks["vendor"] == "Zacks").all()
    leads = found.leads[["period", "universe", "small", "large"]]
    assert leads.values.tolist() == [["2021Q2", "S&P 600", 205.5, 97.8]]
    evidence = found.answers["E3"].stated
    assert evidence.estimate == 1
    assert "2021Q2, S&P 600 205.5 percent against 97.8 (Zacks)" in evidence.note
    assert "not counted: 2025, Russell 2000 45 percent against 13 (First Eagle" in evidence.note
    assert "not counted: 2024Q2 (LSEG)" in evidence.note
    assert verdict(load_claim("E3"), "stated", evidence).word == "false"


def test_the_count_is_the_same_whichever_pair_is_drawn(info, found):
    for name in handoff.PAIRS:
        other = earnings.examine(info, index_pair=name)
        counted = handoff.weigh_first_lead(other.all_pairs, other.stated)
        assert counted.estimate == found.answers["E3"].stated.estimate
