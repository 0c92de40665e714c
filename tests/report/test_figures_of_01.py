"""Figures of notebook 01: units on the axes, every line named, and a reason where nothing was known."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from drawn_numbers import assert_download_is_what_is_drawn
from helpers import data
from helpers.report.figures import debt as debt_figures
from helpers.report.figures import rates as rate_figures
from helpers.report.sources import figure_of
from helpers.topics import debt, rates

mpl.use("Agg")
OF_RATES = [
    rate_figures.plot_policy_path,
    rate_figures.plot_cycles,
    rate_figures.plot_real_rate,
    rate_figures.plot_stance,
]
OF_DEBT = [
    debt_figures.plot_floating_shares,
    debt_figures.plot_pass_through,
    debt_figures.plot_effective_rates,
    debt_figures.plot_parts,
    debt_figures.plot_uplift,
    debt_figures.plot_sensitivity,
    debt_figures.plot_response,
]


@pytest.fixture(scope="module")
def on_article_date():
    info = data.Information("2026-02-16")
    return {"rates": rates.examine(info), "debt": debt.examine(info, draws=256)}


@pytest.fixture(scope="module")
def long_before():
    info = data.Information("1995-06-30")
    return {"rates": rates.examine(info), "debt": debt.examine(info, draws=256)}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("plot", OF_RATES + OF_DEBT)
def test_axes_say_what_they_show(plot, on_article_date):
    drawn = np.ravel(plot(on_article_date["rates" if plot in OF_RATES else "debt"]))
    for ax in drawn:
        assert ax.get_title(loc="left") or ax.get_title()
        assert ax.get_xlabel() or ax.get_ylabel()
    _, labels = drawn[0].get_legend_handles_labels()
    assert labels
    assert not any(label.startswith("_") for label in labels)
    assert_download_is_what_is_drawn(figure_of(drawn[0]))


@pytest.mark.parametrize("plot", [rate_figures.plot_stance, *OF_DEBT[:-1]])
def test_an_empty_picture_gives_its_reason(plot, long_before):
    (ax,) = np.ravel(plot(long_before["rates" if plot in OF_RATES else "debt"]))
    assert not ax.lines
    assert not ax.collections
    assert len(ax.texts) == 1
    assert ax.texts[0].get_text().endswith((".", "as_of."))


def test_the_waterfall_ends_where_the_parts_sum_to(on_article_date):
    parts = on_article_date["debt"].model.parts
    for ax, column in zip(
        debt_figures.plot_parts(on_article_date["debt"]).flat, ("level", "growth"), strict=True
    ):
        last = ax.containers[-1].patches[0]
        assert last.get_width() == pytest.approx(parts[column].sum())


def test_the_explored_curve_follows_its_controls(on_article_date):
    def fall(**controls):
        start = {"cut_bp": 175.0, "floating_share": 40.0, "coupon_reset": 1.5}
        ax = debt_figures.plot_bill_over_time(on_article_date["debt"], **start | controls)
        return ax.lines[0].get_ydata()

    start, none = fall(), fall(cut_bp=0.0)
    assert start[0] > 0
    assert none[0] == 0
    assert start - none == pytest.approx(start[0])  # refinancing does not depend on the cut
    assert fall(coupon_reset=0.0) == pytest.approx(start[0])
    assert fall(floating_share=80.0)[0] == pytest.approx(2 * start[0])
