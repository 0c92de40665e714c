"""The scoreboard as pictures: verdicts by section, and every estimate against what would matter."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers.report.figures.style import ACCENT, INK, LARGE, NEUTRAL, SMALL, WARN, WIDTH
from helpers.report.summary import SECTIONS
from helpers.trial.claims import load_claim
from helpers.trial.ledger import Row

#: The colours of the cards, in the order of the legend.
COLOURS = {
    "confirmed": LARGE,
    "supported": LARGE,
    "leaning": ACCENT,
    "not detectable": NEUTRAL,
    "contradicted": SMALL,
    "not testable": WARN,
    "not tried yet": "none",
    "failed": INK,
}


def plot_verdicts_by_section(rows: list[Row], ax: Axes | None = None) -> Axes:
    """Claims by section, one square a claim with its id, coloured by verdict and named in the legend."""
    sections = [name for name in SECTIONS if any(row["section"] == name for row in rows)]
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, 0.36 * len(sections) + 0.9))
    named: set[str] = set()
    for y, section in enumerate(reversed(sections)):
        for x, row in enumerate(row for row in rows if row["section"] == section):
            word, colour = row["verdict"], COLOURS[row["verdict"]]
            label = f"_{word}" if word in named else word
            named.add(word)
            ax.add_patch(
                Rectangle((x, y - 0.4), 0.92, 0.8, fc=colour, ec=NEUTRAL, lw=0.8, label=label)
            )
            ink = NEUTRAL if colour == "none" else "white"
            ax.text(x + 0.46, y, row["id"], ha="center", va="center", fontsize=8.5, color=ink)
    ax.set_xlim(0, max(sum(row["section"] == section for row in rows) for section in sections))
    ax.set_ylim(-0.6, len(sections) - 0.4)
    ax.set_yticks(range(len(sections)), [SECTIONS[name] for name in reversed(sections)])
    ax.set_xticks([])
    ax.set_xlabel("Claims")
    ax.set_title("Verdicts by section of the article")
    ax.grid(False)
    handles = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    words = [word for word in COLOURS if word in handles]
    ax.legend(
        [handles[word] for word in words],
        words,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.08),
        ncols=4,
    )
    return ax


def plot_estimates(rows: list[Row], ax: Axes | None = None) -> Axes:
    """Estimates with intervals, in multiples of the size that would matter, turned so that right favours the claim.

    Facts and claims about a level have no such size and are left out; intervals are cut at eight times that size.
    """
    shown = []
    for row in rows:
        claim = load_claim(row["id"])
        if row["ci_low"] is not None and claim.rule in ("effect", "range") and claim.threshold > 0:
            scale = claim.direction / claim.threshold
            low, high = sorted((scale * row["ci_low"], scale * row["ci_high"]))
            shown.append((row["id"], scale * row["estimate"], low, high, COLOURS[row["verdict"]]))
    if not shown:
        raise ValueError(
            "plot_estimates: no tried claim has an estimate with an interval. Run a notebook first."
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, 0.3 * len(shown) + 1.1))
    limit = 8.0
    for y, (name, estimate, low, high, colour) in enumerate(reversed(shown)):
        low, high, estimate = (min(max(value, -limit), limit) for value in (low, high, estimate))
        ax.errorbar(
            estimate,
            y,
            xerr=[[estimate - low], [high - estimate]],
            fmt="o",
            color=colour,
            capsize=3,
            label=name,
        )
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.axvline(1, color=NEUTRAL, lw=0.8, ls="--")
    ax.set_yticks(range(len(shown)), [name for name, *_ in reversed(shown)])
    ax.set_xlim(-limit - 0.3, limit + 0.3)
    ax.set_xlabel(
        "Multiples of the smallest effect that would matter (dashed line), right favours the claim"
    )
    ax.set_title("Every estimate against what would matter")
    ax.grid(axis="x")
    return ax
