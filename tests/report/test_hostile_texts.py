"""Texts of files and results stay texts: whatever a catalog, a claim or a value says, a page runs nothing."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
import shutil
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import data, report
from helpers.data.catalog import catalog
from helpers.data.paths import data_dir
from helpers.report import summary
from helpers.report.card import Card
from helpers.report.html import export, index_page, sweep_page
from helpers.report.html.markdown import Renderer, to_html
from helpers.report.html.page import ICON, is_link
from helpers.trial.claims import load_claim
from helpers.trial.evidence import Answer, Evidence
from helpers.trial.ledger import CARD_MIME, scoreboard
from synthetic_sweep import synthetic_sweep

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "[x](javascript:alert(1))",
]
IN_MARKDOWN = [
    *HOSTILE,
    "<div onclick='alert(1)'>\n\nx</div>",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html;base64,YWxlcnQoMSk=) alert(1)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![alert(1)](https://elsewhere.example/x.png)",
    "[x](https://ours.example '\"><script>alert(1)</script>') alert(1)",
    "# <script>alert(1)</script>",
    "## [x](javascript:alert(1))",
    "```mermaid\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<![CDATA[><script>alert(1)</script>]]>}$",
    r"$$\href{javascript:alert(1)}{x}$$",
    "| <script>alert(1)</script> |\n|---|\n| [x](javascript:alert(1)) |",
]


class Live(HTMLParser):
    """Whatever in a page would run or ask for something, and the text a reader sees."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "script" and attrs == [("type", "application/ld+json")]:
            return  # data, which no browser runs
        if tag == "link" and attrs == [("rel", "icon"), ("href", ICON)]:
            return
        if tag in ("script", "iframe", "object", "embed", "base", "link", "form"):
            self.found.append(tag)
        saved = "download" in dict(attrs)  # a file, which the browser stores and does not open
        for name, value in attrs:
            if saved and re.fullmatch(r"data:text/csv;charset=utf-8,[^<>\"&#]*", value or ""):
                continue
            if name.startswith("on") or name in ("srcdoc", "formaction"):
                self.found.append(f"{name}={value}")
            scheme = re.match(r"([^/?#]*):", value or "")
            shows = name == "src" or (tag == "image" and name.endswith("href"))
            if (
                name.endswith("href")
                and not shows
                and scheme
                and scheme[1] not in ("http", "https", "mailto")
            ):
                self.found.append(f"{name}={value}")
            if shows and not re.fullmatch(r"data:image/png;base64,[\w+/=\s]+", value or ""):
                self.found.append(f"{name}={value}")

    def handle_data(self, text):
        self.text += text


def live(page: str) -> list[str]:
    """What runs in a page beside its own script, and in the index beside its own filter."""
    found = Live(page)
    assert "alert(1)" in found.text
    for own in ("script", "form") if 'class="controls"' in page else ("script",):
        found.found.remove(own)
    return found.found


def page_of(*outputs) -> str:
    return export(new_notebook(cells=[new_code_cell("1", outputs=list(outputs))]))


def page_with(bundles) -> str:
    return page_of(*(new_output("display_data", bundle) for bundle in bundles))


@pytest.mark.parametrize("text", IN_MARKDOWN)
def test_prose_of_a_notebook_runs_nothing(text):
    assert live(export(new_notebook(cells=[new_markdown_cell(text)]))) == []


