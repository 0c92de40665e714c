"""Pages in a real browser, used: by keyboard, by pointer, without scripts, on a phone, on paper."""

from __future__ import annotations

import pandas as pd
import pytest

pytestmark = pytest.mark.browser


@pytest.mark.page_of_each_kind
def test_by_keyboard_one_skips_to_the_content_and_switches_the_theme_with_a_blocked_store(
    visit, page_path
):
    opened = visit(page_path, store=False)
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator("#theme").press("Enter")
    assert page.evaluate(background) != light
    page.locator("#theme").press("Enter")
    assert page.evaluate(background) == light
    assert opened.complaints == []


REPORT = "01_rate_cuts_and_floating_debt.html"


def test_a_card_is_a_row_on_screen_and_whole_on_paper(visit, reports):
    tab = visit(reports / REPORT)
    page = tab.page
    height = "document.querySelector('#card-M5 details dl').getBoundingClientRect().height"
    inside = page.locator("#card-M5 details dl").first
    assert not inside.is_visible()
    tab.fit(media="print")
    assert inside.is_visible()
    assert page.evaluate(height) > 50


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_to_a_source_opens_the_folded_table_that_tells_of_it(visit, reports, scripts):
    tab = visit(reports / REPORT, scripts=scripts)
    row = tab.page.locator("#source-fed-funds")
    assert not row.is_visible()
    assert not tab.page.locator("#source-nber-recessions").is_visible()
    tab.page.goto(f"{tab.address}#source-fed-funds")
    row.wait_for()
    assert 0 <= row.bounding_box()["y"] < 900
    assert row.locator("a").get_attribute("href").startswith("https://fred.stlouisfed.org/")
    assert tab.requests == []


@pytest.mark.parametrize(("width", "most"), [(375, 1), (1280, 4)])
def test_the_two_lines_and_the_links_of_the_chain_stand_beside_each_other_where_there_is_room(
    visit, reports, width, most
):
    tops = "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    page = visit(reports / "index.html", width=width).page
    places = page.locator(".gr-chain li").evaluate_all(tops)
    assert max(places.count(top) for top in places) == most
    card = visit(reports / REPORT, width=width).unfold()
    lines = card.locator("#card-M5 .gr-line").evaluate_all(tops)
    assert len(set(lines)) == (2 if most == 1 else 1)


def visible_rows(page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('#claims tbody tr')].filter(r => r.offsetParent).map(r => r.id)"
    )


@pytest.mark.parametrize("width", [375, 1280])
def test_the_index_filters_by_keyboard_and_says_how_many_remain(visit, reports, width):
    page = visit(reports / "index.html", width=width).page
    everything = visible_rows(page)
    page.locator("[name=section]").focus()
    page.keyboard.type("Debt")
    assert visible_rows(page) == ["row-D1", "row-D2", "row-D3"]
    count = page.locator("#count")
    assert count.get_attribute("aria-live") == "polite"
    assert count.inner_text() == f"3 of {len(everything)} claims shown"
    page.keyboard.press("Tab")
    page.keyboard.type("true")
    assert visible_rows(page) == ["row-D2"]
    page.keyboard.press("Tab")
    page.keyboard.type("undecided")
    assert visible_rows(page) == []
    page.locator("[name=section]").select_option("")
    page.locator("[name=stated]").select_option("")
    assert visible_rows(page) == ["row-M5"]


def test_the_index_searches_claims_and_what_was_found(visit, reports):
    page = visit(reports / "index.html").page
    page.locator("[name=search]").focus()
    page.keyboard.type("MEGA-caps dominate")
    assert visible_rows(page) == ["row-M1"]
    page.keyboard.press("Enter")
    assert visible_rows(page) == ["row-M1"]
    page.locator("[name=search]").fill("<synthetic>")
    assert visible_rows(page) == ["row-M5"]
    page.locator("[name=search]").fill("no such words")
    assert visible_rows(page) == []


def test_a_term_is_told_on_focus_and_on_hover_and_escape_hides_it(visit, reports):
    tab = visit(reports / REPORT, width=375, painted=True)
    page, tip = tab.unfold(), tab.page.locator(".tip")
    term = page.locator(".gr-term").first
    assert not tip.is_visible()
    term.focus()
    anchor = term.get_attribute("aria-describedby")
    assert tip.inner_text() == page.locator(f"#{anchor}").inner_text().replace("\n", " ")
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    term.hover()
    assert tip.is_visible()


def test_the_address_of_a_card_and_of_a_figure_and_words_to_cite_them_can_be_copied(visit, reports):
    tab = visit(reports / REPORT, painted=True)
    page = tab.unfold()
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', "
        "{value: {writeText: async (text) => { window.copied = text; }}})"
    )
    page.locator("#card-M5 .gr-copy button").first.click()
    assert page.evaluate("copied") == f"{tab.address}#card-M5"
    page.locator("#card-M5 .gr-copy button").last.click()
    assert page.evaluate("copied").endswith(
        f"Figures known by 16 February 2026. {tab.address}#card-M5"
    )
    page.locator("#figure-cloud .gr-copy button").last.click()
    assert page.evaluate("copied").endswith(f"figure: A cloud. {tab.address}#figure-cloud")
    assert tab.complaints == []


def test_without_javascript_no_button_is_offered_that_does_nothing(visit, reports):
    page = visit(reports / REPORT, scripts=False).unfold()
    assert page.locator("button >> visible=true").count() == 0
    assert page.locator(".tip").count() == 0
    assert page.locator(".gr-term").first.get_attribute("href").startswith("#term-")


