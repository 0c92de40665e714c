"""The scoreboard as a picture: every estimate that an inference rests on against what would matter."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from helpers.report.figures.style import (
    ACCENT,
    INK,
    LARGE,
    NEUTRAL,
    SMALL,
    WIDTH,
    key_below,
    tell,
)
from helpers.trial.claims import load_line
from helpers.trial.ledger import Row
from helpers.trial.rules import SILENT, STATED, USED

#: The colours of the cards; the shape beside each word says the same.
COLOURS = {
    **dict(zip(STATED, (LARGE, ACCENT, SMALL), strict=True)),
    **dict(zip(USED, (LARGE, LARGE, NEUTRAL, SMALL, SMALL), strict=True)),
    **dict.fromkeys(SILENT, NEUTRAL),
    "failed": INK,
}
#: Marker and whether it is filled: the shapes of the words.
MARKERS = dict(zip(USED, ("^", "^", "o", "v", "v"), strict=True))
FILLED = (USED[0], USED[-1])
LIMIT = 8.0  # multiples


def plot_estimates(rows: list[Row], ax: Axes | None = None) -> Axes:
    """Estimates with intervals, in multiples of the size that would matter, turned so that right favours the claim.

    Inferences judged by another rule than a Bayes factor or a share of draws have no such size and are left out;
    intervals are cut at eight times that size.
    """
    shown = [_scaled(row["id"], row["used"]) for row in rows if _has_size(row["used"])]
    if not shown:
        raise ValueError(
            "plot_estimates: no tried claim has an estimate with an interval. Run a notebook first."
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, 0.3 * len(shown) + 1.5))
    places = {claim: len(shown) - 1 - k for k, (claim, *_) in enumerate(shown)}
    for word in USED:
        part = [one for one in shown if one[1] == word]
        if part:
            claims, _, values, lows, highs = zip(*part, strict=True)
            ax.errorbar(
                values,
                [places[claim] for claim in claims],
                xerr=[
                    [value - low for value, low in zip(values, lows, strict=True)],
                    [high - value for value, high in zip(values, highs, strict=True)],
                ],
                fmt=MARKERS[word],
                mfc=COLOURS[word] if word in FILLED else "none",
                color=COLOURS[word],
                capsize=3,
                label=word,
            )
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.axvline(1, color=NEUTRAL, lw=0.8, ls="--", label="would matter")
    ax.set_yticks(list(places.values()), list(places))
    ax.set_ylim(-0.6, len(shown) - 0.4)
    ax.set_xlim(-LIMIT - 0.3, LIMIT + 0.3)
    ax.set_xlabel("Multiples of the smallest effect that would matter; right favours the claim")
    ax.set_title("Every estimate against what would matter")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    tell(
        ax,
        "{reach} of {all} estimates reach the size that would matter, {whole} of them with the whole "
        "interval; {against} lie on the other side of zero.",
        reach=sum(value >= 1 for *_, value, _, _ in shown),
        all=len(shown),
        whole=sum(low >= 1 for *_, low, _ in shown),
        against=sum(value < 0 for *_, value, _, _ in shown),
    )
    return ax


def _has_size(line: Row | None) -> bool:
    return (
        line is not None
        and line["rule"] in ("effect", "quantity")
        and line["word"] in USED
        and line["estimate"] is not None
    )


def _scaled(claim: str, line: Row) -> tuple[str, str, float, float, float]:
    """Claim, word, estimate and ends of the interval in multiples of the smallest effect, cut at the limit."""
    fixed = load_line(claim, "used")
    scale = fixed.direction / fixed.size_that_matters
    low, high = sorted((scale * line["ci_low"], scale * line["ci_high"]))
    value, low, high = (
        min(max(one, -LIMIT), LIMIT) for one in (scale * line["estimate"], low, high)
    )
    return claim, line["word"], value, low, high
