"""Figures: alternative text that comes from the data, the same bytes each time, the smaller of two formats."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from helpers import data
from helpers.report.alt import MOST, describe, describe_briefly, summary
from helpers.report.figures import style
from helpers.report.html.page import stylesheet
from helpers.report.narrow import rearrange
from helpers.report.picture import lay_out, png, show, svg
from helpers.report.sources import source_line
from helpers.report.svg import PageRenderer
from helpers.report.text import number

values = st.lists(
    st.floats(-1e6, 1e6, allow_nan=False) | st.just(math.nan), min_size=1, max_size=40
)


@pytest.fixture(autouse=True)
def _house_style(shown):
    shown(style.use)


def described(ax) -> str:
    ax.figure.draw_without_rendering()
    return describe(ax.figure)


@pytest.fixture(scope="module")
def plot():
    """Axes on which one line after the other is put, and which no line names: they need no drawing to be told."""
    return Figure().subplots()


@settings(deadline=None, max_examples=40)
@given(values)
def test_a_line_is_described_by_its_ends_and_extremes(plot, series):
    (line,) = plot.plot(range(2000, 2000 + len(series)), series, label="Small")
    text = describe(plot.figure)
    line.remove()
    known = [(2000 + k, value) for k, value in enumerate(series) if math.isfinite(value)]
    assert "nan" not in text
    if not known:
        assert "Small: no values" in text
        return
    low, high = min(known, key=lambda pair: pair[1]), max(known, key=lambda pair: pair[1])
    for year, value in (known[0], known[-1], low, high):
        assert f"{number(value)} at {year}" in text


def test_a_summary_names_positions_of_first_last_lowest_and_highest():
    text = summary("Rate", ["2000", "2001", "2002", "2003"], [1.0, math.nan, -2.5, 4.0])
    assert text == "Rate: from 1 at 2000 to 4 at 2003, lowest −2.5 at 2002, highest 4 at 2003"


def test_real_rates_are_described_by_month():
    rate = data.load("fed_funds", as_of="2026-02-16")
    ax = plt.subplots()[1]
    ax.plot(rate.index.to_timestamp(), rate, label="Policy rate")
    ax.set(title="The policy rate", ylabel="Percent")
    style.shade_recessions(ax, data.recessions())
    text = described(ax)
    assert text.startswith("The policy rate. up: Percent. Policy rate: from ")
    assert f"highest {number(rate.max())} at {rate.idxmax()}" in text
    assert f"to {number(rate.iloc[-1])} at {rate.index[-1]}" in text
    assert "Shaded spans are recessions." in text


@pytest.mark.parametrize("draw", ["bar", "barh"])
def test_bars_are_listed_by_name(draw):
    ax = plt.subplots()[1]
    getattr(ax, draw)(["Small", "Large"], [51.0, -6.0], label="Floating share")
    assert "Floating share: Small 51, Large −6." in described(ax)


def test_bars_of_a_group_take_the_name_of_their_tick():
    ax = plt.subplots()[1]
    ax.bar(np.arange(2) - 0.2, [1, 2], width=0.4, label="A")
    ax.bar(np.arange(2) + 0.2, [3, 4], width=0.4, label="B")
    ax.set_xticks([0, 1], ["cuts", "hikes"])
    assert "A: cuts 1, hikes 2. B: cuts 3, hikes 4." in described(ax)


def test_panels_that_share_an_axis_share_its_names():
    figure, (left, right) = plt.subplots(1, 2, sharey=True)
    left.set_yticks([0, 1], ["coupon\nreset", "tax"])
    left.barh([0, 1], [1, 2], label="Growth")
    right.barh([0, 1], [3, 4], label="Share")
    figure.draw_without_rendering()
    assert describe(figure) == "Growth: coupon reset 1, tax 2. Share: coupon reset 3, tax 4."


def test_names_on_some_ticks_do_not_rename_the_points_between():
    ax = plt.subplots()[1]
    ax.plot([1, 5, 24], [0.0, 3.0, 1.0], label="x")
    ax.set_xticks([1, 12, 24], ["1 month", "1 year", "2 years"])
    assert "highest 3 at 5" in described(ax)


def test_error_bars_are_described_once_by_their_ends():
    ax = plt.subplots()[1]
    ax.errorbar([1.0, 2.0], ["D1", "D2"], xerr=[[0.5, 3.0], [1.0, 1.0]], fmt="o", label="Estimate")
    text = described(ax)
    assert text == "Estimate: D1 1 (0.5 to 2), D2 2 (−1 to 3)."


def test_a_rising_line_is_not_told_twice():
    assert (
        summary("Rate", ["a", "b"], [1.0, 2.0])
        == "Rate: its lowest to its highest, 1 at a to 2 at b"
    )
    assert (
        summary("Rate", ["a", "b"], [2.0, 1.0])
        == "Rate: its highest to its lowest, 2 at a to 1 at b"
    )
    assert "lowest 1 at a, highest 1 at a" in summary("Rate", ["a", "b"], [1.0, 1.0])


def test_a_dot_plot_is_read_by_name():
    ax = plt.subplots()[1]
    ax.plot([28.0, 7.0], ["small", "large"], "o", label="Forecast")
    ax.scatter([1.0, 2.0], ["small", "large"], label="Median")
    text = described(ax)
    assert "Forecast: its highest to its lowest, 28 at small to 7 at large." in text
    assert "Median: 1 at small, 2 at large." in text


def test_many_points_are_counted_within_their_ranges():
    ax = plt.subplots()[1]
    ax.scatter(range(1990, 2010), range(20), label="Years")
    assert "Years: 20 from 1990 to 2009 across and 0 to 19 up." in described(ax)


def test_points_bands_grids_references_and_notes_are_described():
    ax = plt.subplots()[1]
    ax.scatter([1, 2, 4], [3, 9, 5], label="Months")
    ax.fill_between([1, 2], [0, 1], [4, 6], label="Interval")
    ax.axhline(2, label="Target")
    ax.annotate("here", (1, 3))
    text = described(ax)
    assert "Months: 3 at 1, 9 at 2, 5 at 4." in text
    assert "Interval: band between 0 and 6." in text
    assert "Target: level at 2." in text
    assert "Written in the picture: here." in text
    grid = plt.subplots()[1]
    grid.figure.colorbar(grid.imshow([[1.0, 2.0], [3.0, 7.0]]))
    assert described(grid) == "Grid: 2 rows by 2 columns, lowest 1, highest 7."


def test_a_text_to_listen_to_begins_with_the_form_and_says_all_where_it_has_room():
    figure, (left, right) = plt.subplots(1, 2)
    left.barh(["Small", "Large"], [51.0, -6.0], label="Floating share")
    right.errorbar(
        [1.0, 2.0], ["D1", "D2"], xerr=[[0.5, 3.0], [1.0, 1.0]], fmt="o", label="Estimate"
    )
    right.scatter([3.0, 4.0], ["D1", "D2"], label="Published")
    figure.draw_without_rendering()
    told = describe_briefly(figure, alt="Two panels of evidence.")
    form = "Bar chart with dots and intervals, 2 panels, 3 series."
    assert told == f"Two panels of evidence. {form} {describe(figure)}"


@pytest.mark.parametrize(
    ("draw", "form"),
    [
        (lambda ax: ax.plot([1, 2], [1, 2]), "Line chart, 1 series."),
        (lambda ax: ax.plot([1, 2], [1, 2], "o"), "Dot plot, 1 series."),
        (lambda ax: ax.imshow([[1.0, 2.0]]), "Heat map, 1 series."),
        (lambda ax: ax.fill_between([1, 2], [0, 1], [4, 6], label="x"), "Band chart, 1 series."),
        (lambda ax: ax.errorbar([1], [2], yerr=1), "Interval plot, 1 series."),
        (lambda ax: ax.axhline(2, label="Target"), "Target: level at 2."),
        (lambda ax: ax.text(0, 0, "Nothing known"), "Written in the picture: Nothing known."),
    ],
)
def test_the_form_is_that_of_what_is_drawn_and_levels_and_notes_are_no_series(draw, form):
    ax = plt.subplots()[1]
    draw(ax)
    assert describe_briefly(ax.figure).startswith(form)


@settings(deadline=None, max_examples=9)
@given(
    st.integers(1, 6),
    st.integers(1, 9),
    st.lists(st.integers(60, 900), min_size=3, max_size=3),
)
def test_a_text_to_listen_to_keeps_its_length_tells_each_panel_first_and_counts_what_it_leaves(
    panels, lines, lengths
):
    figure = Figure()
    for k in range(panels):
        ax = figure.add_subplot(panels, 1, k + 1, title=f"P{k}")
        for j in range(lines):
            ax.plot([1, 2, 3, 4], [k, -7, 9, j + 100], label=f"line {j}")
    for most in lengths:
        told = describe_briefly(figure, most=most)
        assert len(told) <= most
        places = [(k, j) for k in range(panels) for j in range(lines)]
        said = [(k, j) for k, j in places if f"{j + 100} at 4" in panel(told, k)]
        left = re.search(r"(\d+) more in its numbers\.$", told)
        assert len(said) + int(left[1] if left else 0) == panels * lines
        depth = {k: sum(at == k for at, _ in said) for k in range(panels)}
        assert max(depth.values()) - min(depth.values()) <= 1
        assert all(f"{k} at 1 to {j + 100} at 4" in panel(told, k) for k, j in said)
        if len(said) < panels * lines:
            assert len(told) > most - 70  # the next one had no room


def panel(told: str, k: int) -> str:
    return told.partition(f"P{k}. ")[2].partition("P")[0]


def test_names_have_extremes_and_what_panels_share_is_said_once_where_room_is_short():
    figure, axes = plt.subplots(1, 2)
    for ax, title in zip(axes, ("One", "Two"), strict=True):
        ax.barh(["a", "b", "c"], [5.0, -2.0, 3.0], label="Growth")
        ax.axvline(4.75, label="would matter")
        ax.set(title=title, xlabel="Percent")
    axes[1].scatter([8.0, 9.0, 7.0], ["a", "b", "c"], label="Published")
    figure.draw_without_rendering()
    told = describe_briefly(figure, most=190)
    assert told == (
        "Bar chart with dots, 2 panels, 2 series. One. Across: Percent. "
        "Growth: lowest −2 at b, highest 5 at a. would matter: upright at 4.75. Two. "
        "Published: 8 at a, 9 at b, 7 at c."  # this one had room for all
    )


def test_days_across_a_dot_plot_are_told_as_days():
    ax = plt.subplots()[1]
    days = pd.to_datetime(["2026-03-18", "2026-04-29", "2026-06-17", "2026-07-29"])
    ax.scatter(days, ["hold"] * 4, label="Decision")
    ax.scatter(days[-1:], ["hike"], label="Other")
    ax.figure.draw_without_rendering()
    told = describe_briefly(ax.figure, most=115)
    assert "Decision: lowest 2026-03 at hold, highest 2026-07 at hold." in told


def two_lines():
    ax = plt.subplots()[1]
    x = np.linspace(0, 6, 300)
    ax.plot(x, np.sin(x), label="Sine")
    ax.plot(x, np.cos(x), "o-", markevery=30, label="Cosine")
    ax.set_title("Waves <&> more")
    ax.legend()
    return ax.figure


def test_the_same_figure_gives_the_same_bytes():
    one, two = two_lines(), two_lines()
    assert svg(one, "waves") == svg(two, "waves")
    assert png(one) == png(two)


def ids(text: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', text))


def test_ids_never_collide_on_a_page():
    one, two = svg(two_lines(), "one"), svg(two_lines(), "two")
    assert ids(one)
    assert not ids(one) & ids(two)
    for text in (one, two):
        assert set(re.findall(r'(?:url\(|href=")#([\w.-]+)', text)) == ids(text)


def test_svg_follows_the_page_and_carries_no_date_font_or_sheet():
    text = svg(two_lines(), "waves")
    ElementTree.fromstring(text)
    assert style.INK not in text
    assert "currentColor" in text
    for absent in ("<style", "<metadata", "font-family", "rotate(-0", "2026", "matplotlib"):
        assert absent not in text
    assert "Waves &lt;&amp;&gt; more" in text


def test_svg_draws_the_points_of_the_figure():
    """The path of a line with known display coordinates, to a tenth of a point."""
    figure, ax = plt.subplots()
    (line,) = ax.plot([0, 1, 2], [5.0, 7.0, 6.0], color="#123456")
    text = svg(figure, "path")
    path = re.search(r'#123456[^>]*d="M([^"]+)"', text).group(1)
    steps = re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path)
    drawn = np.cumsum(np.array(steps, dtype=float).reshape(-1, 2), axis=0)
    expected = ax.transData.transform(line.get_xydata()) * 72 / figure.dpi
    height = figure.get_size_inches()[1] * 72
    np.testing.assert_allclose(drawn[:, 0], expected[:, 0], atol=0.051)
    np.testing.assert_allclose(drawn[:, 1], height - expected[:, 1], atol=0.051)


@pytest.mark.parametrize("text", ["2010", "Percent of debt at floating rates", "−12.5", "Wave Δ"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_text_is_as_wide_as_matplotlib_measures_it(text, weight):
    """Sums of widths leave out that neighbouring letters are moved together: by two parts in a hundred at most."""
    font = FontProperties(family="DejaVu Sans", size=9.5, weight=weight)
    ours, *heights = PageRenderer(100, 100).get_text_width_height_descent(text, font, False)
    theirs, height, descent = text_to_path.get_text_width_height_descent(text, font, False)
    assert ours == pytest.approx(theirs, rel=0.03)
    assert heights[0] >= height
    assert heights[1] >= descent


def test_all_of_a_figure_is_on_its_paper_and_names_stand_beside_ticks():
    figure, axes = plt.subplots(1, 2)
    for ax in axes:
        ax.barh(["a name of some length", "b"], [1e5, 2e5], label="Bars")
        ax.set(xlabel="Across", ylabel="Up", title="Both")
    axes[1].legend(loc="center left", bbox_to_anchor=(1, 0.5))
    lay_out(figure)
    figure.canvas.draw()
    for ax in axes:
        box = ax.get_tightbbox()
        assert 0 <= box.x0 < box.x1 <= figure.bbox.width
        assert 0 <= box.y0 < box.y1 <= figure.bbox.height
        for axis, side in ((ax.xaxis, "y"), (ax.yaxis, "x")):
            name = axis.label.get_window_extent()
            ticks = Bbox.union([tick.get_window_extent() for tick in axis.get_ticklabels()])
            assert getattr(name, f"{side}1") <= getattr(ticks, f"{side}0") + 1
    assert axes[0].get_tightbbox().x1 < axes[1].get_tightbbox().x0


def test_hatched_bars_images_and_mathematics_are_drawn():
    figure, ax = plt.subplots()
    ax.bar([0, 1], [1, 2], color="#123456", edgecolor="#abcdef", hatch="//")
    ax.imshow([[0.0, 1.0]], extent=(0, 1, 0, 1), interpolation="none", zorder=3)
    ax.set_title(r"$\alpha^2$")
    root = ElementTree.fromstring(svg(figure, "all"))
    (pattern,) = root.findall("defs/pattern")
    assert pattern[0].get("style") == "fill:#123456"
    bars = [path for path in root.iter("path") if f"#{pattern.get('id')}" in str(path.get("style"))]
    bars += root.findall(f".//g[@style='fill:url(#{pattern.get('id')})']/path")
    assert len(bars) == 2
    (image,) = root.iter("image")
    a, _, _, d, e, f = map(float, image.get("transform")[7:-1].split())
    left, low, wide, tall = ax.transData.transform_bbox(Bbox.unit()).bounds
    scale = 72 / figure.dpi
    assert abs(2 * a) == pytest.approx(wide * scale, abs=0.02)
    assert e == pytest.approx(left * scale, abs=0.02)
    assert abs(d) == pytest.approx(tall * scale, abs=0.02)
    assert min(f, f + d) == pytest.approx(252 - (low + tall) * scale, abs=0.02)
    assert "alpha" not in "".join(root.itertext())


def html_of(shown, figure, **options) -> str:
    (bundle,) = shown(
        show, figure, "What to see.", **{"name": "one", "sources": "fed_funds"} | options
    )
    return bundle["text/html"]


def test_few_marks_become_svg_with_a_label(shown):
    html = html_of(shown, two_lines(), alt="Two waves.")
    figure = ElementTree.fromstring(html)
    image = figure.find("div")
    assert image.get("role") == "img"
    assert [one.get("class") for one in image.findall("svg")] == ["gr-wide", "gr-narrow"]
    form = "Line chart, 2 series. Waves <&> more. Sine: from 0 at 0 to "
    assert image.get("aria-label").startswith(f"Two waves. {form}")
    assert len(image.get("aria-label")) <= MOST
    assert figure.find("figcaption").text.strip() == "What to see."
    assert "Federal Reserve" in figure.find("figcaption/div").text
    assert plt.get_fignums() == []


def test_many_marks_become_a_palette_png_with_alternative_text(shown):
    figure, ax = plt.subplots()
    ax.scatter(*np.random.default_rng(0).normal(size=(2, 5000)), marker="s", label="Months")
    size = len(svg(figure, "one"))
    html = html_of(shown, figure)
    assert re.search(r'role="img" aria-label="Dot plot, 1 series. Months: 5,?000 from', html)
    image = r'<img class="gr-(\w+)" (src="data:image/png;base64,[^"]+") width="\d+" height="\d+" alt="">'
    pictures = dict(re.findall(image, html))
    assert list(pictures) == ["wide", "narrow"]
    assert max(map(len, pictures.values())) < size / 3


def test_what_the_figure_tells_heads_it_and_is_said_once(shown):
    ax = plt.subplots()[1]
    ax.plot([1, 2], [3.0, 1.75])
    ax.set_title("A fall")
    style.tell(ax, "It fell by {size:.2f} to the {last}.", size=-1.25, last="second")
    (bundle,) = shown(show, ax, "Low: it fell.", name="fall")
    told = "It fell by \N{MINUS SIGN}1.25 to the second."
    figure = ElementTree.fromstring(bundle["text/html"])
    assert [one.tag for one in figure] == ["p", "div", "figcaption"]
    assert figure[0].text == told
    assert figure[2].text == "Low: it fell."
    assert figure.get("data-title") == "A fall"
    (title,) = ax.findobj(lambda one: isinstance(one, Text) and one.get_text() == "A fall")
    assert title.get_fontweight() == "normal"  # one heading is enough
    assert bundle["text/plain"].startswith(f"{told} Low: it fell. ")


def test_a_level_is_named_at_the_right_edge_at_its_own_height():
    ax = plt.subplots()[1]
    ax.plot(pd.to_datetime(["2024-01-01", "2025-01-01"]), [1.0, 3.0])
    style.label_ends(ax, ax.axhline(2.0, label="Target"))
    ax.figure.draw_without_rendering()
    (label,) = ax.texts
    assert label.get_text() == "Target"
    box = label.get_window_extent()
    assert box.x0 > ax.bbox.x1
    assert box.y0 < ax.transData.transform((0, 2.0))[1] < box.y1


def test_on_a_phone_each_panel_below_another_says_what_lies_up():
    figure, axes = plt.subplots(1, 3)
    for ax in axes:
        ax.plot([1, 2], [3.0, 4.0])
    axes[0].set_ylabel("Percent")
    rearrange(figure)
    assert [ax.get_ylabel() for ax in axes] == ["Percent"] * 3


def test_specks_are_large_enough_in_a_key_to_be_seen():
    ax = plt.subplots()[1]
    ax.scatter([1, 2], [3, 4], s=1, label="A month")
    ax.scatter([1, 2], [4, 3], s=40, label="A year")
    small, large = style.key_below(ax).legend_handles
    assert small.get_sizes().min() == style.LEAST_MARK
    assert large.get_sizes().max() == 40
    assert ax.collections[0].get_sizes().max() == 1


def test_a_source_line_moves_into_the_caption(shown):
    figure = two_lines()
    source_line(figure.axes[0], "A named publication")
    html = html_of(shown, figure, sources=None)
    assert "Source: A named publication." in html.partition("<figcaption>")[2]
    assert html.count("A named publication") == 1


def test_show_takes_axes_arrays_and_refuses_bad_names(shown):
    figure, axes = style.small_multiples(2, 2)
    assert "<figure" in html_of(shown, axes)
    assert not plt.fignum_exists(figure.number)
    with pytest.raises(ValueError, match="Policy Path"):
        html_of(shown, two_lines(), name="Policy Path")


def luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_series_colours_reach_three_to_one_on_white_and_on_the_dark_page():
    """WCAG 2.2, success criterion 1.4.11, against the two page colours of the stylesheet."""
    light, dark = re.search(r"--page: light-dark\((#\w+), ?(#\w+)\)", stylesheet()).groups()
    light = "#ffffff" if light == "#fff" else light
    for colour in style.PALETTE:
        for page in (light, dark):
            one, two = sorted((luminance(colour), luminance(page)))
            assert (two + 0.05) / (one + 0.05) >= 3, (colour, page)


def test_recessions_are_shaded_within_the_limits_only():
    ax = plt.subplots()[1]
    months = pd.period_range("2006-01", "2010-12", freq="M")
    ax.plot(months.to_timestamp(), range(len(months)))
    limits = ax.get_xlim()
    style.shade_recessions(ax, data.recessions())
    assert ax.get_xlim() == limits
    (span,) = [patch for patch in ax.patches if patch.get_gid() == "recession"]
    start = plt.matplotlib.dates.num2date(span.get_x())
    assert (start.year, start.month) == (2007, 12)


def test_recessions_need_dates_on_the_axis():
    ax = plt.subplots()[1]
    ax.plot([1, 2], [1, 2])
    with pytest.raises(ValueError, match="to_timestamp"):
        style.shade_recessions(ax, data.recessions())
