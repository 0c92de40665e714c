"""Full check of the data folder: every file against its schema, every entry against its file."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data.catalog import Entry, catalog, entry
from helpers.data.files import read_table
from helpers.data.live.registry import reader
from helpers.data.paths import data_dir
from helpers.data.series import trim
from helpers.errors import DataError

if TYPE_CHECKING:
    import pandera.pandas as pa

CONFIDENCE = ["verbatim", "second-hand", "derived", "not found"]
PERIOD = r"\d{4}(-\d\d(-\d\d)?|Q[1-4]|H[12])?"
TARGET = r"^(\d{4}(Q[1-4])?)?$"
DEFINITIONS = ["all_companies", "without_loss_makers", "without_health_care"]
RANKS = ["1-500", "501-1000", "1001-3000", ">3000"]


def verify_all() -> list[str]:
    """Every disagreement between catalog, files and schemas, in words; an empty list when all is well.

    Slower than the check on each load (it needs pandera), and complete: types, ranges, uniqueness, order, spans,
    vocabularies, addresses, files without an entry and entries without a file.
    """
    try:
        entries = catalog()
    except DataError as error:
        return [str(error)]
    problems = _orphans(entries) + _duplicates()
    for one in entries.values():
        problems += _incomplete(one)
        if one.kind == "table":
            problems += verify_table(one.name)
    return problems


def verify_table(name: str) -> list[str]:
    """Disagreements between the file of one table, its schema and the spans of the catalog."""
    import pandera.errors

    table = entry(name, "table")
    try:
        frame = read_table(table)
    except (DataError, ValueError) as error:  # ValueError: a word where a number or date belongs
        return [str(error) if isinstance(error, DataError) else f"{table.file}: {error}"]
    problems = []
    try:
        _schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.drop_duplicates(["column", "check"]).itertuples():
            problems.append(
                f"{table.file}: {case.column}: {case.check} fails, e.g. {case.failure_case!r}."
            )
    for series in table.series:
        values = trim(frame[series])
        span = f"{values.index[0]}..{values.index[-1]}" if len(values) else "nothing"
        if span != entry(series).span:
            problems.append(
                f"{series}: the catalog says {entry(series).span}, {table.file} holds {span}."
            )
    return problems


def _orphans(entries: dict[str, Entry]) -> list[str]:
    listed = {one.file for one in entries.values()}
    lying = {f"{path.parent.name}/{path.name}" for path in data_dir().glob("*/*.csv")}
    return [
        f"{file}: not in the catalog. Add an entry or remove the file."
        for file in sorted(lying - listed)
    ]


def _duplicates() -> list[str]:
    """Ids that stand twice in the catalog: YAML would keep the last one without a word."""
    lines = (data_dir() / "catalog.yaml").read_text(encoding="utf-8")
    ids = Counter(re.findall(r"^ {2}(?: {4})?(\w+): *(?:$|\{)", lines, flags=re.MULTILINE))
    return [
        f"{name}: stands {count} times in the catalog. Keep one."
        for name, count in ids.items()
        if count > 1
    ]


def _incomplete(one: Entry) -> list[str]:
    needed = ["title", "publisher", "frequency", "vintage", "rights", "file", "sha256"]
    if one.kind == "series":
        needed += ["unit", "span", "live", "seasonal_adjustment"]
    found = [
        f"{one.name}: the catalog gives no {name}." for name in needed if not getattr(one, name)
    ]
    dated = [one.release_lag is not None, one.known is not None, bool(one.known_column)]
    if not one.series and sum(dated) != 1:
        found.append(
            f"{one.name}: exactly one of release_lag, known and known_column must date its figures."
        )
    if one.kind == "series" and (one.low is None or one.high is None):
        found.append(f"{one.name}: the catalog gives no plausible range.")
    if one.kind == "series" and one.live not in ("", "none"):
        try:
            reader(one)
        except DataError as error:
            found.append(str(error))
    return found


def _schema(table: Entry) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    if table.series:
        return _series_schema(table)
    if table.is_published:
        return _quotation_schema()
    columns, checks = _special_schemas().get(table.name, ({}, []))
    named = {name: columns.get(name) or _column(name) for name in table.columns if name != "period"}
    if "period" in table.columns and table.known_column:
        named["period"] = pa.Column(str, pa.Check.str_matches(rf"^{PERIOD}$"))
    return pa.DataFrameSchema(named, checks=checks, strict=True)


def _series_schema(table: Entry) -> pa.DataFrameSchema:
    """Floats in their plausible range, on periods without a hole."""
    import pandera.pandas as pa

    series = {name: catalog()[name] for name in table.series}
    return pa.DataFrameSchema(
        {
            name: pa.Column(float, pa.Check.in_range(one.low, one.high), nullable=True)
            for name, one in series.items()
        },
        checks=pa.Check(
            lambda frame: len(frame) == len(pd.period_range(frame.index[0], frame.index[-1])),
            name="every period has a row",
        ),
        strict=True,
    )


def _quotation_schema() -> pa.DataFrameSchema:
    import pandera.pandas as pa

    words = pa.Check.str_length(min_value=1)
    number = pa.Column(float, nullable=True)
    return pa.DataFrameSchema(
        {
            "metric": pa.Column(str, words),
            "group": pa.Column(str, words),
            "size": pa.Column(str, pa.Check.isin(["small", "mid", "large", ""])),
            "period": pa.Column(str, pa.Check.str_matches(rf"^{PERIOD}(/{PERIOD})?$")),
            "known": pa.Column("datetime64[ns]", coerce=True),
            "value": number,
            "low": number,
            "high": number,
            "text": pa.Column(str),
            "unit": pa.Column(str),
            "publisher": pa.Column(str, words),
            "title": pa.Column(str, words),
            "url": pa.Column(str),
            "confidence": pa.Column(str, pa.Check.isin(CONFIDENCE)),
            "machine_written": pa.Column(bool),
            "note": pa.Column(str),
            "quantity": pa.Column(str, required=False),
            "target": pa.Column(str, pa.Check.str_matches(TARGET), required=False),
            "kind": pa.Column(str, pa.Check.isin(["", "forecast", "outcome"]), required=False),
            "vendor": pa.Column(str, required=False),
            "definition": pa.Column(str, pa.Check.isin(["", *DEFINITIONS]), required=False),
            "out_of": pa.Column(float, pa.Check.gt(0), nullable=True, required=False),
        },
        checks=[
            pa.Check(_says_one_thing, name="a value, a range or a statement, one of them"),
            pa.Check(lambda rows: ~(rows["low"] >= rows["high"]), name="low below high"),
            pa.Check(
                lambda rows: (rows["unit"] != "") | (rows["text"] != ""), name="figures have a unit"
            ),
            pa.Check(
                lambda rows: (
                    rows["url"].str.match(r"https?://")
                    | rows["confidence"].isin(["derived", "not found"])
                ),
                name="an address, unless derived or not found",
            ),
        ],
        unique=["metric", "group", "period", "known", "publisher", "value", "low", "text"],
        strict=True,
    )


def _says_one_thing(rows: pd.DataFrame) -> pd.Series:
    ranges = rows["low"].notna() & rows["high"].notna()
    half = rows["low"].notna() ^ rows["high"].notna()
    return (rows["value"].notna().astype(int) + ranges + (rows["text"] != "") == 1) & ~half


def _column(name: str) -> pa.Column:
    """Schema of a column by the meaning of its name, where nothing special is known of it."""
    import pandera.pandas as pa

    if name in ("announced", "effective", "known", "start", "end", "price_date") or name.endswith(
        "_announced"
    ):
        return pa.Column("datetime64[ns]", coerce=True)
    if name == "rank":
        return pa.Column(str, pa.Check.isin(RANKS))
    if name in ("peak", "trough"):
        return pa.Column(pd.PeriodDtype("M"))
    if name.startswith(
        ("firms", "observations", "votes_", "profitable_firms", "fiscal_year", "shock_bp")
    ):
        return pa.Column(float, pa.Check.ge(0), coerce=True)
    if name.endswith("_se") or name.startswith(
        ("aggregate_", "median_", "debt_bn", "cash_bn", "pe_", "market_cap")
    ):
        return pa.Column(float, pa.Check.gt(0), coerce=True)
    if name in (
        "action",
        "basis",
        "ticker",
        "sample",
        "bucketing",
        "bucket",
        "episode",
        "index_name",
        "bank_group",
    ):
        return pa.Column(str, pa.Check.str_length(min_value=1))
    if name in ("metric", "group", "unit", "sources", "publisher"):
        return pa.Column(str, pa.Check.str_length(min_value=1))
    if name == "url":
        return pa.Column(str, pa.Check.str_matches(r"^https?://"))
    if name == "note":
        return pa.Column(str)
    return pa.Column(float, nullable=True, coerce=True)


def _special_schemas() -> dict[str, tuple[dict[str, pa.Column], list[pa.Check]]]:
    """What single tables must fulfil beyond the meaning of their column names."""
    import pandera.pandas as pa

    def check(name: str, test: object) -> pa.Check:
        return pa.Check(test, name=name)

    rate = pa.Column(float, pa.Check.in_range(0, 25), coerce=True)
    loading = pa.Column(float, pa.Check.in_range(-1, 1), nullable=True)
    yearly = pa.Column(float, pa.Check.in_range(-80, 200), nullable=True)
    return {
        "fomc_decisions": (
            {
                "lower": rate,
                "upper": rate,
                "change_bp": pa.Column(float, pa.Check.ne(0), coerce=True),
            },
            [
                check("in order", lambda d: d["announced"].is_monotonic_increasing),
                check("one decision a day", lambda d: d["announced"].is_unique),
                check("lower not above upper", lambda d: d["lower"] <= d["upper"]),
                check(
                    "announced on the effective date through 2016, the day before since",
                    _announcement_rule,
                ),
                check("changes add up to the level", _changes_add_up),
            ],
        ),
        "fomc_meetings_2026": (
            {"action": pa.Column(str, pa.Check.isin(["cut", "hold", "hike"]))},
            [],
        ),
        "nber_recessions": (
            {},
            [
                check("peak before trough", lambda d: d["peak"] < d["trough"]),
                check("in order", lambda d: d["peak"].is_monotonic_increasing),
                check(
                    "announced after the peak",
                    lambda d: d["peak_announced"] > d["peak"].dt.end_time,
                ),
                check(
                    "announced after the trough",
                    lambda d: d["trough_announced"] > d["trough"].dt.end_time,
                ),
            ],
        ),
        "bank_margins_quarterly": (
            {
                "net_interest_margin": pa.Column(float, pa.Check.in_range(1, 8)),
                "basis": pa.Column(str, pa.Check.isin(["quoted", "derived"])),
            },
            [
                check(
                    "one figure a group and quarter",
                    lambda d: ~d.duplicated(["period", "bank_group"]),
                )
            ],
        ),
        "market_moves": (
            {"total_return": pa.Column(float, pa.Check.gt(-100))},
            [
                check("start before end", lambda d: d["start"] < d["end"]),
                check(
                    "one return a span and ticker",
                    lambda d: ~d.duplicated(["start", "end", "ticker"]),
                ),
            ],
        ),
        "etf_calendar_year_returns": (
            dict.fromkeys(["iwm", "spy", "rsp", "kre", "ijr"], yearly),
            [],
        ),
        "passthrough_same_firm": ({"median": loading, "mean": loading}, []),
        "passthrough_annual": (
            {
                "loading": loading,
                "loading_over_largest_se": pa.Column(float, pa.Check.gt(0), nullable=True),
            },
            [],
        ),
        "exposures_by_rank": (
            {},
            [check("one row a year and rank", lambda d: ~d.duplicated(["fiscal_year", "rank"]))],
        ),
        "eps_uplift": (
            {},
            [check("one row a rank and shock", lambda d: ~d.duplicated(["rank", "shock_bp"]))],
        ),
        "key_parameters": (
            dict.fromkeys(["low", "mid", "high"], pa.Column(float, coerce=True)),
            [
                check(
                    "low, mid, high in order",
                    lambda d: (d["low"] <= d["mid"]) & (d["mid"] <= d["high"]),
                ),
                check("one row a metric and group", lambda d: ~d.duplicated(["metric", "group"])),
            ],
        ),
    }


def _announcement_rule(decisions: pd.DataFrame) -> pd.Series:
    days = (decisions["effective"] - decisions["announced"]).dt.days
    return days == (decisions["effective"].dt.year >= 2017).astype(int)


def _changes_add_up(decisions: pd.DataFrame) -> pd.Series:
    steps = 100 * decisions["upper"].diff()
    return steps.isna() | ((steps - decisions["change_bp"]).abs() < 0.01)
