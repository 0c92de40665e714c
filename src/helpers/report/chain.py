"""The article's chain of reasons as a picture made of text: a list that every reader and every screen can follow."""

from __future__ import annotations

from html import escape

from IPython.display import display

from helpers.report.finding import in_a_sentence
from helpers.report.html.page import is_link
from helpers.report.marks import word_class, word_html
from helpers.report.summary import is_tried, lines_of
from helpers.trial.chain import say_chain, weigh_chain
from helpers.trial.claims import LINES, QUESTIONS
from helpers.trial.ledger import Row
from helpers.trial.rules import SILENT

BREAK = '<span aria-hidden="true">✂</span>'


def chain(rows: list[Row]) -> None:
    """Display the chain: a node a link, with the words of the claim that bears its load.

    Parameters
    ----------
    rows : list of dict
        The scoreboard, as :func:`helpers.trial.ledger.scoreboard` gives it.
    """
    text = "\n".join(
        [
            say_chain(rows),
            *(f"{link['name']}: {_words(link)}" for link in weigh_chain(rows)),
        ]
    )
    display({"text/html": chain_html(rows, "ipynb"), "text/plain": text}, raw=True)


def chain_html(rows: list[Row], kind: str = "html") -> str:
    """The chain as a numbered list; the weakest link is told in words, by a shape and by a colour.

    Parameters
    ----------
    rows : list of dict
        The scoreboard.
    kind : {"html", "ipynb"}
        What its links lead to: reports, or the notebooks that they are made of.
    """
    claims = {row["id"]: row for row in rows}
    nodes = "".join(_node(link, claims, kind) for link in weigh_chain(rows))
    return (
        '<section class="gr-chain" aria-label="The chain of the argument">'
        "<p>A link holds when there is evidence for the inference that rests on it, or, where it is only a record, "
        "when the sentence is true.</p>"
        f"<ol>{nodes}</ol></section>"
    )


def _node(link: Row, claims: dict[str, Row], kind: str) -> str:
    bears = claims[link["bears"]]
    lines = dict(lines_of(bears))
    words = "".join(
        f'<p class="gr-answer {word_class(line["word"])}"><span>{QUESTIONS[name]}</span> {word_html(line["word"])}</p>'
        for name, line in lines.items()
    )
    *_, last = lines.values()
    told = in_a_sentence(last)
    others = [_card(claims[one], one, kind) for one in link["claims"] if one != link["bears"]]
    beside = f" <small>Also {', '.join(others)}</small>" if others else ""
    opens = "<li>"
    if link["weakest"]:
        unknown = last["word"] in SILENT
        says = "not known from here" if unknown else "breaks here"
        opens = f'<li class="gr-weakest"><p class="gr-break">{BREAK} {says}</p>'
    card = _card(bears, f"Card of {bears['id']}", kind)
    level = (
        ' aria-level="2"' if kind == "ipynb" else ""
    )  # a notebook's answer has no heading above it
    return (
        f"{opens}<h3{level}>{escape(link['name'])}</h3>{words}{f'<p>{escape(told)}</p>' if told else ''}"
        f"<p>{card}{beside}</p></li>"
    )


def _words(link: Row) -> str:
    """The words of a link by question, for a terminal."""
    return ", ".join(f"as {name} {link[name]}" for name in LINES if link[name] is not None)


def _card(row: Row, text: str, kind: str) -> str:
    """A link to the card of a claim that was tried; else its name."""
    address = f"{row['notebook']}.{kind}#card-{row['id']}"
    if not is_tried(row) or not is_link(address):
        return escape(text)
    return f'<a href="{escape(address)}">{escape(text)}</a>'