@pytest.mark.parametrize("text", IN_MARKDOWN)
def test_a_value_in_prose_runs_nothing(shown, text):
    assert live(page_with(shown(report.say, "\n\n{value}", value=text))) == []
    assert live(page_with(shown(report.say, "The group is **{value}**.", value=text))) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_number_by_hand_and_the_names_of_controls_run_nothing(shown, text):
    assert live(page_with(shown(report.agrees, text, text, unit=text))) == []

    def empty(kind):
        return plt.subplots()[1]

    plots = shown(report.explore, empty, caption=text, name="empty", kind=[text, text])
    assert live(page_with(plots)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_runs_nothing(shown, text):
    frame = pd.DataFrame(
        {text: [text, "b"], "Other": [1.0, 2.0]}, index=pd.Index([text, "a"], name=f"Rows {text}")
    )
    tables = shown(report.table, frame, text, units={"Other": text}, sources=text)
    assert live(page_with(tables)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_figure_runs_nothing(shown, text):
    ax = plt.subplots()[1]
    ax.plot([0, 1], [0, 1], label=text)
    ax.set(title=text, xlabel=text, ylabel=text)
    ax.legend()
    figures = shown(report.show, ax, text, name="line", sources=text, alt=text)
    assert live(page_with(figures)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_card_runs_nothing(text):
    def hostile(one):
        kept = ("rule", "compare")
        fields = [field for field in dataclasses.fields(one) if field.type == "str"]
        return dataclasses.replace(one, **{f.name: text for f in fields if f.name not in kept})

    claim = load_claim("M2")
    claim = hostile(
        dataclasses.replace(claim, stated=hostile(claim.stated), used=hostile(claim.used))
    )
    names = ("unit", "method", "found", "vintage", "note")
    told = dict.fromkeys(names, text) | {"sources": (text,)}
    record = Evidence(interval="none", checks={text: True, "b": None}, **told)
    mean = Evidence(estimate=1.0, ci_low=0.0, ci_high=2.0, definitions={text: 2.0}, **told)
    settings = {"label": {"value": [text], "default": text, "unit": text}}
    card = Card(claim, Answer(record, mean), text, settings)
    shown = {"text/html": card.html(), "text/plain": card.text(), CARD_MIME: card.bundle()}
    assert live(page_with([shown])) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_the_catalog_and_the_parameters_run_nothing(shown, text, tmp_path, monkeypatch):
    folder = shutil.copytree(data_dir(), tmp_path / "data")
    entry = catalog()["rates_monthly"]
    written = (folder / "catalog.yaml").read_text(encoding="utf-8")
    quoted = "'" + text.replace("'", "''") + "'"
    for field in ("title", "publisher", "vintage", "rights", "unit"):
        line = f"    {field}: {getattr(entry, field)}\n"
        assert line in written
        written = written.replace(line, f"    {field}: {quoted}\n")
    written = written.replace("title: Effective federal funds rate", f"title: {quoted}")
    (folder / "catalog.yaml").write_text(written, encoding="utf-8")
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    info = data.Information("2026-02-16")
    info.load("fed_funds")
    assert live(page_with(shown(report.provenance, info, {"label": text, "list": [text]}))) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_cell_prints_raises_or_draws_runs_nothing(text):
    assert live(page_of(new_output("stream", text=text))) == []
    error = new_output("error", ename=text, evalue=text, traceback=[text])
    assert live(page_of(error)) == []
    picture = {"image/png": f"AAAA\n{text}", "text/plain": text + " alert(1)"}
    assert "<img src=x" not in page_of(new_output("display_data", picture))
    assert live(export(new_notebook(cells=[new_code_cell(f"x = 1  # {text}")]))) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_titles_and_names_of_files_run_nothing(text, tmp_path):
    notebook = new_notebook(cells=[new_markdown_cell("Words.")])
    assert live(export(notebook, title=text)) == []
    path = tmp_path / f"01_{text.replace('/', '')}.ipynb"
    nbformat.write(notebook, path)
    assert live(export(path)) == []


def hostile_row(row: dict, text: str) -> dict:
    """A row of the scoreboard whose claim was tried and whose texts are all the same one."""
    words = {"stated": "false", "used": "evidence for"}
    lines = {
        name: row[name] and texts_replaced(row[name], text) | {"word": word, "note": text}
        for name, word in words.items()
    }
    changed = {"label": {"value": text, "default": "", "unit": text}}
    since = {
        "word": "so far against",
        **dict.fromkeys(("note", "reason", "then", "evaluate_on"), text),
    }
    lines |= {"since": since}
    told = {"as_of": text, "changed": changed, "mixed": {"label": text}, "id": row["id"]}
    return texts_replaced(row, text) | lines | told


def texts_replaced(row: dict, text: str) -> dict:
    return {name: text if isinstance(value, str) else value for name, value in row.items()}


@pytest.mark.parametrize("text", HOSTILE)
def test_the_index_and_the_chain_run_nothing(text, shown):
    rows = [hostile_row(row, text) for row in scoreboard({})]
    listed = [
        {"name": "00_x", "title": text, "href": text},
        {"name": "01_y", "title": text, "href": f"{text}.html"},
    ]
    assert live(index_page(rows, listed, {"01_y": {"status": "ok", "seconds": 1.0}})) == []
    assert live(page_with(shown(report.chain, rows))) == []
    assert live(page_with(shown(report.say, "{answer}", answer=summary.answer(rows)))) == []


@pytest.mark.parametrize("text", [*HOSTILE, r"$\frac{<b>alert(1)$ costs $5"])
def test_the_page_of_a_sweep_runs_nothing(text):
    values = {text: [text, "x", 1], "as_of": ["2026-02-16", "2026-02-17"]}
    for parameters in ({text: values[text]}, values, {"tax": [text, "x"], **values}):
        frame = synthetic_sweep(parameters, size=lambda _: 0.5, claims=["D3"], failed={1})
        frame = frame.assign(
            run=text, unit=text, error=frame["error"].where(frame["error"] == "", text)
        )
        page = sweep_page(frame, dict.fromkeys(parameters, text), title=text, notebook=text)
        assert live(page) == []
        assert "<figure" in page
        assert "<b>alert" not in page


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//",
        "JAVASCRIPT:alert(1)//",
        "data:text/html,alert(1)//",
        "vbscript:alert(1)//",
    ],
)
def test_the_index_shows_an_address_that_would_run_as_a_title_without_a_link(address):
    rows = [hostile_row(row, "x") | {"notebook": address} for row in scoreboard({})]
    page = index_page(rows, [{"name": "00_x", "title": "alert(1)", "href": address}], {})
    assert live(page) == []
    assert page.count("<a ") == 4  # to the content, the index itself and the two files for machines


def test_addresses_that_are_links_and_such_that_are_not():
    for address in (
        "https://a.example/b?c=d:e",
        "http://a.example",
        "mailto:a@b.example",
        "01_x.html#card-R1",
        "#a",
        "a/b:c",
        "?a:b",
    ):
        assert is_link(address), address
    for address in (
        "javascript:x",
        " javascript:x",
        "java\nscript:x",
        "\x01javascript:x",
        "javascript&colon;x",
        "data:,x",
        "file:///x",
        "x:y",
    ):
        assert not is_link(address), address


@pytest.mark.parametrize("formula", [
    r"a < b \, c",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\hat{\beta} = \text{median over rows} \sum_{i=1}^n \sqrt[3]{x_i}",
    r"\overline{y} \binom{n}{k} \underbrace{x}_{y} \boxed{z} \color{red}{z} \operatorname{Var}",
])  # fmt: skip
def test_a_formula_is_drawn(formula):
    html = to_html(f"${formula}$", Renderer())
    assert html.count("<math ") == 1
    assert "<code>" not in html


def test_a_link_stays_a_link():
    html = to_html("[x](https://a.example) and [y](02_z.ipynb)", Renderer())
    assert '<a href="https://a.example">x</a>' in html
    assert '<a href="02_z.html">y</a>' in html


@pytest.mark.parametrize("make", [
    lambda: export(new_notebook(cells=[new_markdown_cell("# Words")])),
    lambda: index_page(scoreboard({}), [], {}),
    lambda: sweep_page(synthetic_sweep({"seed": [1, 2]}, size=lambda _: 0.5), {"seed": "x"}, title="x", notebook="y"),
])  # fmt: skip
def test_the_policy_allows_the_script_and_the_styles_of_the_page_and_no_others(make):
    made = make()
    page = made.replace("&#39;", "'")
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page)
    assert page.index("Content-Security-Policy") < page.index("<style>")
    allowed = {name: words for name, *words in (part.split() for part in policy.split("; "))}
    (css,), (code,) = (
        re.findall(rf"<{tag}>(.*?)</{tag}>", made, re.DOTALL) for tag in ("style", "script")
    )

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert allowed == {
        "default-src": ["'none'"],
        "script-src": [hashed(code)],
        "style-src": ["'unsafe-inline'"],
        "style-src-elem": [hashed(css)],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
