"""The full check finds nothing in the real folder, and finds each kind of damage."""

import re
from pathlib import Path

import pytest

from helpers.data import load, load_table
from helpers.data.catalog import catalog
from helpers.data.columns import CHECKS, TYPES
from helpers.data.refresh import refresh_hashes
from helpers.data.rules import RULES
from helpers.data.series import trim
from helpers.data.unlikely import unlikely_months
from helpers.data.verify import check_entry, verify_all, verify_table
from helpers.errors import DataError
from part_of_data import copy_of_data


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Makes a folder with copies of some tables, and lets it be the one in use."""

    def made(*tables):
        folder = copy_of_data(tmp_path / "data", *tables)
        monkeypatch.setenv("REBALANCE_DATA", str(folder))
        return folder

    return made


def test_the_data_folder_is_in_order():
    assert verify_all() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "snapshot/factors_monthly.csv",
            "1926-07,2.89",
            "1926-07,289",
            "mkt_rf: 289.0 is not at most 60 (1926-07)",
        ),
        (
            "snapshot/factors_monthly.csv",
            "1926-08,2.64,-1.14,3.81,0.25\n",
            "",
            "every period has a row",
        ),
        (
            "snapshot/exposures_by_rank.csv",
            "501-1000",
            "501-999",
            "rank: '501-999' is not one of 1-500, 501-1000, 1001-3000, >3000 (line 3)",
        ),
        ("snapshot/exposures_by_rank.csv", "501-1000", "1-500", "2021, '1-500' stands twice"),
        (
            "snapshot/passthrough_quarterly.csv",
            ",0.265,0.046",
            ",0.265,-0.046",
            "beta_se: -0.046 is not above 0",
        ),
        (
            "published/floating_rate_debt.csv",
            ",verbatim,",
            ",hearsay,",
            "confidence: 'hearsay' is not one of verbatim, second-hand, derived, not found (line 2)",
        ),
        (
            "published/floating_rate_debt.csv",
            "2024-07,2024-07-31",
            "mid-2024,2024-07-31",
            "period: 'mid-2024' does not read",
        ),
    ],
)
def test_damage_is_named_even_where_the_hash_was_refreshed(copy, file, old, new, complaint):
    table = Path(file).stem
    folder = copy(table)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    refresh_hashes(folder)
    problems = verify_table(table)
    assert any(complaint in problem and file in problem for problem in problems), problems


def test_every_problem_is_listed_not_only_the_first(copy):
    snapshot = copy("rates_monthly", "factors_monthly") / "snapshot"
    (snapshot / "rates_monthly.csv").unlink()
    with (snapshot / "factors_monthly.csv").open("a") as file:
        file.write("\n")
    (snapshot / "forgotten.csv").write_text("period,value\n")
    problems = "\n".join(verify_all())
    assert "snapshot/rates_monthly.csv is missing" in problems
    assert "snapshot/factors_monthly.csv is not the file" in problems
    assert "snapshot/forgotten.csv: not in the catalog" in problems


@pytest.mark.parametrize(
    ("tables", "old", "new", "complaint"),
    [
        (
            ["rates_monthly"],
            "span: 1954-07..2026-09",
            "span: 1954-07..2026-08",
            "fed_funds: the catalog says 1954-07..2026-08",
        ),
        (
            ["prices_labour_monthly"],
            "        unit: index, 1982-84 = 100\n",
            "",
            "core_cpi|cpi",
        ),
        (
            ["passthrough_quarterly"],
            "    known: 2024-08-31  # reports for 2024Q2 are in\n",
            "",
            "passthrough_quarterly: exactly one of",
        ),
        (
            ["rates_monthly", "factors_monthly"],
            "  rates_monthly:\n",
            "  factors_monthly:\n",
            "factors_monthly stands twice",
        ),
        (
            ["etf_monthly_returns"],
            "      rsp: {title",
            "      spy: {title",
            "spy stands twice",
        ),
        (
            ["activity_monthly", "prices_labour_monthly"],
            "      core_pce:\n",
            "      cpi:\n",
            "cpi stands 2 times in the catalog",
        ),
        (
            ["valuation"],
            "    publisher: see rows\n",
            "    publisher: ''\n",
            "valuation: the catalog gives no publisher",
        ),
    ],
)
def test_catalog_and_files_must_agree(copy, tables, old, new, complaint):
    path = copy(*tables) / "catalog.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = "\n".join(verify_all())
    assert any(part in problems for part in complaint.split("|")), problems


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("release_lag: 14 ", "release_lag: -300 ", "cpi: no figure comes out -300 days after"),
        ("release_lag: 14 ", "release_lag: 1400 ", "cpi: no figure comes out 1400 days after"),
        ("2025-09: 2025-10-24", "2025-09: 2025-09-24", "cpi: 2025-09 cannot come out on 2025-09-24, before"),
        ("2025-09: 2025-10-24", "2025-09: 2025-10-14", "2025-09 on 2025-10-14 is not late, it was due on 2025-10-14"),
        ("2025-09: 2025-10-24", "2025-11: 2025-10-24", "2025-11 stands twice"),
        ("2025-09: 2025-10-24", "2025-11-30: 2025-12-24", "cpi: 2025-11 has two late releases"),
        ("2025-09: 2025-10-24", "soon: 2025-10-24", "cpi: late release soon: 2025-10-24 is not a period and a day"),
        ("2025-09: 2025-10-24", "2025-09: later", "cpi: late release 2025-09: later is not a period and a day"),
        ("        release_lag: 14 ", "        known: 2026-01-01 ", "cpi: late_releases need a release_lag"),
    ],
)  # fmt: skip
def test_a_release_that_cannot_be_is_named(copy, old, new, complaint):
    path = copy("prices_labour_monthly") / "catalog.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        problems = [problem for one in catalog().values() for problem in check_entry(one)]
    except DataError as error:
        problems = [str(error)]
    assert any(complaint in problem for problem in problems), problems


@pytest.mark.parametrize("name", ["smb", "lo30", "iwm"])
@pytest.mark.parametrize(
    ("damaged", "complaint"),
    [
        ([float("nan")], "1 months inside its span are blank"),
        ([0, 0], "2 months in a row are exactly zero"),
        ([-299], "-299 is over 40 times the usual month around it"),
    ],
)
def test_a_suspicious_month_of_a_return_series_is_noticed(name, damaged, complaint):
    returns = load(name).copy()
    assert list(unlikely_months(returns)) == []
    returns.iloc[100 : 100 + len(damaged)] = damaged
    assert list(unlikely_months(returns)) == [f"{complaint} ({returns.index[100]})"]


@pytest.mark.parametrize("table", ["industries_monthly", "industries_equal_weighted_monthly"])
def test_two_industries_of_few_companies_have_months_that_look_like_errors_and_are_none(table):
    returns = load_table(table)
    found = {name: list(unlikely_months(trim(returns[name]))) for name in returns}
    assert {name: months for name, months in found.items() if months} == {
        "rubbr": ["12 months inside its span are blank (1943-07)"],
        "paper": ["2 months in a row are exactly zero (1932-10)"],
    }


def test_zeros_of_a_bill_rate_near_zero_and_single_zeros_are_no_surprise():
    rate, factor = load("rf"), load("hml")
    assert (rate == 0).sum() > 50
    assert (factor == 0).any()
    assert [*unlikely_months(rate), *unlikely_months(factor)] == []


def test_a_suspicious_month_is_named_with_its_file(copy):
    folder = copy("factors_monthly")
    path = folder / "snapshot" / "factors_monthly.csv"
    path.write_text(re.sub(r"(?m)^(1999-0[34]),.*$", r"\1,0,0,0,0.4", path.read_text()))
    refresh_hashes(folder)
    assert verify_table("factors_monthly") == [
        f"snapshot/factors_monthly.csv: {name}: 2 months in a row are exactly zero (1999-03)."
        for name in ("mkt_rf", "smb", "hml")
    ]


def test_word_in_a_column_of_numbers_is_named(copy):
    folder = copy("rates_monthly")
    path = folder / "snapshot" / "rates_monthly.csv"
    path.write_text(path.read_text().replace("1954-08,1.22", "1954-08,n/a"))
    refresh_hashes(folder)
    assert verify_table("rates_monthly") == [
        "rates_monthly.csv: fed_funds: 'n/a' is not a number (line 18)."
    ]


def test_refresh_keeps_comments_and_order(copy):
    folder = copy()
    before = (folder / "catalog.yaml").read_text(encoding="utf-8")
    assert refresh_hashes(folder) == []
    assert (folder / "catalog.yaml").read_text(encoding="utf-8") == before


# --- each rule, type and check ------------------------------------------------------------------------------

BROKEN_RULES = {
    "lower_not_above_upper": ("fomc_decisions", "4.75,5,-50", "5.25,5,-50"),
    "announced_on_the_effective_date_through_2016_the_day_before_since": (
        "fomc_decisions",
        "2024-09-18,2024-09-19",
        "2024-09-19,2024-09-19",
    ),
    "changes_add_up_to_the_level": ("fomc_decisions", "4.75,5,-50", "4.75,5,-25"),
    "peak_before_trough": ("nber_recessions", "2007-12,2008-12-01,2009-06", "2009-07,2009-08-01,2009-06"),
    "peak_announced_after_the_peak": ("nber_recessions", "2007-12,2008-12-01", "2007-12,2007-11-01"),
    "trough_announced_after_the_trough": ("nber_recessions", "2009-06,2010-09-20", "2009-06,2009-06-20"),
    "start_before_end": ("market_moves", "2025-12-31,2026-02-13", "2026-02-14,2026-02-13"),
    "low_mid_and_high_in_order": ("key_parameters", "30,41,51", "41,30,51"),
    "one_of_value_range_and_statement": ("valuation", "20.7,,,,ratio", ",,,,ratio"),
    "low_below_high": ("floating_rate_debt", ",4.1,7.0,,", ",7.0,4.1,,"),
    "figures_have_a_unit": ("valuation", "20.7,,,,ratio", "20.7,,,,"),
    "an_address_unless_derived_or_not_found": (
        "floating_rate_debt",
        "https://apolloacademy",
        "apolloacademy",
    ),
}  # fmt: skip


def test_every_rule_is_used_and_tried():
    used = {rule for one in catalog().values() for rule in one.rules}
    assert used == set(RULES) == set(BROKEN_RULES)


@pytest.mark.parametrize("rule", BROKEN_RULES)
def test_a_broken_rule_is_named_with_its_file_and_line(copy, rule):
    table, old, new = BROKEN_RULES[rule]
    folder = copy(table)
    path = folder / catalog()[table].file
    lines = path.read_text(encoding="utf-8").split("\n")
    number = next(i for i, line in enumerate(lines) if old in line)
    lines[number] = lines[number].replace(old, new)
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    refresh_hashes(folder)
    words = f"broken rule: {rule.replace('_', ' ')} (line {number + 1})."
    assert f"{catalog()[table].file}: {words}" in verify_table(table)


def synthetic_folder(folder, kind, cells, column="x", frequency="irregular"):
    """A data folder of one synthetic table with one column of the kind, and one of numbers beside it."""
    (folder / "snapshot").mkdir(parents=True)
    rows = "\n".join(f"{cell},{number}" for number, cell in enumerate(cells))
    (folder / "snapshot" / "made_up.csv").write_text(f"{column},other\n{rows}\n")
    (folder / "catalog.yaml").write_text(
        f"""
