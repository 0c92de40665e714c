"""The full check finds nothing in the real folder, and finds each kind of damage."""

import shutil
from pathlib import Path

import pytest

from helpers.data.paths import data_dir
from helpers.data.refresh import refresh_hashes
from helpers.data.verify import verify_all, verify_table


@pytest.fixture
def copy(tmp_path, monkeypatch):
    folder = shutil.copytree(data_dir(), tmp_path / "data")
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    return folder


def test_the_data_folder_is_in_order():
    assert verify_all() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("snapshot/factors_monthly.csv", "1926-07,2.89", "1926-07,289", "in_range"),
        (
            "snapshot/factors_monthly.csv",
            "1926-08,2.64,-1.14,3.81,0.25\n",
            "",
            "every period has a row",
        ),
        (
            "snapshot/fomc_decisions.csv",
            "2024-09-18,2024-09-19",
            "2024-09-19,2024-09-19",
            "the day before since",
        ),
        ("snapshot/fomc_decisions.csv", "4.75,5,-50", "4.75,5,-25", "changes add up"),
        (
            "snapshot/nber_recessions.csv",
            "2007-12,2008-12-01",
            "2007-12,2007-11-01",
            "announced after the peak",
        ),
        ("snapshot/exposures_by_rank.csv", "501-1000", "501-999", "isin"),
        ("snapshot/passthrough_quarterly.csv", ",0.265,0.046", ",0.265,-0.046", "greater_than"),
        ("published/floating_rate_debt.csv", ",verbatim,", ",hearsay,", "isin"),
        (
            "published/floating_rate_debt.csv",
            "https://apolloacademy",
            "apolloacademy",
            "an address",
        ),
        (
            "published/floating_rate_debt.csv",
            "2024-07,2024-07-31",
            "mid-2024,2024-07-31",
            "str_matches",
        ),
        ("published/floating_rate_debt.csv", ",4.1,7.0,,", ",7.0,4.1,,", "low below high"),
        ("published/valuation.csv", "20.7,,,,ratio", ",,,,ratio", "one of them"),
        ("published/key_parameters.csv", "30,41,51", "41,30,51", "in order"),
    ],
)
def test_damage_is_named_even_where_the_hash_was_refreshed(copy, file, old, new, complaint):
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    refresh_hashes(copy)
    problems = verify_table(Path(file).stem)
    assert any(complaint in problem and file in problem for problem in problems), problems


def test_every_problem_is_listed_not_only_the_first(copy):
    (copy / "snapshot" / "rates_monthly.csv").unlink()
    with (copy / "snapshot" / "factors_monthly.csv").open("a") as file:
        file.write("\n")
    (copy / "snapshot" / "forgotten.csv").write_text("period,value\n")
    problems = "\n".join(verify_all())
    assert "snapshot/rates_monthly.csv is missing" in problems
    assert "snapshot/factors_monthly.csv is not the file" in problems
    assert "snapshot/forgotten.csv: not in the catalog" in problems


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "span: 1954-07..2026-09",
            "span: 1954-07..2026-08",
            "fed_funds: the catalog says 1954-07..2026-08",
        ),
        ("        unit: index, 1982-84 = 100\n", "", "core_cpi|cpi"),
        (
            "    known: 2024-08-31  # reports for 2024Q2 are in\n",
            "",
            "passthrough_quarterly: exactly one of",
        ),
        ("  rates_monthly:\n", "  factors_monthly:\n", "factors_monthly: stands 2 times"),
    ],
)
def test_catalog_and_files_must_agree(copy, old, new, complaint):
    path = copy / "catalog.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = "\n".join(verify_all())
    assert any(part in problems for part in complaint.split("|")), problems


def test_word_in_a_column_of_numbers_is_named(copy):
    path = copy / "snapshot" / "rates_monthly.csv"
    path.write_text(path.read_text().replace("1954-08,1.22", "1954-08,n/a"))
    refresh_hashes(copy)
    assert any(
        "rates_monthly.csv" in problem and "n/a" in problem
        for problem in verify_table("rates_monthly")
    )


def test_refresh_keeps_comments_and_order(copy):
    before = (copy / "catalog.yaml").read_text(encoding="utf-8")
    assert refresh_hashes(copy) == []
    assert (copy / "catalog.yaml").read_text(encoding="utf-8") == before
