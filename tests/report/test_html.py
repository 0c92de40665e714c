"""Pages: one file, verdicts first, formulas without scripts, and nothing that asks the network."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from importlib.metadata import version

import matplotlib.pyplot as plt
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.errors import RunError
from helpers.report.citation import cite_page
from helpers.report.html import export, figures_in, index_page, link_beside
from helpers.report.html.markdown import Renderer, accessible, to_html
from helpers.report.html.page import ICON
from helpers.report.marks import PROVENANCE_MIME
from helpers.report.picture import show
from helpers.trial.claims import LINES, load_claims
from helpers.trial.ledger import open_scoreboard, scoreboard
from sample_notebook import ANSWERED, TITLE

VOID = {"meta", "img", "br", "link", "input", "hr", "path", "line", "circle", "use", "rect"}


class Reader(HTMLParser):
    """Collects what a page links to and loads, its ids, and whether its tags are balanced."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs.get("href", ""))
        elif tag == "link":
            assert attrs == {"rel": "icon", "href": ICON}
        elif tag != "use":
            self.loads += [attrs[key] for key in ("src", "href", "srcset", "data") if key in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture
def sample(sample_file) -> NotebookNode:
    return nbformat.read(sample_file, as_version=4)


@pytest.fixture(scope="module")
def page(sample_file) -> str:
    return export(nbformat.read(sample_file, as_version=4))


def test_a_page_loads_nothing_and_its_markup_is_sound(page):
    read = Reader(page)
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert all(source.startswith("data:image/png;base64,") for source in read.loads)
    assert not re.search(r"@import|url\((?!#)|<iframe|fetch\(|XMLHttpRequest", page)
    inner = [link[1:] for link in read.links if link.startswith("#")]
    assert set(inner) <= set(read.ids)


def test_the_answer_comes_first_then_the_verdicts_the_contents_the_story_and_the_sources(page):
    body = page[page.index("<body>") :]
    order = [body.index(mark) for mark in (
        f"<h1>{TITLE}</h1>", "The last rate known is", 'id="figure-policy-rate"', 'id="card-D2"', 'id="card-R1"',
        'class="contents"', "The evidence of this page is synthetic", 'id="figure-cloud"', "<footer",
        'class="gr-provenance"',
    )]  # fmt: skip
    assert order == sorted(order)
    assert page.count("<h1") == 1
    shown = re.findall(r'id="card-(\w+)"', page)
    assert sorted(shown) == sorted(ANSWERED)
    carries = ["used" in load_claims()[claim].lines for claim in shown]
    assert carries == sorted(carries, reverse=True)
    rows = re.findall(r"<summary><h3>.*?</summary>", page)
    assert len(rows) == len(shown)


def test_a_heading_of_nothing_but_the_front_goes_with_it():
    cells = [
        new_markdown_cell("# Why?\n\nA story."),
        new_markdown_cell("## The answer"),
        new_code_cell("a", id="answer", outputs=[said("Because.")]),
        new_markdown_cell("## Next"),
        new_code_cell("b", outputs=[said("More.")]),
    ]
    html = export(new_notebook(cells=cells))
    assert "The answer</h2>" not in html
    assert html.index("Because.") < html.index("A story.") < html.index("Next</h2>")
    assert html.index("A story.") < html.index('class="code"') < html.index("More.")
    cells[2]["id"] = "other"
    html = export(new_notebook(cells=cells))
    assert html.index("A story.") < html.index("The answer</h2>") < html.index("Because.")


def said(text: str):
    return new_output("display_data", {"text/markdown": text})


def test_the_page_has_language_title_and_landmarks(page):
    for part in (
        '<html lang="en">',
        f"<title>{TITLE}</title>",
        'class="skip" href="#main"',
        '<main id="main"',
        "<nav ",
    ):
        assert page.count(part) == 1, part


def test_a_page_says_of_which_days_it_speaks_and_how_to_cite_it(page, rows):
    known = "Figures known by 16 February 2026"
    assert f'</h1>\n<p class="dateline">{known}.</p>' in page
    assert (
        f"“{TITLE}”, The Great Rebalancing, version {version('great-rebalancing')}. {known}.</p>"
        in page
    )
    assert f"title = {{{{{TITLE}}}}},\n" in page
    index = index_page(rows, REPORTS, {})
    assert (
        f'</h1>\n<p class="dateline">{known}; what happened since, to 1 October 2026.</p>' in index
    )
    assert "@misc{great-rebalancing-index,\n" in index
    bare = export(new_notebook(cells=[new_markdown_cell("# Nothing")]))
    for html in (bare, index_page(scoreboard({}), [], {})):
        assert 'class="dateline"' not in html
    assert "Cite as" not in bare


def test_a_link_to_a_page_tells_its_title_and_how_it_opens(page, rows):
    def told(html: str) -> dict[str, str]:
        return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html))

    for html, title, opens in (
        (page, TITLE, "The last rate known is 3.64 percent."),
        (index_page(rows, REPORTS, {}), "The small-cap thesis", "Small caps do well in 2026"),
    ):
        assert told(html)["og:title"].startswith(title)
        assert unescape(told(html)["description"]).startswith(opens)
        assert told(html)["og:description"] == told(html)["description"]
    assert "description" not in told(export(new_notebook(cells=[new_markdown_cell("# Nothing")])))


