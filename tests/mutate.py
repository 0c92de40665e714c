"""Mutation testing: change the code a little, a thousand times, and count the changes that no test notices.

``make mutate`` tries the floors in ``FLOORS``, ``make mutate ONLY=stats/hac`` one module or package, ``SAMPLE=100`` a
seeded draw of them. Survivors are held to ``mutation_baseline.json``, by module: more is a failure, fewer rewrite the
file, ``ACCEPT=1`` writes it as it is. Changes that cannot be noticed stand there under ``equivalent``, with the reason.

A mutant is judged by the tests that mirror its module (``tests/stats/test_hac.py``, ``tests/topics/debt/``, else the
whole floor): those that enter the changed function, quick ones first, then the rest of their files, until one fails.
Third-party packages are imported once; each mutant is a fork in which the changed syntax tree takes the place of the
file. Nothing is written.

Our own, because neither tool at hand fits: mutmut changes nothing outside undecorated functions (here critical values,
thresholds, defaults of results) and its wrappers break in the processes that tests start; cosmic-ray imports the
scientific stack anew for every mutant.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib
import json
import os
import random
import re
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.machinery import SourceFileLoader
from itertools import takewhile
from multiprocessing import connection, get_context
from pathlib import Path
from types import SimpleNamespace

from tqdm import tqdm

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "helpers"
BASELINE = Path(__file__).with_name("mutation_baseline.json")
FLOORS = ["stats", "trial/rules", "topics"]
PRELOADED = [
    "arch",
    "hypothesis",
    "matplotlib.pyplot",
    "pandera",
    "pytest",
    "statsmodels.api",
    "yaml",
]
FORK = get_context("fork")
MEMORY = 8 * 2**30

SWAPPED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node. Texts stay: tests ask for their sense, not for their letters."""

    def changed(**fields) -> ast.AST:
        new = copy.copy(node)
        vars(new).update(fields)
        return new

    match node:
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                yield changed(ops=[*ops[:i], SWAPPED[type(op)](), *ops[i + 1 :]])
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in SWAPPED:
            yield changed(op=SWAPPED[type(op)]())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Constant(value=bool(value)):
            yield changed(value=not value)
        case ast.Constant(value=int(value)):
            yield changed(value=value + 1)
        case ast.Constant(value=float(value)):
            yield changed(value=float(f"{1.1 * value:.12g}") or 1.0)
        case ast.Raise():
            yield ast.Pass()
        case ast.Call(func=func, keywords=keywords):
            fields = isinstance(func, ast.Name) and func.id[0].isupper()  # of a result: required
            for i, keyword in enumerate(keywords):
                if keyword.arg not in (None, "strict") and not fields:
                    yield changed(keywords=keywords[:i] + keywords[i + 1 :])


@dataclass(frozen=True)
class Mutant:
    """A change with a name that stays while its statement does; `put` makes it, in the shared syntax tree."""

    module: str
    name: str
    line: int | None  # of the function it is in, None where it takes effect on import
    put: Callable[[], ast.Module]


def mutants_of(module: str, text: str) -> list[Mutant]:
    """All changes of a module, in the order of its text."""
    tree, found, names = ast.parse(text), [], Counter()

    def visit(node: ast.AST, statement: ast.stmt, scope: str, line: int | None) -> None:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for key, child in enumerate(value) if isinstance(value, list) else [(name, value)]:
                if not isinstance(child, ast.AST) or getattr(child, "arg", None) == "strict":
                    continue  # strict=True of zip guards against what cannot happen
                holder = value if isinstance(value, list) else vars(node)
                within = child if isinstance(child, ast.stmt) else statement
                inner, first = scope, line
                if isinstance(child, ast.FunctionDef | ast.ClassDef):
                    inner = f"{scope}.{child.name}"
                if isinstance(child, ast.FunctionDef) and line is None:
                    first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                for new in variants(child):
                    before = ast.unparse(within)
                    holder[key] = new
                    after = ast.unparse(new if within is child else within)
                    holder[key] = child
                    note = f"{module}{scope}: {_difference(before, after)}"
                    names[note] += 1
                    note += f" #{names[note]}" if names[note] > 1 else ""
                    found.append(Mutant(module, note, line, partial(put, holder, key, new)))
                if not isinstance(child, ast.Raise):  # nor is what an error says
                    visit(child, within, inner, first)

    def put(holder, key, new) -> ast.Module:
        holder[key] = new
        return ast.fix_missing_locations(tree)

    visit(tree, None, "", None)
    return found


