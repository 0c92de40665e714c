"""The one reader of the project's YAML files: what a writer could mean otherwise than YAML reads it is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from helpers.errors import DataError

DEEPEST = 20  # the catalog is six levels deep
NOTEBOOK = re.compile(r"0\d")  # as a name: octal, decimal or text, it can mean one notebook only
MERGE = "tag:yaml.org,2002:merge"
#: 010 and 0o10 (octal, or a text), 0x10 and 0b10, 1:30 (sexagesimal) and 1_000: YAML 1.1 and 1.2 disagree.
ODD_NUMBER = re.compile(
    r"[-+]?(0[o\d_][\d_]*|0x[\da-f_]+|0b[01_]+|\d[\d_]*(:[0-5]?\d)+(\.\d*)?|\d[\d_]*_[\d_]*(\.\d*)?)",
    re.IGNORECASE,
)


def read_yaml(path: str | Path) -> Any:
    """The content of a YAML file.

    Parameters
    ----------
    path : path
        A file of one document: mappings, lists, texts, numbers, dates, true and false.

    Returns
    -------
    object
        What the file says; None for an empty file.

    Raises
    ------
    OSError
        When the file cannot be opened.
    DataError
        When it is no YAML, or a name stands twice in one block, an alias stands anywhere but after ``<<`` (where a
        block takes over another), a number is written as octal, sexagesimal, hexadecimal, binary or with ``_``,
        or blocks are nested deeper than 20 levels. The message names file and line.

    Examples
    --------
    >>> from helpers.data.paths import data_dir
    >>> read_yaml(data_dir() / "claims.yaml")["rules"]["bayes_factors"]
    [10, 3]
    """
    path = Path(path)
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _Check(path).node(node)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context
        raise DataError(f"{_place(path, mark)} is not YAML: {what}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DataError(f"{path} is not YAML: {error}.") from None


class _Check:
    """Walks the nodes of one file before anything is made of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.begun: set[int] = set()
        self.done: set[int] = set()

    def node(self, node: Node, depth: int = 1) -> None:
        if depth > DEEPEST:
            self._refuse(node, f"lies deeper than {DEEPEST} levels. Write it flatter")
        if id(node) in self.begun:
            self._refuse(
                node,
                "what begins here is used again by an alias. Write it out; `<<` alone may take one",
            )
        self.begun.add(id(node))
        if isinstance(node, ScalarNode):
            self._scalar(node)
        elif isinstance(node, SequenceNode):
            for item in node.value:
                self.node(item, depth + 1)
        elif isinstance(node, MappingNode):
            self._mapping(node, depth)
        self.done.add(id(node))

    def _mapping(self, node: MappingNode, depth: int) -> None:
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._refuse(key, "is a name made of several values. Write a text")
            name = key.value.lstrip("0") or key.value  # 01 names the same notebook as 1
            if name in lines:
                self._refuse(
                    key, f"{key.value} stands twice, first in line {lines[name]}. Keep one"
                )
            lines[name] = key.start_mark.line + 1
            if key.tag == MERGE and isinstance(value, MappingNode) and id(value) in self.done:
                continue
            if not NOTEBOOK.fullmatch(key.value):
                self._scalar(key)
            self.node(value, depth + 1)

    def _scalar(self, node: ScalarNode) -> None:
        if not node.style and ODD_NUMBER.fullmatch(node.value):  # in quotes it is a text
            self._refuse(
                node,
                f"{node.value} reads as a number of another base, or as a text. "
                "Write a plain decimal number, or put the text in quotes",
            )

    def _refuse(self, node: Node, what: str) -> NoReturn:
        raise DataError(f"{_place(self.path, node.start_mark)}: {what}.")


def _place(path: Path, mark: Any) -> str:
    return f"{path}, line {mark.line + 1}" if mark else str(path)
