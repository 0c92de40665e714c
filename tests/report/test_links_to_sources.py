"""Every name of a source leads to a row at the foot, and that row to the addresses of the data files, and no others."""

from __future__ import annotations

import csv
import re
from html import escape, unescape

import pytest
import yaml

from helpers import report
from helpers.data import Information, recording
from helpers.data.catalog import catalog
from helpers.data.paths import data_dir
from helpers.data.refresh import refresh_hashes
from helpers.data.verify import check_entry, verify_table
from helpers.report.card import Card
from helpers.report.glossary import mark
from helpers.report.sources import anchor, names_html, source_html
from helpers.trial.claims import load_claim
from helpers.trial.evidence import Answer, Evidence
from part_of_data import copy_of_data

AS_OF = "2026-02-16"
FLOATING = "floating share of total debt"


def rows_of(table: str) -> list[dict[str, str]]:
    """The file of a table, read by nothing of this package."""
    with (data_dir() / catalog()[table].file).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def foot(shown, info: Information, later: Information | None = None) -> str:
    (output,) = shown(report.provenance, info, {"as_of": str(info.as_of)}, later)
    return output["text/html"]


def row_at(html: str, place: str) -> str:
    """The row of the foot that has a place."""
    (row,) = [row for row in re.findall(r"<tr>.*?</tr>", html) if f'id="{place}"' in row]
    return row


def web(html: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'<a href="(http[^"]+)"', html)]


def places(html: str) -> list[str]:
    return re.findall(r'href="#([^"]+)"', html)


@pytest.mark.parametrize("as_of", [AS_OF, "2023-12-31"])
def test_quotations_lead_to_the_publications_known_at_the_date_and_no_others(shown, as_of):
    info = Information(as_of)
    share = info.published(FLOATING, "small")
    row = row_at(foot(shown, info), anchor(share.provenance.name))
    read = [
        one
        for one in rows_of("floating_rate_debt")
        if one["metric"] == FLOATING and one["size"] == "small" and one["known"] <= as_of
    ]
    assert web(row) == list(
        dict.fromkeys(one["url"] for one in sorted(read, key=lambda one: one["known"]))
    )
    for one in read:
        for told in (one["title"], one["publisher"], one["known"]):
            assert escape(told) in row
    assert len(read) == (5 if as_of == AS_OF else 2)


def test_one_table_read_for_two_metrics_lists_the_pages_of_both():
    info, metrics = Information(AS_OF), ("forward P/E", "price / sales")
    with recording() as read:
        parts = [info.quoted(metric) for metric in metrics]
    wanted = {
        one["url"]
        for one in rows_of("valuation")
        if one["metric"] in metrics and one["known"] <= AS_OF
    }
    assert all(set(part["url"]) < wanted for part in parts)
    for (one,) in (read.sources, info.used()):
        assert {page.address for page in one.pages} == wanted
        assert (one.first, one.last) == tuple(
            f(str(part["known"].dt.date.agg(f)) for part in parts) for f in (min, max)
        )


def test_series_lead_to_fred_and_papers_to_their_doi_as_the_catalog_has_them(shown):
    written = yaml.safe_load((data_dir() / "catalog.yaml").read_text(encoding="utf-8"))
    prefixes = written["addresses"]
    live = [one for one in catalog().values() if one.live.startswith("fred:")]
    assert len(live) == 17
    info = Information(AS_OF)
    for one in (*live, *map(catalog().get, ("narrative_policy_shock", "lo30", "nim_all"))):
        info.load(one.name)
    html = foot(shown, info)
    for one in live:
        link = f'<a href="{prefixes["fred"]}{one.source_id}">{escape(one.title)}</a>'
        assert link in row_at(html, anchor(one.name))
    others = {
        "narrative_policy_shock": ["doi:10.1257/0002828042002651", "doi:10.3386/w22141"],
        "lo30": [written["tables"]["size_portfolios_monthly"]["page"]],
        "nim_all": ["fred:USNIM"],
    }
    for name, named in others.items():
        parts = [one.partition(":") for one in named]
        assert web(row_at(html, anchor(name))) == [
            prefixes[prefix] + rest for prefix, _, rest in parts
        ]