@given(st.text())
def test_what_tex_would_run_is_text_in_an_entry_of_bibtex(text):
    entry = cite_page("01", text, text, "1.0").bibtex
    assert len(entry.splitlines()) == 5 + bool(text.split())
    bare = re.sub(r"\\[&%$#_{}]", "", entry)
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"[%$#~^&]", bare)


def test_code_is_folded_below_what_it_made(page):
    blocks = re.findall(r'<details class="code"><summary>([^<]+)</summary>', page)
    assert blocks[0] == "Parameters"
    assert set(blocks[1:]) == {"Code"}
    assert "<details open" not in page
    assert page.index('id="figure-cloud"') < page.index("scatter")


def test_code_of_cells_that_show_nothing_one_after_the_other_folds_as_one():
    silent = [new_code_cell("one = 1"), new_code_cell("two = 2")]
    (fold,) = re.findall(
        r'<details class="code">.*?</details>', export(new_notebook(cells=silent)), re.DOTALL
    )
    assert fold.count("<pre") == 2


def test_code_marks_only_words_that_have_a_colour():
    html = export(new_notebook(cells=[new_code_cell("held = None  # why")]))
    marked = '<span class="kc">None</span>  <span class="c1"># why</span>'
    assert f"</span>held = {marked}" in html


def test_formulas_are_mathml(page):
    assert page.count('<math xmlns="http://www.w3.org/1998/Math/MathML"') == 2
    assert "$" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def test_links_to_notebooks_lead_to_their_reports(page):
    links = Reader(page).links
    assert "02_earnings_handoff.html" in links
    assert not [link for link in links if link.endswith(".ipynb")]


def test_outputs_that_need_a_script_or_repeat_the_styles_are_left_out(page):
    assert page.count("<style") == 1
    assert "jupyter-widgets" not in page
    assert "In JupyterLab this cell has controls (slope: 0 to 5; kind: straight, bent)" in page


def test_the_shell_without_figures_and_cells_weighs_little():
    empty = export(new_notebook(cells=[new_markdown_cell("# Nothing")]))
    assert len(empty.encode()) <= 27_000


def test_the_same_notebook_gives_the_same_page(sample, page):
    assert export(sample) == page


def test_a_page_exported_from_a_file_names_it(tmp_path):
    path = tmp_path / "01_short.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Short *title* & more")]), path)
    html = export(path)
    assert "<title>Short title &amp; more</title>" in html
    assert "<code>01_short.ipynb</code>" in html
    assert "<h1>Other</h1>" in export(path, title="Other")


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    broken = tmp_path / "02_broken.ipynb"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match=r"02_broken\.ipynb"):
        export(broken)


def code_cell(*outputs):
    return new_notebook(cells=[new_code_cell("x", outputs=list(outputs))])


