"""The interest bill model against what others computed or measured, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range, central
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt import inputs as known
from helpers.topics.debt.bill_model import EFFECT_INPUTS
from helpers.topics.debt.interest_bill import (
    BalanceSheet,
    bill_effect,
    floating_saving,
    tax_on_saving,
)
from helpers.topics.debt.who_floats import (
    HIKES,
    loading,
    table_effective_rates,
    table_pass_through,
)

if TYPE_CHECKING:
    from helpers.data import Information

RANKS = (LARGE_RANKS, "501-1000", SMALL_RANKS)
NO_DRAG = {"hedge_share": 0.0, "maturity_share": 0.0, "coupon_reset": 0.0, "pass_through": 100.0}
FEDERAL_TAX = 21.0


def filings_uplift(info: Information, rank: str, cut: float) -> float:
    """Uplift of net income of profitable firms, percent: loadings of filings alone, no refinancing, no hedges."""
    sheet = known.profitable_sheet(info, rank)
    effect = bill_effect(
        sheet,
        cut,
        0.0,
        floating_share=loading(table_pass_through(info), HIKES, "quarterly, gross of cash", rank),
        cash_loading=known.cash_loadings(info, rank).mid,
        **NO_DRAG,
    )
    return 100.0 * float(effect.net) * (1.0 - FEDERAL_TAX / 100.0) / sheet.net_income


def table_checks(info: Information, ranges: dict[str, Range]) -> pd.DataFrame:
    """Outside figures beside ours: check, theirs, ours, unit, reading. Checks not published by the date are absent."""
    rows = [
        *_filings(info),
        *_all_listed(info),
        *_operating_earnings(info, ranges),
        *_mirror(info, ranges),
    ]
    return pd.DataFrame(rows, columns=["check", "theirs", "ours", "unit", "reading"])


def _filings(info: Information) -> list[tuple]:
    stated = info.table("eps_uplift").set_index(["rank", "shock_bp"])[
        "after_tax_uplift_pct_of_net_income"
    ]
    names = {SMALL_RANKS: "small", LARGE_RANKS: "large"}
    return [
        (
            f"Filings, {names[rank]} caps, {shock} bp",
            float(stated[rank, shock]),
            filings_uplift(info, rank, shock / 100.0),
            "percent of net income",
            "same inputs: reproduces the published arithmetic",
        )
        for rank in names
        for shock in (175, 58)
    ]


def _all_listed(info: Information) -> list[tuple]:
    """The Board's 2017 exercise had the same size: 175 basis points up, all nonfinancial corporations."""
    try:
        theirs = info.published("extra interest payments, rise to 3% by 2019").mid
    except NotKnown:
        return []
    table = table_pass_through(info)
    ours = sum(
        float(
            floating_saving(
                known.exposures(info, rank)["debt_bn"],
                1.75,
                floating_share=loading(table, HIKES, "quarterly, gross of cash", rank),
            )
        )
        for rank in RANKS
    )
    return [
        (
            "FEDS Notes 2017, +175 bp, year three",
            theirs,
            ours,
            "USD bn a year",
            "listed nonfinancial firms, 2024 debt",
        )
    ]


def _operating_earnings(info: Information, ranges: dict[str, Range]) -> list[tuple]:
    inputs = effect_inputs(ranges)
    sheet = known.all_firms_sheet(info, SMALL_RANKS)
    row = known.exposures(info, SMALL_RANKS)
    ebit = row["net_interest_bn"] / row["net_interest_pct_of_ebit"] * 100.0
    floating = 100.0 * float(bill_effect(sheet, 0.25, 0.0, **inputs).net) / ebit
    due = (1.0 - inputs["floating_share"] / 100.0) * min(
        inputs["maturity_share"] * 5.0 / 100.0, 1.0
    )
    repriced = floating + 0.25 * sheet.debt * due / ebit
    rows = []
    for label, metrics, convert in (
        ("BofA, 25 bp", ("operating-earnings sensitivity to +25bp",), lambda change: -change),
        (
            "BofA, 25 bp from its five-year hits",
            (
                "five-year hit to operating earnings from net interest, no cuts",
                "five-year hit to operating earnings from net interest, 100bp of cuts",
            ),
            lambda no_cuts, cuts: (no_cuts - cuts) / 4.0,
        ),
    ):
        try:
            theirs = convert(*(info.published(metric, "Russell 2000").mid for metric in metrics))
        except NotKnown:
            continue
        unit = "percent of operating earnings"
        rows.append(
            (label, theirs, floating, unit, "all firms, losses included; ours: floating debt only")
        )
        rows.append(
            (
                f"{label}, five years on",
                theirs,
                repriced,
                unit,
                "ours: debt due within five years repriced too",
            )
        )
    return rows