def test_each_source_of_a_card_and_of_a_figure_leads_to_its_row(shown):
    info = Information(AS_OF)
    with recording() as read:
        info.published(FLOATING, "small"), info.quoted("forward P/E")
        for name in ("cpi", "fed_funds", "lo30"):
            info.load(name)
    names = tuple(one.name for one in read.sources)
    found = Evidence(unit="percent", method="m", interval="none", estimate=1.0, sources=names)
    card = Card(load_claim("R1"), Answer(stated=found), AS_OF, {}).html()
    html = foot(shown, info)
    assert len(names) == 5
    for line in (card, source_html(read.sources), source_html(info)):
        assert list(dict.fromkeys(places(line))) == [anchor(name) for name in names]
        assert all(row_at(html, place) for place in places(line))
    assert not set(names) & set(re.findall(r">([^<]+)<", card + source_html(info)))


def test_what_was_read_later_has_a_row_of_its_own(shown):
    then, later = Information(AS_OF), Information("2026-10-01")
    then.load("cpi"), later.load("cpi"), later.load("iwm")
    html = foot(shown, then, later)
    first, last = (row_at(html, place) for place in (anchor("cpi"), anchor("cpi", since=True)))
    assert "2026-01</span></td>" in first
    assert "2026-08</span></td>" in last
    assert row_at(html, anchor("iwm")) == row_at(html, anchor("iwm", since=True))
    assert all(row_at(html, place) for place in places(names_html(["cpi", "iwm"], since=True)))


def test_many_sources_fold_behind_the_first_two_with_publisher_and_edition_of_each():
    info = Information(AS_OF)
    for name in ("cpi", "fed_funds", "lo30", "hi30"):
        info.load(name)
    assert "<details>" not in source_html(info)
    info.load("cape")
    line = source_html(info)
    cpi, cape = catalog()["cpi"], catalog()["cape"]
    first = "; ".join(
        f'<a href="#{anchor(one)}">{catalog()[one].title}</a>' for one in ("cpi", "fed_funds")
    )
    assert f"Source: {first}; <details><summary>and 3 more</summary>" in line
    assert "<li>only what was known by 16 February 2026</li></ul>" in line
    for one in (cpi, cape):
        assert f"{one.publisher}: " in line
        assert f"[edition: {one.vintage}]" in line
    assert (
        source_html(["A page", "another"])
        == '<div class="gr-source">Source: A page · another.</div>'
    )


def test_no_term_is_marked_in_a_source_line():
    line = source_html("HAC and placebo")
    assert mark(line, set()) == line
    assert mark(f"{line}<p>A placebo.</p>", set()).startswith(line)


def test_an_address_that_is_no_page_of_the_web_is_refused(shown, tmp_path, monkeypatch):
    folder = copy_of_data(tmp_path / "data", "floating_rate_debt", "policy_shocks_monthly")
    path = folder / "published" / "floating_rate_debt.csv"
    (good,) = {
        one["url"] for one in rows_of("floating_rate_debt") if "Plante Moran" in one["publisher"]
    }
    path.write_text(
        path.read_text(encoding="utf-8").replace(good, "javascript:alert(1)"), encoding="utf-8"
    )
    catalogue = folder / "catalog.yaml"
    written = catalogue.read_text(encoding="utf-8").replace(
        "doi: https://doi.org/", "doi: 'javascript:'"
    )
    catalogue.write_text(written, encoding="utf-8")
    refresh_hashes(folder)
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    info = Information(AS_OF)
    info.published(FLOATING, "small"), info.load("narrative_policy_shock_original")
    html = foot(shown, info)
    assert "Plante Moran" in html
    assert "doi:10.1257" in html
    assert good not in html
    assert "javascript" not in html
    assert any("an address" in problem for problem in verify_table("floating_rate_debt"))
    (problem,) = check_entry(catalog()["narrative_policy_shock_original"])
    assert problem.endswith("javascript:10.1257/0002828042002651 is no page of the web.")