def test_two_figures_of_one_name_are_refused():
    figure = new_output(
        "display_data", {"text/html": '<figure class="gr-figure" id="figure-one"></figure>'}
    )
    with pytest.raises(RunError, match="two figures called 'one'"):
        export(code_cell(figure, figure))


def test_errors_stay_visible_and_are_escaped():
    error = new_output(
        "error",
        ename="ValueError",
        evalue="<b>",
        traceback=["\x1b[31mValueError\x1b[0m: <b>bad</b>"],
    )
    html = export(code_cell(error))
    assert 'class="failure"' in html
    assert "&lt;b&gt;bad&lt;/b&gt;" in html


def test_tables_of_others_are_made_readable():
    html = accessible(
        '<table><thead><tr><th></th><th style="x"> </th><th>a</th></tr></thead></table>'
    )
    assert html.count("<td></td>") == 2
    assert html.startswith('<div class="gr-scroll" role="group" tabindex="0"')
    assert accessible(html) == html


def test_headings_get_anchors_of_their_own():
    renderer = Renderer()
    html = to_html("## Who *floats*?\n\n## Who floats\n\n## Größe\n", renderer)
    assert [anchor for _, anchor, _ in renderer.headings] == ["who-floats", "who-floats-2", "gr-e"]
    assert '<h2 id="who-floats">Who <em>floats</em>?</h2>' in html


def test_provenance_is_stored_for_the_machine_too(sample):
    (bundle,) = [
        output.data[PROVENANCE_MIME]
        for cell in sample.cells
        for output in cell.get("outputs", [])
        if PROVENANCE_MIME in output.get("data", {})
    ]
    assert bundle["as_of"] == "2026-02-16"
    assert "fed_funds" in [series["name"] for series in bundle["series"]]
    assert all(len(series["sha256"]) == 64 for series in bundle["series"])


@pytest.fixture(scope="module")
def rows(sample_file) -> list[dict]:
    return open_scoreboard(str(sample_file.parent))


REPORTS = [
    {"name": "01_x", "title": "Did it <pay>?", "href": "01_x.html"},
    {"name": "02_y", "title": "Q", "href": "02_y.html"},
]


def test_the_index_shows_every_claim_and_links_the_tried_ones_to_their_card(rows):
    html = index_page(
        rows, REPORTS, {"01_x": {"status": "ok", "seconds": 8.2}, "02_y": {"status": "failed"}}
    )
    read = Reader(html)
    assert read.open == []
    assert read.loads == []
    assert re.findall(r'<tr role="row"[^>]* id="row-(\w+)"', html) == list(load_claims())
    cards = [link for link in read.links if "#card-" in link]
    assert {link.rpartition("-")[2] for link in cards} == set(ANSWERED)
    assert "Did it &lt;pay&gt;?" in html
    assert "8 seconds" in html
    assert "The last run failed" in html
    row = re.search(r'<tr [^>]*id="row-M5">.*?</tr>', html, re.DOTALL)[0]
    assert "&lt;Synthetic&gt;." in row
    assert "412 (11)" in row
    assert row.count('class="gr-word"') == 3  # to both questions, and since
    assert "A record alone" in re.search(r'<tr [^>]*id="row-R1">.*?</tr>', html, re.DOTALL)[0]


def test_files_of_a_report_carry_the_number_of_its_notebook_and_its_date(sample, tmp_path):
    path = tmp_path / "01_rate_cuts.ipynb"
    nbformat.write(sample, path)
    names = re.findall(r' download="([^"]+)"', export(path))
    files = ["policy-rate", "cloud", "hiking-cycles", "line"]
    assert names == [f"01_{name}_2026-02-16.csv" for name in files]


def test_a_figure_of_several_panels_is_called_by_the_first_sentence_of_its_caption(shown):
    def titled(figure):
        caption = "It fell by 2.5 points. Read it from the left."
        (bundle,) = shown(show, figure, caption, name="one", sources="fed_funds")
        return re.search(r' data-title="([^"]*)"', bundle["text/html"])[1]

    figure, axes = plt.subplots(1, 2)
    for ax in axes:
        ax.set_title("A panel")
        ax.plot([1, 2], [3, 4])
    assert titled(figure) == "It fell by 2.5 points"
    figure, ax = plt.subplots()
    ax.set_title("One & only")
    assert titled(figure) == "One &amp; only"


