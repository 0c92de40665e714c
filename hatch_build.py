"""A wheel carries the figures and the notebooks; an editable install reads them where they are."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CarryCollection(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        for folder in ("data", "notebooks"):
            for path in (root / folder).rglob("*"):
                name = path.relative_to(root)
                if path.is_file() and not any(part.startswith(".") for part in name.parts):
                    build_data["force_include"][str(path)] = f"helpers/collection/{name.as_posix()}"
