"""The parameters of a notebook: declared once, in its tagged cell, and checked wherever a value comes from.

A declaration is one line, ``name: type = default  # unit | domain | meaning``. It is read by syntax, never
run, so that `rebalance` can refuse a value before any kernel starts.
"""

from __future__ import annotations

import ast
import datetime as dt
import difflib
import io
import json
import math
import os
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.data.paths import project_dir
from helpers.errors import ParameterError, RunError

TYPES = ("str", "int", "float", "bool", "list[float]", "list[int]", "list[str]")
_ORDERS = ("low mid high", "first last")  # in the unit of a list: its values rise
_MOST_DIGITS = 300  # of a whole number; Python refuses to read thousands
_COUNT = re.compile(r"(?P<least>\d+)(?: to (?P<most>\d+))? values?(?P<none> or none)?")
_WORDS_FOR_TYPE = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}


@dataclass(frozen=True)
class Domain:
    """The values a parameter may take: a closed range, a set of words, or anything; for lists, how many."""

    text: str
    low: Any = None
    high: Any = None
    words: tuple[str, ...] = ()
    least: int = 0
    most: float = math.inf
    or_none: bool = True


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of one notebook.

    ``type`` is one of ``TYPES``; a ``str`` whose unit is ``date`` holds an ISO date and is handed on as a
    ``datetime.date``.
    """

    notebook: str
    name: str
    type: str
    default: Any
    unit: str
    domain: Domain
    meaning: str

    @property
    def is_date(self) -> bool:
        return self.type == "str" and self.unit == "date"

    @property
    def order(self) -> str:
        """What the values of a list that rise are called, ``low mid high``; empty where they need not."""
        return next((order for order in _ORDERS if order in self.unit), "")

    def parse(self, text: str) -> Any:
        """Value of a text from the command line, read by the declared type and checked.

        Raises
        ------
        ParameterError
            When the text does not read as the declared type, or the value is outside the domain.
        """
        item, is_list = self._item_type()
        if not is_list:
            return self.check(self._parse_item(item, text, text))
        return self.check([self._parse_item(item, part, text) for part in _split_list(text)])

    def check(self, value: Any) -> Any:
        """The value as handed to the notebook's code: a ``float`` for whole numbers of a float parameter,
        a ``datetime.date`` for dates.

        Raises
        ------
        ParameterError
            When the value has another type, is not finite, lies outside the domain, is out of order, or is a choice
            that names one twice.
        """
        item, is_list = self._item_type()
        if not is_list:
            return self._check_item(item, value, value)
        if not isinstance(value, list):
            raise self._error(
                value,
                f"needs a list, e.g. {self.default or [self.domain.low]}; with plain papermill: -y",
            )
        checked = [self._check_item(item, part, value) for part in value]
        domain = self.domain
        if not (domain.least <= len(checked) <= domain.most or (domain.or_none and not checked)):
            raise self._error(value, f"has {len(checked)} values")
        if self.order and checked != sorted(checked):
            raise self._error(value, f"is not in the order {self.order}")
        if domain.words and len(set(checked)) < len(checked):
            raise self._error(value, "names one twice")
        return checked

    def _item_type(self) -> tuple[str, bool]:
        is_list = self.type.startswith("list[")
        return (self.type[5:-1] if is_list else self.type), is_list

    def _parse_item(self, kind: str, text: Any, given: Any) -> Any:
        if kind == "str" or not isinstance(text, str):
            return text
        text = text.strip()
        if kind == "bool" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if kind == "int" and re.fullmatch(r"[+-]?[0-9]+", text) and len(text) <= _MOST_DIGITS:
            return int(text)
        if kind == "float" and "_" not in text:
            try:
                return float(text)
            except ValueError:
                pass
        raise self._error(given, f"is not {_WORDS_FOR_TYPE[kind]}")

    def _check_item(self, kind: str, value: Any, given: Any) -> Any:
        if self.is_date:
            value = self._as_date(value)
        elif kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
            value = self._as_float(value, given)
        elif kind == "int" and isinstance(value, int) and not isinstance(value, bool):
            value = int(value)
        elif not isinstance(value, {"str": str, "bool": bool}.get(kind, ())):
            raise self._error(given, f"is not {_WORDS_FOR_TYPE[kind]}{self._hint(kind)}")
        if isinstance(value, str) and not _is_unicode(value):
            raise self._error(given, "is not text in UTF-8")
        if isinstance(value, float) and not math.isfinite(value):
            raise self._error(given, "is not a finite number")
        domain = self.domain
        if domain.words and value not in domain.words:
            raise self._error(given, f"is not allowed{_nearest(str(value), domain.words)}")
        if domain.low is not None and not domain.low <= value <= domain.high:
            raise self._error(given, "is out of range")
        return value

    def _as_float(self, value: int | float, given: Any) -> float:
        try:
            return float(value)
        except OverflowError:
            raise self._error(given, "is too large") from None

    def _as_date(self, value: Any) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        raise self._error(value, "is not a date written YYYY-MM-DD")

    def _hint(self, kind: str) -> str:
        """What plain papermill's guessing of types would need."""
        if kind == "bool":
            return f" (with plain papermill: -p {self.name} True)"
        return f" (with plain papermill: -r {self.name} VALUE)" if kind == "str" else ""

    def _error(self, value: Any, what: str) -> ParameterError:
        return ParameterError(
            f"{self.notebook}: parameter {self.name!r} = {_shown(value)} {what}. "
            f"Allowed: {self.type}, {self.unit}, {self.domain.text}. Default: {self.default!r}."
        )


