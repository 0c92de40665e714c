"""What an output of a notebook carries for the report, and the shape and the class that go with each word."""

PROVENANCE_MIME = "application/vnd.great-rebalancing.provenance+json"
STYLE_MIME = "application/vnd.great-rebalancing.style+json"
TABLE_MIME = "application/vnd.great-rebalancing.table+json"

#: A shape beside each word, so that a verdict never rests on a colour.
SYMBOLS = {
    "true": "✓",
    "true in part": "◪",
    "false": "✕",
    "strong evidence for": "▲",
    "evidence for": "△",
    "undecided": "○",
    "evidence against": "▽",
    "strong evidence against": "▼",
    "no source found": "∅",
    "not testable": "⊘",
    "open": "◷",
    "not yet known": "◷",
    "not yet sayable": "–",
    "not tried yet": "…",
    "failed": "!",
    "came true": "✓",
    "came true in part": "◪",
    "did not come true": "✕",
    "so far as claimed": "↗",
    "so far in part": "→",
    "so far against": "↘",
    "no figure yet": "◷",
}


def word_html(word: str) -> str:
    """A word with its shape, which is for the eye alone."""
    return f'<span class="gr-word"><span aria-hidden="true">{SYMBOLS[word]}</span> {word}</span>'


def word_class(word: str) -> str:
    """The class of a word, which gives it its colour.

    Examples
    --------
    >>> word_class("strong evidence for")
    'gr-strong-evidence-for'
    """
    return f"gr-{word.replace(' ', '-')}"
