"""What belongs to this machine or its user stays off every published page: folders and keys."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from helpers.data.paths import project_dir

_CELL_FILE = re.compile(r"[^\s\"'<>\x1b]*ipykernel_\d+[/\\]\d+\.py")
# A path begins after a blank, a quote or a colour code of a traceback, never inside a URL or base64.
_BEGINS = r"(?:(?<![\w/+.-])|(?<=\x1b\[\dm)|(?<=\x1b\[\d\dm)|(?<=;\dm)|(?<=;\d\dm))"


def hide_keys(text: str) -> str:
    """Replace the value of every ``..._API_KEY`` of the environment."""
    for name, key in os.environ.items():
        if name.endswith("_API_KEY") and key:
            text = text.replace(key, f"<{name}>")
    return text


def machine_hider(**folders: Path) -> Callable[[Any], Any]:
    """A function that replaces machine paths and keys in all text of an output, whatever its nesting.

    ``folders`` are replaced by their names in angle brackets, besides those of the project, the environment,
    the user and temporary files.
    """
    named = {f"<{name}>": str(folder) for name, folder in folders.items()} | {
        "<project>": str(project_dir()),
        "<packages>": sysconfig.get_path("purelib"),
        "<python>": sysconfig.get_path("stdlib"),
        "<environment>": sys.prefix,
        "<tmp>": tempfile.gettempdir(),
        "~": str(Path.home()),
    }
    shown = {folder: name for name, folder in named.items() if len(Path(folder).parts) > 1}
    longest_first = sorted(shown, key=len, reverse=True)
    pattern = re.compile(f"{_BEGINS}({'|'.join(map(re.escape, longest_first))})(?![\\w.-])")

    def hide(content: Any) -> Any:
        if isinstance(content, str):
            text = _CELL_FILE.sub("<cell>", hide_keys(content))
            return pattern.sub(lambda found: shown[found[0]], text)
        if isinstance(content, list):
            return [hide(part) for part in content]
        if isinstance(content, Mapping):
            return {key: hide(value) for key, value in content.items()}
        return content

    return hide