def _mirror(info: Information, ranges: dict[str, Range]) -> list[tuple]:
    """The hikes of 2022-23 run through the same accounting must raise the effective rate as it rose."""
    rates = table_effective_rates(info)
    first, last = pd.Period("2022Q1", "Q"), pd.Period("2023Q4", "Q")
    if rates is None or not {first, last} <= set(rates.index):
        return []
    change = rates.loc[last] - rates.loc[first]
    row = known.exposures(info, SMALL_RANKS)
    sheet = BalanceSheet(
        group="one hundred of debt", debt=100.0, cash=100.0 * row["cash_bn"] / row["debt_bn"]
    )
    published = effect_inputs(ranges) | {
        "coupon_reset": known.coupon_resets(info, last.asfreq("M")).mid
    }
    gross = loading(table_pass_through(info), HIKES, "quarterly, gross of cash", SMALL_RANKS)
    filed = published | {
        "pass_through": 100.0 * gross / published["floating_share"],
        "hedge_share": 0.0,
    }
    years = (last - first).n / 4.0
    rows = [
        (
            f"Mirror: hikes of 2022-23, {name}",
            float(change["small, aggregate"]),
            -float(bill_effect(sheet, -change["funds rate"], years, **inputs).net),
            "points of the net rate on debt",
            "theirs: measured in filings of small caps",
        )
        for name, inputs in (("published shares", published), ("pass-through in hikes", filed))
    ]
    try:
        outcome = info.published("EPS growth CY2023", "Russell 2000").mid
    except NotKnown:
        return rows
    before, after = known.average_rates(info, year=2023)
    profitable = known.profitable_sheet(info, SMALL_RANKS)
    gain = bill_effect(profitable, before - after, 1.0, **published).net * (
        1.0 - central(ranges)["tax"] / 100.0
    )
    ours = 100.0 * float(gain) / profitable.net_income
    return [
        *rows,
        (
            "Mirror: earnings of 2023",
            outcome,
            ours,
            "percent of net income",
            "theirs: all causes; ours: interest alone",
        ),
    ]


def effect_inputs(ranges: dict[str, Range]) -> dict[str, float]:
    """Central values of the inputs that `bill_effect` takes."""
    middle = central(ranges)
    return {name: middle[name] for name in EFFECT_INPUTS}


def table_interest_limit(info: Information, cut: float, ranges: dict[str, Range]) -> pd.DataFrame:
    """Tax on the saving under section 163(j): all firms and the profitable base, by interest and operating income."""
    inputs = effect_inputs(ranges)
    row = known.exposures(info, SMALL_RANKS)
    everyone, profitable = (
        known.all_firms_sheet(info, SMALL_RANKS),
        known.profitable_sheet(info, SMALL_RANKS),
    )
    interest = {
        everyone.group: float(row["net_interest_bn"]),
        profitable.group: float(row["net_interest_bn"]) * profitable.debt / everyone.debt,
    }
    income = {
        everyone.group: float(row["net_interest_bn"] / row["net_interest_pct_of_ebit"] * 100.0),
        profitable.group: profitable.net_income / (1.0 - FEDERAL_TAX / 100.0)
        + interest[profitable.group],
    }
    rows = []
    for sheet in (everyone, profitable):
        saving = float(bill_effect(sheet, cut, 0.0, **inputs).net)
        tax = float(
            tax_on_saving(
                saving,
                interest=interest[sheet.group],
                adjusted_income=income[sheet.group],
                tax=FEDERAL_TAX,
            )
        )
        rows.append(
            (
                sheet.group,
                interest[sheet.group],
                income[sheet.group],
                saving,
                tax,
                100.0 * tax / saving if saving else 0.0,
            )
        )
    return pd.DataFrame(
        rows, columns=["base", "net interest", "EBIT", "saving", "tax on it", "tax rate on it"]
    )
