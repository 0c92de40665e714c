"""The house itself: floors import downwards, versions agree, nothing private or local is tracked."""

import re
import subprocess
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from import_map import PAGE, ROOT, SOURCE, arrows, imported_modules, page_with_map

BELOW = {
    "errors": set(),
    "stats": {"stats"},
    "data": {"data", "errors"},
    "trial": {"trial", "stats", "data", "errors"},
    "topics": {"topics", "trial", "stats", "data", "errors"},
    "report": {"report", "topics", "trial", "stats", "data", "errors"},
    "run": {"run", "report", "topics", "trial", "stats", "data", "errors"},
}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE))
)
def test_imports_go_down_only(path):
    floor = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if floor == "__init__":
        return
    imported = {parts[0] for parts in imported_modules(path)}
    assert imported <= BELOW[floor], f"{floor} may use {BELOW[floor]} only"


def test_topics_have_no_circle():
    below = {}
    for here, other in arrows():
        below.setdefault(here, set()).add(other)
    TopologicalSorter(below).prepare()  # raises CycleError


def test_the_map_of_the_house_is_the_code_s():
    assert PAGE.read_text(encoding="utf-8") == page_with_map(), "Run `make map`."


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def declared() -> list[str]:
    extras = project()["optional-dependencies"]
    return [*project()["dependencies"], *extras["build"], *extras["test"]]


def test_conda_environment_is_in_step():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, _, pip = environment["dependencies"]
    assert python == f"python{project()['requires-python']}"
    assert sorted(pip["pip"]) == sorted(declared())


def test_lock_pins_every_declared_range_with_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", text, re.M):
        pins.setdefault(name.lower(), []).append(Version(version))
    for line in declared():
        requirement = Requirement(line)
        versions = pins[requirement.name.lower()]
        assert all(v in requirement.specifier for v in versions), f"{line} against {versions}"
    assert "://" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)


# Spelled in pieces so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|tm" + r"p|ho" + r"me)/\w")
REGISTRY = re.compile(
    "py" + r"pi\.org|python" + r"hosted|registry\.n" + r"pmjs|deb" + r"\.debian", re.I
)


@pytest.mark.parametrize("path", tracked(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_machine_path_and_no_registry_address_is_tracked(path):
    text = path.read_text(encoding="utf-8", errors="ignore")
    assert not MACHINE_PATH.search(text), MACHINE_PATH.search(text)
    assert not REGISTRY.search(text), REGISTRY.search(text)


def test_the_product_does_not_lean_on_files_outside_the_project():
    outside = "../sha" + "red"
    leaning = [
        p
        for p in tracked("src", "notebooks", "Makefile", "data", "benchmarks")
        if outside in p.read_text("utf-8")
    ]
    assert leaning == []