def notebooks_dir() -> Path:
    """Folder of the notebooks; ``REBALANCE_NOTEBOOKS`` names another one."""
    other = os.environ.get("REBALANCE_NOTEBOOKS")
    return Path(other) if other else project_dir() / "notebooks"


def load_notebook(path: Path) -> dict[str, Any]:
    """A notebook as plain JSON, without importing nbformat.

    Raises
    ------
    RunError
        When the file cannot be read, or is no notebook.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(
            f"There is no notebook {path.name} in {path.parent.name}/. See `rebalance list`."
        ) from None
    except OSError as error:
        raise RunError(f"{path.name} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise _no_notebook(path, str(error)) from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise _no_notebook(path, "it has no list of cells")
    for position, cell in enumerate(cells, start=1):
        if not _is_cell(cell):
            raise _no_notebook(path, f"cell {position} has no type, source or metadata")
    return content


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        return False
    source, metadata = cell.get("source"), cell.get("metadata")
    lines = source if isinstance(source, list) else [source]
    return (
        all(isinstance(line, str) for line in lines)
        and isinstance(metadata, dict)
        and isinstance(metadata.get("tags", []), list)
    )


def _no_notebook(path: Path, why: str) -> RunError:
    return RunError(f"{path.name} is not a notebook: {why}. Restore it from the repository.")


def load_parameters(notebook: Path) -> dict[str, Parameter]:
    """Declared parameters of a notebook file, by name, in the order of the cell."""
    tagged = [
        cell
        for cell in load_notebook(notebook)["cells"]
        if "parameters" in cell["metadata"].get("tags", ())
    ]
    if len(tagged) != 1:
        raise ParameterError(
            f"{notebook.stem}: {len(tagged)} cells carry the tag 'parameters'; a notebook has one."
        )
    return read_declarations("".join(tagged[0]["source"]), notebook.stem)


def read_declarations(source: str, notebook: str) -> dict[str, Parameter]:
    """Read a parameters cell.

    Examples
    --------
    >>> cell = 'cut_bp: float = 175.0  # basis points | 0 .. 1000 | size of the easing'
    >>> cut = read_declarations(cell, "01_rate_cuts")["cut_bp"]
    >>> cut.parse("100"), cut.unit, cut.meaning
    (100.0, 'basis points', 'size of the easing')
    """
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        raise ParameterError(f"{notebook}: the parameters cell is not Python: {error}.") from None
    comments = _comments(source)
    declared: dict[str, Parameter] = {}
    for statement in statements:
        parameter = _read_declaration(
            statement, comments.get(statement.end_lineno or 0, ""), notebook
        )
        if parameter.name in declared:
            raise ParameterError(f"{notebook}: parameter {parameter.name!r} is declared twice.")
        declared[parameter.name] = parameter
    if not declared:
        raise ParameterError(f"{notebook}: the parameters cell declares nothing.")
    return declared


def check_names(names: Iterable[str], declared: Mapping[str, Parameter], notebook: str) -> None:
    """Refuse names that the notebook does not declare, with the nearest one that it does."""
    for name in names:
        if name not in declared:
            near, known = _nearest(name, declared), ", ".join(declared)
            raise ParameterError(
                f"{notebook}: unknown parameter {name!r}{near}. Declared: {known}."
            )


def _read_declaration(statement: ast.stmt, comment: str, notebook: str) -> Parameter:
    where = f"{notebook}: line {statement.lineno} of the parameters cell"
    if not (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value
    ):
        raise ParameterError(f"{where}: write `name: type = default  # unit | domain | meaning`.")
    name, kind = statement.target.id, ast.unparse(statement.annotation)
    if kind not in TYPES:
        raise ParameterError(f"{where}: {name!r} has type {kind}; use one of {', '.join(TYPES)}.")
    parts = [part.strip() for part in comment.split("|", 2)]
    if len(parts) != 3 or not all(parts):
        raise ParameterError(f"{where}: {name!r} needs the comment `# unit | domain | meaning`.")
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise ParameterError(f"{where}: the default of {name!r} is not a plain value.") from None
    unit, domain, meaning = parts
    try:
        allowed = _read_domain(domain, kind, unit)
    except ValueError as error:
        raise ParameterError(f"{where}: domain {domain!r} of {name!r}: {error}.") from None
    parameter = Parameter(notebook, name, kind, default, unit, allowed, meaning)
    parameter.check(default)
    return parameter


def _read_domain(text: str, kind: str, unit: str) -> Domain:
    allowed: dict[str, Any] = {}
    values, _, tail = text.rpartition(",")
    count = _COUNT.fullmatch(tail.strip())
    if count is None:
        values = text
    elif not kind.startswith("list["):
        raise ValueError("only a list has a number of values")
    else:
        least = int(count["least"])
        allowed = {
            "least": least,
            "most": int(count["most"] or least),
            "or_none": bool(count["none"]),
        }
    values = values.strip()
    if ".." in values:
        low, high = (part.strip() for part in values.split("..", 1))
        read = dt.date.fromisoformat if unit == "date" else float
        allowed |= {"low": read(low), "high": read(high)}
        if kind in ("str", "list[str]", "bool") and unit != "date":
            raise ValueError(f"a {kind} has no range")
        if allowed["low"] > allowed["high"]:
            raise ValueError("the range is empty")
    elif values not in ("any", "true, false"):
        if "str" not in kind:
            raise ValueError("a number needs `low .. high` or `any`")
        allowed["words"] = tuple(word.strip() for word in values.split(","))
    return Domain(text, **allowed)


def _comments(source: str) -> dict[int, str]:
    """Trailing comment of each line, by line number."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ")
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _shown(value: Any) -> str:
    """A value in a message: as Python writes it, long ones shortened."""
    try:
        text = repr(value.isoformat() if isinstance(value, dt.date) else value)
    except ValueError:  # more digits than Python writes
        return "(a number of thousands of digits)"
    return text if len(text) <= 100 else f"{text[:80]} ... ({len(text)} characters)"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _split_list(text: str) -> list[Any]:
    """A JSON list, or values between commas."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return [text]
    return [part.strip() for part in text.split(",")] if text.strip() else []


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
