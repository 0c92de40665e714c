"""Terms of the trade in plain words: marked where a page first uses one, and told at its foot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

#: Each term with the spellings it is recognised by, and what it means.
TERMS = {
    "Basis point": (r"basis points?|\bbp\b", "A hundredth of a percentage point."),
    "Bayes factor": (
        r"Bayes factors?",
        "How many times as likely the figures are with an effect of the expected size as without any. Near one they do "
        "not tell the two apart.",
    ),
    "Bonferroni": (
        r"Bonferroni",
        "Each p-value is multiplied by the number of tests, because whoever tests much finds something by chance.",
    ),
    "Book-to-market": (
        r"book-to-market",
        "What companies are worth in their books over what they are worth on the market: the higher, the cheaper.",
    ),
    "Bootstrap": (
        r"bootstraps?|bootstrap samples",
        "The record is drawn again and again from itself, to see how far a result moves by chance.",
    ),
    "Confidence interval": (
        r"confidence intervals?",
        "Made by a rule that covers the true value in so many of a hundred samples.",
    ),
    "Embargo": (
        r"embargo",
        "Months left out before a date, so that nothing that overlaps with it is counted as known.",
    ),
    "HAC": (
        r"\bHAC\b",
        "Standard errors that stay right when errors swing more at some times than at others and go on from month to "
        "month (heteroskedasticity and autocorrelation consistent).",
    ),
    "Half-life": (r"half-life", "The time in which half of a deviation is gone."),
    "Hodrick": (
        r"Hodrick(?:'s)?",
        "A test of whether something foretells returns over many months that does not count one month several times.",
    ),
    "Independent observations": (
        r"independent observations|independent n\b|effective n\b|n effective",
        "As many separate observations as the overlapping or persistent ones are worth.",
    ),
    "IVX": (
        r"\bIVX\b",
        "A test of whether something foretells returns that stays honest when it hardly moves from month to month.",
    ),
    "Log percent": (
        r"log percent",
        "A hundred times the logarithm of a growth factor, so that gains and losses add up; near percent when small.",
    ),
    "Micro-caps": (
        r"micro-caps?",
        "The smallest listed companies, below those of the usual indices.",
    ),
    "Out of sample": (
        r"out of sample|out-of-sample(?: R²| R2)?",
        "Judged on figures that the estimate had not seen. An R² below zero means that the plain mean forecast better.",
    ),
    "p-value": (
        r"p-values?",
        "How often chance alone would bring a result at least as far out.",
    ),
    "Pass-through": (
        r"pass-through(?! (?:business|income|entit))",  # a firm whose owners pay its tax
        "The part of a change of the policy rate that arrives in another rate.",
    ),
    "Placebo": (
        r"placebos?",
        "The same calculation where there can be no effect, such as at other dates: what it finds there is chance.",
    ),
    "Power": (
        r"power of the test|\bpower at\b|\bpower\b(?= \d)",
        "The chance that a test finds an effect of the stated size when there is one.",
    ),
    "Prediction interval": (
        r"prediction intervals?",
        "Where the outcome itself may lie, not only its mean.",
    ),
    "Smallest detectable effect": (
        r"smallest detectable effect|minimum detectable effect|\bMDE\b|detectable effects?",
        "The effect that the test would find in four of five samples; smaller ones it mostly misses.",
    ),
    "Vintage": (
        r"vintages?",
        "The edition of a figure: many are revised after they are first published.",
    ),
}
#: Elements whose words are left as they are.
LEFT = "a|button|caption|code|h[1-6]|math|pre|script|style|summary|svg|th|title"
#: A source line and the heading of a figure are left as they are, too.
_TAG = re.compile(
    r'(<div class="gr-source">.*?</div>|<p class="gr-finding">.*?</p>|<[^>]*>)', re.DOTALL
)
_OPENS = re.compile(rf"<(/?)({LEFT})(?=[\s>/])[^>]*?(/?)>")
_SPELLINGS = {term: re.compile(spelling, re.IGNORECASE) for term, (spelling, _) in TERMS.items()}


def mark(html: str, seen: set[str]) -> str:
    """Link the first use of each term that was not seen yet to its meaning, and add it to those seen.

    Examples
    --------
    >>> mark("<p>A placebo, and a placebo.</p>", set())
    '<p>A <a class="gr-term" href="#term-placebo" aria-describedby="term-placebo">placebo</a>, and a placebo.</p>'
    """
    inside = 0
    parts = _TAG.split(html)
    for place, part in enumerate(parts):
        if place % 2:
            if found := _OPENS.fullmatch(part):
                closes, _, alone = found.groups()
                inside += -1 if closes else 0 if alone else 1
        elif not inside and part.strip():
            parts[place] = _mark_text(part, seen)
    return "".join(parts)


def _mark_text(text: str, seen: set[str]) -> str:
    found = {
        term: match
        for term, spelling in _SPELLINGS.items()
        if term not in seen and (match := spelling.search(text))
    }
    pieces, start, told = [], 0, []
    for term, match in sorted(found.items(), key=lambda one: one[1].start()):
        if match.start() >= start:  # of two that overlap, the one that begins first
            anchor = _anchor(term)
            link = f'<a class="gr-term" href="#{anchor}" aria-describedby="{anchor}">{match[0]}</a>'
            pieces += [text[start : match.start()], link]
            start = match.end()
            told.append(term)
    seen.update(told)
    return "".join([*pieces, text[start:]])


def glossary(terms: Iterable[str]) -> str:
    """The meanings of these terms as a list, in the order of the alphabet; empty where there are none."""
    told = "".join(
        f'<div id="{_anchor(term)}"><dt>{escape(term)}</dt> <dd>{escape(TERMS[term][1])}</dd></div>'
        for term in sorted(terms, key=str.lower)
    )
    return f'<dl class="gr-terms">{told}</dl>' if told else ""


def _anchor(term: str) -> str:
    return f"term-{re.sub(r'[^a-z0-9]+', '-', term.lower())}"