def test_a_long_table_shows_its_first_rows_then_all_and_all_on_paper(visit, reports, tmp_path):
    from helpers.report.tables import table_html

    frame = pd.DataFrame({"Row": range(30)})
    page_text = (reports / REPORT).read_text(encoding="utf-8")
    path = tmp_path / REPORT
    path.write_text(page_text.replace("<h2 id=", f"{table_html(frame, 'Many')}<h2 id=", 1), "utf-8")
    tab = visit(path)
    page = tab.page
    rows = page.locator("[aria-label=Many] tbody tr >> visible=true")
    assert rows.count() == 5
    tab.fit(media="print")
    assert rows.count() == 30
    tab.fit()
    page.locator("[aria-label=Many] + .gr-more summary").press("Enter")
    assert rows.count() == 30


def test_the_index_shows_every_claim_without_javascript(visit, reports):
    page = visit(reports / "index.html", scripts=False).page
    assert (
        page.locator("#claims tbody tr >> visible=true").count()
        == page.locator("#claims tbody tr").count()
        > 30
    )
    assert not page.locator(".controls").is_visible()


def test_a_row_leads_to_the_card_in_the_report(visit, reports):
    tab = visit(reports / "index.html", painted=True)
    tab.may_leave = True
    page = tab.page
    page.locator("#row-D2 a").click()
    page.wait_for_url("**/01_rate_cuts_and_floating_debt.html#card-D2")
    assert page.evaluate("document.querySelector(':target').id") == "card-D2"
    box = page.locator("#card-D2").bounding_box()
    assert 0 <= box["y"] < 900
    assert page.locator("#card-D2 .gr-lines").is_visible()
    page.locator("#card-D2 > summary").click()
    assert not page.locator("#card-D2 > .gr-lines").is_visible()


def test_a_link_opens_its_card_without_javascript(visit, reports):
    tab = visit(reports / REPORT, scripts=False)
    assert not tab.page.locator("#card-D2 > .gr-lines").is_visible()
    tab.page.goto(f"{tab.address}#card-D2")
    assert tab.page.locator("#card-D2 > .gr-lines").is_visible()


@pytest.mark.parametrize("name", ["index.html", REPORT])
def test_a_button_opens_all_that_is_folded_and_closes_it_again(visit, reports, name):
    page = visit(reports / name).page
    folds, button = page.locator("details"), page.locator("#unfold")
    for told, opened in (("Fold all", folds.count()), ("Unfold all", 0)):
        button.press("Enter")
        assert button.inner_text() == told
        assert page.locator("details[open]").count() == opened


def test_the_contents_stand_in_the_margin_of_a_wide_screen_and_stay_in_sight(visit, reports):
    tab = visit(reports / REPORT, width=1440)
    page, contents, title = tab.page, tab.page.locator("nav.contents"), tab.page.locator("h1")
    beside = contents.bounding_box()
    assert beside["x"] >= 0
    assert beside["x"] + beside["width"] < title.bounding_box()["x"]
    assert contents.locator("a").first.inner_text() == "Verdicts"
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert contents.bounding_box() == beside
    tab.fit(1280)
    assert contents.bounding_box()["x"] == title.bounding_box()["x"]
    assert not contents.get_by_text("Verdicts").is_visible()


def test_a_card_opens_and_closes_by_keyboard(visit, reports):
    page = visit(reports / REPORT).page
    page.locator("#card-M5 > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#card-M5 > .gr-lines").is_visible()
    page.keyboard.press("Space")
    assert not page.locator("#card-M5 > .gr-lines").is_visible()


def test_figures_scale_to_a_phone(visit, reports):
    page = visit(reports / REPORT, width=375).page
    pictures = "[...document.querySelectorAll('.gr-figure svg, .gr-figure img')]"
    widths = page.evaluate(
        f"{pictures}.map(one => one.getBoundingClientRect().width).filter(width => width)"
    )
    assert widths
    assert all(300 < width <= 375 for width in widths)


@pytest.mark.parametrize("name", ["index.html", REPORT])
@pytest.mark.parametrize(
    "smuggled",
    [
        "<script>document.title = 'taken'</script>",
        "<img src='x' onerror=\"document.title = 'taken'\">",
        "<a id='smuggled' href=\"javascript:document.title = 'taken'\">x</a>",
        "<style>h1 { display: none }</style>",
        "<base href='https://elsewhere.example/'>",
    ],
)
def test_the_browser_refuses_whatever_the_page_did_not_bring(
    visit, reports, tmp_path, name, smuggled
):
    text = (reports / name).read_text(encoding="utf-8")
    path = tmp_path / name
    path.write_text(
        text.replace('<main id="main"', f'{smuggled}<main id="main"', 1), encoding="utf-8"
    )
    opened = visit(path, painted=True)
    if "smuggled" in smuggled:
        opened.page.locator("#smuggled").click()
    opened.page.wait_for_timeout(100)
    assert opened.page.title() != "taken"
    assert opened.page.locator("h1").is_visible()
    assert opened.requests == []
    assert any("Content Security Policy" in words for words in opened.complaints)


def test_on_paper_the_contents_come_first_and_outside_links_show_their_address(visit, reports):
    tab = visit(reports / REPORT)
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
    tab = visit(reports / REPORT)
    page = tab.page
    tab.fit(media="print")
    kept = "all => all.every(one => getComputedStyle(one).breakInside === 'avoid')"
    for part in (".gr-figure", ".gr-card", ".gr-scroll tr"):
        assert page.locator(part).count() > 0
        assert page.locator(part).evaluate_all(kept), part
    css = page.locator("style").first.inner_text()
    assert "counter(page)" in css
    assert "counter(pages)" in css