def test_the_index_leads_to_every_figure_of_a_report_by_its_title(sample, rows, tmp_path):
    path = tmp_path / "01_x.ipynb"
    nbformat.write(sample, path)
    figures = figures_in(path)
    assert figures["figure-policy-rate"] == "The policy rate"
    html = index_page(rows, REPORTS, {}, {"01_x": figures})
    assert f"<summary>{len(figures)} figures</summary>" in html
    assert '<a href="01_x.html#figure-policy-rate">The policy rate</a>' in html
    assert set(figures) == set(re.findall(r'id="(figure-[^"]+)"', export(sample)))


def test_every_mark_of_a_term_leads_to_a_meaning_on_the_same_page(page, rows):
    assert 'class="gr-term"' in page
    for html in (page, index_page(rows, REPORTS, {})):
        marks = set(re.findall(r'class="gr-term" href="#([^"]+)"', html))
        assert set(re.findall(r'<div id="(term-[^"]+)"', html)) == marks


def test_each_card_can_be_cited_with_its_words_and_its_date(page, rows):
    cites = [unescape(cite) for cite in re.findall(r'data-cite="([^"]+)"', page)]
    assert len(cites) == len(ANSWERED)
    (cite,) = [cite for cite in cites if " M5: " in cite]
    assert cite.endswith("false; undecided. Figures known by 16 February 2026.")
    assert load_claims()["M5"].claim in cite
    assert sorted(cites) == sorted(
        unescape(cite) for cite in re.findall(r'data-cite="([^"]+)"', index_page(rows, REPORTS, {}))
    )


def test_pages_of_a_run_with_the_defaults_have_no_banner(page, rows):
    assert 'class="banner"' not in page
    assert 'class="banner"' not in index_page(rows, REPORTS, {})


def test_a_report_leads_to_the_ones_beside_it_and_no_longer_to_those_that_left(page):
    before, after = {"title": "A <b>?", "href": "00_a.html"}, {"title": "C?", "href": "02_c.html"}
    linked = link_beside(page, before, after)
    read = r'<a rel="(\w+)" href="([^"]+)"><small>(.+?)</small> (.+?)</a>'
    assert re.findall(read, linked) == [
        ("prev", "00_a.html", "Previous report", "A &lt;b&gt;?"),
        ("next", "02_c.html", "Next report", "C?"),
    ]
    assert Reader(linked).open == []
    assert link_beside(linked, None, after) == link_beside(page, None, after) != linked
    assert link_beside(linked, None, None) == page
    assert link_beside(page, {"title": "A", "href": "javascript:alert(1)"}, None) == page


def test_the_index_leads_to_the_rules_error_rates(rows):
    board = {"name": "00_scoreboard", "title": "How did it go?", "href": "00_scoreboard.html"}
    assert "How often the rule itself errs" in index_page(rows, [board, *REPORTS], {})
    assert "How often the rule itself errs" not in index_page(rows, REPORTS, {})


def test_the_index_shows_what_failed_and_how_far_it_came():
    debt = load_claims()["D1"].notebook
    partial = f"notebooks/{debt}.partial.ipynb"
    listed = [{"name": debt, "title": "Debt?", "href": partial}]
    listed.append({"name": "00_scoreboard", "title": "All?", "href": "notebooks/00.partial.ipynb"})
    html = index_page(scoreboard({}, {debt}), listed, {debt: {"status": "failed"}})
    assert f'<a href="{partial}">Debt?</a> <small>The last run failed; this is how far' in html
    assert 'data-stated="failed" data-used="" id="row-D1"' in html
    assert "How often the rule itself errs" not in html


def test_an_index_without_any_card_says_so():
    html = index_page(scoreboard({}), [], {})
    assert "No claim has been tried yet." in html
    for name in LINES:
        put = [claim for claim in load_claims().values() if name in claim.lines]
        assert html.count(f'data-{name}="not tried yet"') == len(put)
