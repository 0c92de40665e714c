"""Reports on paper, printed by the real browser."""

import re

import pytest

from helpers.run.printing import print_report
from helpers.run.publish import write_manifest
from sample_notebook import NAME

pytestmark = pytest.mark.browser


def test_a_report_becomes_pdfs_with_pages_and_an_outline(reports, tmp_path, chromium):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("index.html", f"{NAME}.html"):
        (folder / name).write_bytes((reports / name).read_bytes())
    write_manifest(folder, {NAME: {"status": "ok", "seconds": 1.0}})
    out = tmp_path / "on paper"
    assert [path.name for path in print_report(folder, out, ["1"])] == [f"{NAME}.pdf"]
    assert [path.name for path in out.iterdir()] == [f"{NAME}.pdf"]
    printed = (out / f"{NAME}.pdf").read_bytes()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 2
    assert b"/Outlines" in printed


def test_on_paper_the_contents_come_first_and_outside_links_show_their_address(visit, reports):
    tab = visit(reports / f"{NAME}.html")
    page = tab.page
    assert not page.locator(".paper").is_visible()
    tab.fit(media="print")
    first = page.locator("main > :visible:not(h1, .dateline)").first
    assert first.get_attribute("class") == "paper contents"
    targets = [one.get_attribute("href") for one in first.locator("a").all()]
    assert targets[0] == "#verdicts"
    assert all(page.locator(target).count() == 1 for target in targets)
    assert page.locator("nav.contents:visible").count() == 0
    link = page.locator('a[href^="http"]').first
    shown = link.evaluate("one => getComputedStyle(one, '::after').content")
    assert link.get_attribute("href") in shown


def test_on_paper_no_figure_card_or_row_is_cut_and_pages_are_numbered(visit, reports):
    tab = visit(reports / f"{NAME}.html")
    page = tab.page
    tab.fit(media="print")
    kept = "all => all.every(one => getComputedStyle(one).breakInside === 'avoid')"
    for part in (".gr-figure", ".gr-card", ".gr-scroll tr"):
        assert page.locator(part).count() > 0
        assert page.locator(part).evaluate_all(kept), part
    css = page.locator("style").first.inner_text()
    assert "counter(page)" in css
    assert "counter(pages)" in css
