"""What an output of a notebook carries for the report, and the shape that goes with each word."""

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
}
