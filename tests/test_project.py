"""The house itself: floors import downwards, versions agree, nothing private or local is tracked."""

import ast
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
import zipfile
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from import_map import PAGE, ROOT, SOURCE, arrows, imported_modules, imports, page_with_map

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


def test_every_hop_of_the_walk_can_be_opened():
    """CONTRIBUTING.md leads a reader from a figure to its card by names of the code."""
    hops = re.findall(r"`(helpers(?:\.\w+)+)`", PAGE.read_text(encoding="utf-8"))
    assert len(hops) >= 12
    for hop in hops:
        pkgutil.resolve_name(hop)


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def declared() -> list[str]:
    extras = project()["optional-dependencies"]
    parts = ("build", "cluster", "test")
    return [*project()["dependencies"], *(name for part in parts for name in extras[part])]


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


def plain(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def third_party_imports(folder: Path) -> set[str]:
    """Packages of others that any module imports, at its head or inside a function."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in imports(path):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"helpers"}


def test_every_package_that_is_imported_is_declared():
    lines = [*project()["dependencies"], *project()["optional-dependencies"]["cluster"]]
    dependencies = {plain(Requirement(line).name) for line in lines}
    provided_by = packages_distributions()
    undeclared = {
        module
        for module in third_party_imports(SOURCE)
        if not {plain(name) for name in provided_by.get(module, ())} & dependencies
    }
    assert undeclared == set()


def test_a_wheel_carries_the_figures_and_the_notebooks_and_finds_them_anywhere(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    carried = tmp_path / "installed" / "helpers" / "collection"
    for path in tracked("data", "notebooks"):
        assert (carried / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    listed = subprocess.run(
        [sys.executable, "-m", "helpers.run.cli", "list"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "00_scoreboard" in listed.stdout, listed.stderr
    assert "-p as_of=" in listed.stdout


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
