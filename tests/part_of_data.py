"""A copy of the data folder, whole or cut down to a few tables, for tests that damage it."""

import re
import shutil
from pathlib import Path

from helpers.data.paths import data_dir


def copy_of_data(folder: Path, *tables: str) -> Path:
    """The data folder copied to `folder`; where tables are named, its catalog and files are theirs alone."""
    if not tables:
        return Path(shutil.copytree(data_dir(), folder))
    head, listed = (data_dir() / "catalog.yaml").read_text(encoding="utf-8").split("\ntables:\n")
    blocks = dict(zip(*[iter(re.split(r"(?m)^  (\w+):\n", listed)[1:])] * 2, strict=True))
    wanted = "".join(f"  {name}:\n{blocks[name]}" for name in blocks if name in tables)
    for name in tables:
        file = re.search(r"(?m)^    file: (\S+)", blocks[name])[1]
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(data_dir() / file, folder / file)
    shutil.copy(data_dir() / "claims.yaml", folder)
    (folder / "catalog.yaml").write_text(f"{head}\ntables:\n{wanted}", encoding="utf-8")
    return folder
