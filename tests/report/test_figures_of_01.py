"""Figures of notebook 01: units on the axes, every line named, and a reason where nothing was known."""

import pytest

from helpers import data
from helpers.report.figures import debt as debt_figures
from helpers.report.figures import rates as rate_figures
from helpers.topics import debt, rates
from told_pictures import PicturesOfANotebook

DECIDED = ["fed_funds", "fomc_decisions"]
NEUTRAL = ["published: neutral real policy rate", "unemployment_rate_first", "core_pce"]
BILL = ["fomc_decisions", "eps_uplift", "passthrough_gross_vs_cash", "treasury_2y"]
OF_RATES = {  # what each figure reads, among others
    rate_figures.plot_policy_path: DECIDED,
    rate_figures.plot_cycles: DECIDED,
    rate_figures.plot_real_rate: [*NEUTRAL, "nber_recessions"],
    rate_figures.plot_stance: NEUTRAL,
}
OF_DEBT = {
    debt_figures.plot_floating_shares: ["floating_rate_debt"],
    debt_figures.plot_pass_through: ["passthrough_gross_vs_cash"],
    debt_figures.plot_effective_rates: ["effective_net_rate_quarterly"],
    debt_figures.plot_parts: BILL,
    debt_figures.plot_uplift: BILL,
    debt_figures.plot_sensitivity: BILL,
    debt_figures.plot_response: ["lo30", "hi30", "tbill_3m"],
}


@pytest.fixture(scope="module")
def found():
    info = data.Information("2026-02-16")
    return {"rates": rates.examine(info), "debt": debt.examine(info, draws=256)}


@pytest.fixture(scope="module")
def long_before():
    info = data.Information("1995-06-30")
    return {"rates": rates.examine(info), "debt": debt.examine(info, draws=256)}


class TestPictures(PicturesOfANotebook):
    sources = {**OF_RATES, **OF_DEBT}
    known_before = (
        rate_figures.plot_policy_path,
        rate_figures.plot_cycles,
        rate_figures.plot_real_rate,
        debt_figures.plot_response,
    )

    @classmethod
    def part(cls, plot, found):
        return found["rates" if plot in OF_RATES else "debt"]


def test_the_waterfall_ends_where_the_parts_sum_to(found, picture):
    parts = found["debt"].model.parts
    for ax, column in zip(picture(debt_figures.plot_parts).flat, ("level", "growth"), strict=True):
        last = ax.containers[-1].patches[0]
        assert last.get_width() == pytest.approx(parts[column].sum())


def test_the_explored_curve_follows_its_controls(found):
    def fall(**controls):
        start = {"cut_bp": 175.0, "floating_share": 40.0, "coupon_reset": 1.5}
        ax = debt_figures.plot_bill_over_time(found["debt"], **start | controls)
        return ax.lines[0].get_ydata()

    start, none = fall(), fall(cut_bp=0.0)
    assert start[0] > 0
    assert none[0] == 0
    assert start - none == pytest.approx(start[0])  # refinancing does not depend on the cut
    assert fall(coupon_reset=0.0) == pytest.approx(start[0])
    assert fall(floating_share=80.0)[0] == pytest.approx(2 * start[0])
