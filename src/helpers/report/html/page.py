"""What every page carries: styles, the switch between light and dark, and nothing from outside."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

HERE = Path(str(resources.files(__package__)))
TEMPLATES = HERE / "templates"


@cache
def stylesheet() -> str:
    """Styles of the page and of the outputs in it, comments and line breaks removed."""
    text = "".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("outputs.css", "page.css")
    )
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", text)).strip()


@cache
def script(name: str) -> str:
    """A script of this package, indentation removed."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines)