kinds:
  tried: {kind}
  figure: {{type: number}}
tables:
  made_up:
    title: Synthetic
    file: snapshot/made_up.csv
    sha256: ""
    frequency: {frequency}
    publisher: nobody
    vintage: none
    rights: none
    known: 2020-01-01
    columns:
      {column}: {{is: tried, meaning: "what is tried"}}
      other: {{is: figure, meaning: "a number"}}
"""
    )
    refresh_hashes(folder)
    return folder


UNREADABLE = {  # type: cells that read, one that does not
    "text": None,  # every cell is a text
    "date": (["2024-02-29", "2025-01-31"], "2025-02-29"),
    "month": (["2024-01", "2024-12"], "2024-13"),
    "period": (["2024-01", "2024-02"], "2024-1x"),
    "number": (["1", "-2.5e3"], "n/a"),
    "integer": (["1", "-7"], "2.5"),
    "yes_no": (["true", "false"], "maybe"),
}


@pytest.mark.parametrize("type_", [name for name, cells in UNREADABLE.items() if cells])
def test_a_cell_of_another_type_stops_the_load_and_is_named(tmp_path, monkeypatch, type_):
    good, bad = UNREADABLE[type_]
    column = "period" if type_ == "period" else "x"
    for cells, folder in ((good, tmp_path / "good"), ([*good, bad], tmp_path / "bad")):
        synthetic_folder(folder, f"{{type: {type_}}}", cells, column, "monthly")
        monkeypatch.setenv("REBALANCE_DATA", str(folder))
        if cells is good:
            assert verify_all() == []
            assert len(load_table("made_up")) == 2
    words = f"made_up.csv: {column}: {bad!r} is not a {type_} (line 4)."
    assert verify_all() == [words]
    with pytest.raises(DataError, match=re.escape(words)):
        load_table("made_up")


BROKEN_CHECKS = {  # check: kind, cells that pass, one that does not, and the complaint
    "required": ("{type: number, required: true}", ["1", "2"], "", "a blank is not allowed"),
    "unique": ("{type: integer, unique: true, required: true}", ["1", "2"], "2", "2 stands twice"),
    "increasing": ("{type: date, increasing: true}", ["2024-01-31", "2024-01-31"], "2024-01-30",
                   "2024-01-30 comes after a later one"),
    "one_of": ("{type: text, one_of: [cut, hold]}", ["cut", ""], "raise", "'raise' is not one of cut, hold"),
    "pattern": (r"{type: text, pattern: '\d{4}'}", ["2024", ""], "24", r"'24' does not read \d{4}"),
    "above": ("{type: number, above: 0}", ["0.1", ""], "0", "0.0 is not above 0"),
    "at_least": ("{type: number, at_least: -1}", ["-1", ""], "-1.5", "-1.5 is not at least -1"),
    "at_most": ("{type: integer, at_most: 7}", ["7", ""], "8", "8 is not at most 7"),
    "below": ("{type: number, below: 7}", ["6.5", ""], "7", "7.0 is not below 7"),
    "other_than": ("{type: number, other_than: 0}", ["-25", ""], "0", "0.0 is not other than 0"),
}  # fmt: skip


def test_every_type_and_check_is_tried():
    assert set(UNREADABLE) == set(TYPES)
    assert set(BROKEN_CHECKS) == set(CHECKS)


@pytest.mark.parametrize("check", BROKEN_CHECKS)
def test_a_broken_check_names_file_column_value_and_line(tmp_path, monkeypatch, check):
    kind, good, bad, complaint = BROKEN_CHECKS[check]
    monkeypatch.setenv("REBALANCE_DATA", str(synthetic_folder(tmp_path / "good", kind, good)))
    assert verify_all() == []
    folder = synthetic_folder(tmp_path / "bad", kind, [*good, bad])
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    (problem,) = verify_all()
    assert re.fullmatch(
        rf"snapshot/made_up\.csv: x: {re.escape(complaint)} \(line [34]\)\.", problem
    ), problem


@pytest.mark.parametrize("type_", ["text", "date", "month", "number", "integer", "yes_no"])
def test_a_required_cell_of_any_type_is_missed(tmp_path, monkeypatch, type_):
    good = (UNREADABLE[type_] or (["words"], ""))[0]
    folder = synthetic_folder(tmp_path / "data", f"{{type: {type_}, required: true}}", [*good, ""])
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    (problem,) = verify_all()
    assert "made_up.csv: x: a blank" in problem, problem


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("{type: numbr}", "made_up.x: there is no type 'numbr'. Did you mean number?"),
        ("{type: number, at_lest: 0}", "made_up.x: there is no check 'at_lest'. Did you mean at_least"),
        ("{type: text, above: 0}", "made_up.x: above is no check of a text column."),
        ("{required: true}", "made_up.x: there is no type None."),
    ],
)  # fmt: skip
def test_a_misspelt_type_or_check_is_named(tmp_path, monkeypatch, kind, words):
    folder = synthetic_folder(tmp_path / "data", kind, ["1"])
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    with pytest.raises(DataError, match=re.escape(words)):
        load_table("made_up")
    assert words in verify_all()[0]


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("exposures_by_rank", "{is: rank,", "{is: rnak,", "there is no kind of column 'rnak'. Did you mean rank?"),
        ("valuation", "- low_below_high", "- low_bellow_high", "rule 'low_bellow_high'. Did you mean low_below_high?"),
        ("key_parameters", "key: [metric, group]", "key: [metric, grup]", "key_parameters: the key names grup"),
    ],
)  # fmt: skip
def test_a_misspelt_kind_rule_or_key_is_named(copy, table, old, new, words):
    path = copy(table) / "catalog.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(words in problem for problem in verify_all())