def _common(a: list[str], b: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _difference(before: str, after: str, around: int = 8) -> str:
    """Two texts as one, the words that differ in brackets: ``values.var([ddof=1 => ])``."""
    old, new = (re.findall(r"[\w.]+|\W", text) for text in (before, after))
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    left, right = old[max(0, start - around) : start], old[len(old) - end :][:around]
    middle = ["[", *old[start : len(old) - end], " => ", *new[start : len(new) - end], "]"]
    return " ".join("".join([*left, *middle, *right]).split())


def mirror(module: str) -> Path:
    """The tests that judge a module: those of its name, a folder or a file, else those of its floor."""
    floor, name, *_ = module.split("/")
    tests = ROOT / "tests" / floor
    named = (tests / name, tests / f"test_{name.strip('_')}.py")
    return next((path for path in named if path.exists()), tests)


def run_tests(tests: Path, plugin: object) -> int:
    import pytest
    from hypothesis import Phase, settings

    # The same examples for every mutant, and no search for the smallest one that fails.
    steady = {"derandomize": True, "database": None, "deadline": None}
    settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], **steady)
    settings.load_profile("mutation")
    sys.path.insert(0, str(ROOT / "src"))
    quiet = [
        "-x",
        "-o",
        "addopts=",
        "-p",
        "no:terminal",
        "-p",
        "no:cacheprovider",
        "--assert=plain",
    ]
    fast = ["-m", "not notebooks and not browser"]
    return pytest.main([*quiet, *fast, f"--rootdir={ROOT}", str(tests)], plugins=[plugin])


def watch(tests: Path) -> tuple[dict[str, float], dict[str, set]] | None:
    """Seconds of each test on the unchanged code, and the functions it enters, as (file, line).

    What a fixture enters is noted for the file of the test: it counts for all of them. None where a test fails.
    """
    seconds: Counter[str] = Counter()
    entered: dict[str, set] = defaultdict(set)

    def note(key: str) -> None:
        def trace(frame, _event, _argument) -> None:
            if frame.f_code.co_filename.startswith(str(SOURCE)):
                entered[key].add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        sys.settrace(trace)

    plugin = SimpleNamespace(
        pytest_runtest_setup=lambda item: note(item.nodeid.split("::")[0]),
        pytest_runtest_call=lambda item: note(item.nodeid),
        pytest_runtest_logreport=lambda report: seconds.update({report.nodeid: report.duration}),
    )
    return None if run_tests(tests, plugin) else (dict(seconds), dict(entered))


def chosen_tests(mutant: Mutant, seconds: dict[str, float], entered: dict[str, set]) -> list[str]:
    """Tests that enter the function of a mutant, file by file, quick ones first; then the others of these files.

    A part of a shared examination is computed once, in the first test that reads it: others see it without entering.
    """
    function = (str(SOURCE / f"{mutant.module}.py"), mutant.line)
    files: Counter[str] = Counter()
    for test in seconds:
        files[test.split("::")[0]] += seconds[test]
    hits = {
        test
        for test in seconds
        if mutant.line is None
        or function in entered.get(test, ())
        or function in entered.get(test.split("::")[0], ())
    }
    shared = {test.split("::")[0] for test in hits}
    return sorted(
        (test for test in seconds if test.split("::")[0] in shared),
        key=lambda test: (test not in hits, files[test.split("::")[0]], seconds[test]),
    )


def judge(mutant: Mutant, tests: Path, chosen: list[str], limit: int) -> None:
    """Ends the process, a fork: with 0 where no test notices."""
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))  # a mutant may never end
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    path = str(SOURCE / f"{mutant.module}.py")
    code, load = compile(mutant.put(), path, "exec"), SourceFileLoader.get_code
    SourceFileLoader.get_code = lambda self, name: code if self.path == path else load(self, name)

    def choose(items: list) -> None:
        kept = {item.nodeid: item for item in items}
        items[:] = [kept[test] for test in chosen if test in kept]

    os._exit(run_tests(tests, SimpleNamespace(pytest_collection_modifyitems=choose)))


