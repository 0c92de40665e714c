"""Terms are marked once, where a reader meets them, and every mark leads to a meaning."""

import re

import pytest

from helpers.report.glossary import LEFT, TERMS, glossary, mark


def test_only_the_first_use_of_a_term_is_marked_and_the_text_stays_the_same():
    seen: set[str] = set()
    text = "<p>A Bayes factor of 3; another Bayes factor. HAC errors.</p>"
    html = mark(text, seen)
    assert re.findall(r'href="#([a-z-]+)"', html) == ["term-bayes-factor", "term-hac"]
    assert re.sub(r"</?a[^>]*>", "", html) == text
    assert seen == {"Bayes factor", "HAC"}
    assert mark(text, seen) == text


@pytest.mark.parametrize("element", ["a", "button", "code", "h2", "math", "pre", "summary", "svg"])
def test_links_headings_code_and_drawings_are_left_as_they_are(element):
    assert re.fullmatch(LEFT, element)
    html = f"<div><{element} x='1'>HAC <b>placebo</b></{element}> text</div>"
    assert mark(html, set()) == html
    assert 'href="#term-hac"' in mark(f"{html}<p>HAC</p>", set())


def test_a_firm_whose_owners_pay_its_tax_is_not_the_pass_through_of_a_rate():
    html = "<p>The deduction for pass-through business income and pass-through entities.</p>"
    assert mark(html, set()) == html
    assert "#term-pass-through" in mark("<p>A pass-through of 90 percent</p>", set())


def test_attributes_and_parts_of_words_are_no_terms():
    html = '<p title="a placebo">subp powerful HACK</p>'
    assert mark(html, set()) == html


@pytest.mark.parametrize("term", TERMS)
def test_each_term_is_recognised_by_its_own_name_or_a_spelling_of_it(term):
    spelled = {"Power": "power of the test"}.get(term, term)
    seen: set[str] = set()
    html = mark(f"<p>The {spelled} of it.</p>", seen)
    assert term in seen
    (anchor,) = re.findall(r'aria-describedby="([^"]+)"', html)
    assert f'<div id="{anchor}"><dt>{term}</dt>' in glossary(seen)


def test_the_glossary_is_sorted_and_nothing_where_no_term_was_used():
    told = re.findall(r"<dt>([^<]+)</dt>", glossary(TERMS))
    assert told == sorted(TERMS, key=str.lower)
    assert glossary(set()) == ""
