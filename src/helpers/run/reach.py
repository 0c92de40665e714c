"""Which modules of this package a notebook reaches, read from the code: a change elsewhere cannot change what it finds.

A package that is imported counts with the names that are used of it, because packages here load theirs lazily;
imports for types alone count for nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
#: What runs a notebook and makes its page, whatever the notebook imports.
RUNNING = "import helpers.run.engines.preload, helpers.run.engines.kernels, helpers.run.session"

_Parts = tuple[str, ...]


def reached_files(cells: Iterable[str]) -> list[str]:
    """Files of the package, relative to it, that the code cells of a notebook reach, directly or through others.

    Style sheets, scripts and templates go into every page.

    Raises
    ------
    SyntaxError
        When a cell is not plain Python.
    """
    found = {
        path for path in PACKAGE.glob("report/html/**/*.*") if path.suffix not in (".py", ".pyc")
    }
    waiting = [*_imported(RUNNING), *_imported("\n".join(cells))]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported_by(path)
    return sorted(path.relative_to(PACKAGE).as_posix() for path in found)


@cache
def _imported_by(path: Path) -> frozenset[Path]:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    package = parts[:-1]
    return frozenset(_imported(path.read_text(encoding="utf-8"), package))


def _imported(text: str, package: _Parts = ()) -> set[Path]:
    """Files of the modules that a text imports."""
    nodes = list(_at_runtime(ast.parse(text)))
    names: dict[str, _Parts] = {}  # of modules and packages, as the text calls them
    found: set[Path] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            within = _within(node, package)
            if within is None:
                continue
            for alias in node.names:
                found |= _files((*within, alias.name))
                names[alias.asname or alias.name] = (*within, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first, *rest = alias.name.split(".")
                if first == "helpers":
                    found |= _files(tuple(rest))
                    names[alias.asname or first] = tuple(rest) if alias.asname else ()
    for node in nodes:  # figures = report.figures
        if isinstance(node, ast.Assign) and (chain := _chain(node.value)) and chain[0] in names:
            called = [target.id for target in node.targets if isinstance(target, ast.Name)]
            names |= dict.fromkeys(called, (*names[chain[0]], *chain[1:]))
    for node in nodes:
        if isinstance(node, ast.Attribute) and (chain := _chain(node)) and chain[0] in names:
            found |= _files((*names[chain[0]], *chain[1:]))
    return found


def _at_runtime(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under ``if TYPE_CHECKING``."""
    waiting = [tree]
    for node in waiting:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def _within(node: ast.ImportFrom, package: _Parts) -> _Parts | None:
    """The package of this house that names are imported from; None for others'."""
    parts = tuple((node.module or "").split(".")) if node.module else ()
    if node.level:
        return (*package[: len(package) - node.level + 1], *parts)
    return parts[1:] if parts[:1] == ("helpers",) else None


def _chain(node: ast.expr) -> _Parts:
    """``a.b.c`` as its names; nothing for what does not start with a name."""
    if isinstance(node, ast.Attribute):
        before = _chain(node.value)
        return (*before, node.attr) if before else ()
    return (node.id,) if isinstance(node, ast.Name) else ()


@cache
def _files(parts: _Parts) -> frozenset[Path]:
    """The module that a dotted name leads to, and the packages on the way."""
    found, folder = {PACKAGE / "__init__.py"}, PACKAGE
    for part in parts:
        if (folder / part / "__init__.py").is_file():
            folder /= part
            found.add(folder / "__init__.py")
        elif (folder / f"{part}.py").is_file():
            return frozenset(found | {folder / f"{part}.py"})
        elif module := _lazy_names(folder / "__init__.py").get(part):
            return _files((*folder.relative_to(PACKAGE).parts, *module.split(".")))
        else:
            break
    return frozenset(found)


@cache
def _lazy_names(path: Path) -> dict[str, str]:
    """Names that a package takes from its modules when they are first asked for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "submod_attrs":
            listed = ast.literal_eval(node.value)
            return {name: module for module, names in listed.items() for name in names}
    return {}