def survivors_among(mutants: list[Mutant], jobs: int) -> list[Mutant]:
    """Tries the mutants, `jobs` at a time, and returns those no test noticed."""
    with FORK.Pool(1, maxtasksperchild=1) as pool:  # so that no module of ours is loaded here
        mirrors = sorted({mirror(mutant.module) for mutant in mutants})
        watched = dict(zip(mirrors, pool.map(watch, mirrors, chunksize=1), strict=True))
    for tests in mirrors:
        if not watched[tests]:
            raise SystemExit(f"{tests.relative_to(ROOT)} fails before any change; mend that first.")
    running: dict[int, tuple] = {}
    survivors: list[Mutant] = []

    def survives(mutant: Mutant) -> None:
        survivors.append(mutant)
        tqdm.write(f"survives  {mutant.name}")
        sys.stdout.flush()

    def finish() -> None:
        for sentinel in connection.wait(list(running)):
            process, mutant = running.pop(sentinel)
            process.join()
            if process.exitcode == 0:
                survives(mutant)

    for mutant in tqdm(mutants, disable=None):
        tests = mirror(mutant.module)
        chosen = chosen_tests(mutant, *watched[tests])
        if not chosen:
            survives(mutant)
            continue
        while len(running) >= jobs:
            finish()
        limit = int(20 + 5 * sum(watched[tests][0][test] for test in chosen))
        process = FORK.Process(target=judge, args=(mutant, tests, chosen, limit))
        process.start()
        running[process.sentinel] = (process, mutant)
    while running:
        finish()
    return survivors


def modules_under(name: str) -> list[str]:
    """Modules of a floor or a package, or the one of this name: ``stats``, ``topics/debt``, ``stats/hac``."""
    paths = [SOURCE / f"{name}.py", *sorted((SOURCE / name).rglob("*.py"))]
    found = [path for path in paths if path.is_file() and path.name != "__init__.py"]
    if not found:
        raise SystemExit(f"There is no module or package {name}; try stats/hac or topics/debt.")
    return [path.relative_to(SOURCE).with_suffix("").as_posix() for path in found]


def held_to(
    kept: dict[str, dict], tried: dict[str, int], survivors: dict[str, list[str]], accept: bool
) -> tuple[dict[str, dict], list[str]]:
    """The baseline after a full run of some modules, and the modules in which more survive than before."""
    after, worse = dict(kept), []
    for module, count in tried.items():
        allowed = len(kept[module]["survivors"]) if module in kept else 0
        if len(survivors[module]) > allowed and not accept:
            worse.append(module)
        elif len(survivors[module]) < allowed or module not in kept or accept:
            after[module] = {"mutants": count, "survivors": survivors[module]}
    return {name: after[name] for name in sorted(after) if (SOURCE / f"{name}.py").is_file()}, worse


def main() -> None:
    parser = argparse.ArgumentParser(description="Count the changes that no test notices.")
    parser.add_argument("only", nargs="*", default=FLOORS, help="floors, packages or modules")
    parser.add_argument("--sample", type=int, help="try only so many, drawn with a fixed seed")
    parser.add_argument("--accept", action="store_true", help="let the baseline grow")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants tried at once")
    options = parser.parse_args()

    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    mutants = [
        mutant
        for name in options.only
        for module in modules_under(name)
        for mutant in mutants_of(module, (SOURCE / f"{module}.py").read_text(encoding="utf-8"))
        if mutant.name not in baseline["equivalent"]
    ]
    if options.sample:
        mutants = random.Random(0).sample(mutants, min(options.sample, len(mutants)))

    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for name in PRELOADED:
        importlib.import_module(name)
    gc.freeze()
    found = survivors_among(mutants, options.jobs)

    tried = Counter(mutant.module for mutant in mutants)
    survivors = {m: sorted(mutant.name for mutant in found if mutant.module == m) for m in tried}
    known = {name for m in tried for name in baseline["modules"].get(m, {}).get("survivors", [])}
    for module in sorted(tried):
        for name in sorted(set(survivors[module]) - known):
            print(f"new       {name}")
        print(f"{module}: {len(survivors[module])} of {tried[module]} survive")
    print(f"{len(found)} of {len(mutants)} survive ({len(found) / len(mutants):.1%})")
    if options.sample:
        raise SystemExit(int(any(mutant.name not in known for mutant in found)))
    baseline["modules"], worse = held_to(baseline["modules"], tried, survivors, options.accept)
    BASELINE.write_text(json.dumps(baseline, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if worse:
        raise SystemExit(f"More survive than in {BASELINE.name}: {', '.join(worse)}")


if __name__ == "__main__":
    main()
