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

# Matched from the start of a word only, so that the time grows with the length of a text and no faster: an
# embedded picture is one word of a million characters.
_WORD = re.compile(r"[^\s\"'<>\x1b]+")
_CELL_FILE = re.compile(r".*ipykernel_\d+[/\\]\d+\.py", re.DOTALL)
# A path begins after a blank, a quote or a colour code of a traceback, never inside a URL or base64.
_BEGINS = r"(?:(?<![\w/+.-])|(?<=\x1b\[\dm)|(?<=\x1b\[\d\dm)|(?<=;\dm)|(?<=;\d\dm))"


def hide_keys(text: str) -> str:
    """Replace the value of every ``..._API_KEY`` of the environment."""
    return _replace(text, _keys())


def _keys() -> dict[str, str]:
    return {
        key: f"<{name}>" for name, key in os.environ.items() if name.endswith("_API_KEY") and key
    }


def _replace(text: str, names: Mapping[str, str]) -> str:
    for private, name in names.items():
        text = text.replace(private, name)
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

    keys = _keys()

    def hide(content: Any) -> Any:
        if isinstance(content, str):
            text = _replace(content, keys)
            if "ipykernel_" in text:
                text = _WORD.sub(_hide_cell_file, text)
            # Plain search first, a twentieth of the time: most texts hold no folder.
            if any(folder in text for folder in shown):
                text = pattern.sub(lambda found: shown[found[0]], text)
            return text
        if isinstance(content, list):
            return [hide(part) for part in content]
        if isinstance(content, Mapping):
            return {key: hide(value) for key, value in content.items()}
        return content

    return hide


def _hide_cell_file(word: re.Match[str]) -> str:
    found = _CELL_FILE.match(word[0])
    return f"<cell>{word[0][found.end() :]}" if found else word[0]
