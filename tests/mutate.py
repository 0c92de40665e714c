"""Mutation testing: change the code a little, a thousand times, and count the changes that no test notices.

``make mutate`` tries the floors in ``FLOORS``, ``make mutate ONLY=stats/hac`` one module or package, ``SAMPLE=100`` a
seeded draw of them. Survivors are held to ``mutation_baseline.json``, by module: more is a failure, fewer rewrite the
file, ``ACCEPT=1`` writes it as it is. Changes that cannot be noticed stand there under ``equivalent``, with the reason.

A mutant is judged by the tests that mirror its module (``tests/stats/test_hac.py``, ``tests/topics/debt/``, else the
whole floor): those that enter the changed function, quick ones first, then the rest of their files, until one fails.
The tests of a module are collected once. A change in the body of a function is tried in a fork of that process, where
the function gets the changed code; one that takes effect on import in a fork that has imported third-party packages
only, where the changed syntax tree takes the place of the file. Nothing is written.

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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.machinery import SourceFileLoader
from itertools import takewhile
from multiprocessing import connection, get_context
from pathlib import Path
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import Phase, settings
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "helpers"
BASELINE = Path(__file__).with_name("mutation_baseline.json")
FLOORS = ["stats", "trial/rules", "topics"]
PRELOADED = [
    "arch",
    "matplotlib.pyplot",
    "pandera",
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
    line: int | None  # of the function it is in, or whose default it is
    late: bool  # in the body of a function: nothing changes before it is called
    put: Callable[[], ast.Module]

    @property
    def path(self) -> str:
        return str(SOURCE / f"{self.module}.py")

    @property
    def function(self) -> tuple[str, int | None]:
        return self.path, self.line

    def compiled(self) -> CodeType:
        return compile(self.put(), self.path, "exec")


def mutants_of(module: str, text: str) -> list[Mutant]:
    """All changes of a module, in the order of its text."""
    tree, found, names = ast.parse(text), [], Counter()
    texts: dict[ast.stmt, str] = {}

    def visit(node: ast.AST, statement: ast.stmt, scope: str, line: int | None, late: bool) -> None:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            late_here = late or (isinstance(node, ast.FunctionDef) and name == "body")
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
                    if within not in texts:
                        texts[within] = ast.unparse(within)
                    holder[key] = new
                    after = ast.unparse(new if within is child else within)
                    holder[key] = child
                    note = f"{module}{scope}: {_difference(texts[within], after)}"
                    names[note] += 1
                    note += f" #{names[note]}" if names[note] > 1 else ""
                    put_it = partial(put, holder, key, new)
                    found.append(Mutant(module, note, line, late_here, put_it))
                if not isinstance(child, ast.Raise):  # nor is what an error says
                    visit(child, within, inner, first, late_here)

    def put(holder, key, new) -> ast.Module:
        holder[key] = new
        return ast.fix_missing_locations(tree)

    visit(tree, None, "", None, False)
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


def in_forks(
    tasks: Iterable[tuple[Any, Callable[[], Any]]], jobs: int
) -> Iterator[tuple[Any, Any]]:
    """What functions return, each called in a fork, `jobs` at a time; None from one that died."""
    running: dict[connection.Connection, tuple] = {}

    def call(sender: connection.Connection, function: Callable[[], Any]) -> None:
        sender.send(function())

    def finished() -> Iterator[tuple[Any, Any]]:
        for receiver in connection.wait(list(running)):
            key, process = running.pop(receiver)
            try:
                result = receiver.recv()
            except EOFError:
                result = None
            process.join()
            yield key, result

    for key, function in tasks:
        if len(running) >= jobs:
            yield from finished()
        receiver, sender = FORK.Pipe(duplex=False)
        process = FORK.Process(target=call, args=(sender, function))
        process.start()
        sender.close()
        running[receiver] = (key, process)
    while running:
        yield from finished()


def start_pytest(paths: list[str], loop: Callable[[pytest.Session], bool]) -> int:
    """Collects the tests of some paths and leaves what is done with them to `loop`; 0 where all went well."""
    # The same examples for every mutant, and no search for the smallest one that fails.
    steady = {"derandomize": True, "database": None, "deadline": None}
    settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], **steady)
    settings.load_profile("mutation")
    sys.path.insert(0, str(ROOT / "src"))
    quiet = ["-oaddopts=", "-pno:terminal", "-pno:cacheprovider", "--assert=plain", "--capture=sys"]
    fast = ["-m", "not notebooks and not browser"]
    # Where files cannot be collected they count as failed, and nothing is run.
    plugin = SimpleNamespace(
        pytest_runtestloop=lambda session: session.testsfailed or loop(session)
    )
    return pytest.main([*quiet, *fast, f"--rootdir={ROOT}", *paths], plugins=[plugin])


def pass_all(items: list[pytest.Item]) -> bool:
    """Whether tests pass, in this order; ends with the first that does not."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return False
    return True


def file_of(test: str) -> str:
    return test.split("::")[0]


def note_entered(functions: set[tuple[str, int]]) -> None:
    """From now on adds every function of ours that is entered, as (file, line)."""

    def trace(frame, _event, _argument) -> None:
        if frame.f_code.co_filename.startswith(str(SOURCE)):
            functions.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

    sys.settrace(trace)


@dataclass(frozen=True)
class Watched:
    """Seconds of each test on the unchanged code, and the functions it enters.

    What a fixture enters is noted for the file of the test: it counts for all of them.
    """

    seconds: dict[str, float]
    entered: dict[str, set]

    def chosen(self, mutant: Mutant, imported: set) -> list[str]:
        """Tests that enter the function of a mutant, file by file, quick ones first; then the others of these files.

        A part of a shared examination is computed once, in the first test that reads it: others see it without
        entering. What takes effect on import may be seen by every test.
        """
        everywhere = not mutant.late or mutant.function in imported
        files: Counter[str] = Counter()
        for test, seconds in self.seconds.items():
            files[file_of(test)] += seconds
        hits = {
            test
            for test in self.seconds
            if everywhere
            or mutant.function in self.entered.get(test, ())
            or mutant.function in self.entered.get(file_of(test), ())
        }
        shared = {file_of(test) for test in hits}
        return sorted(
            (test for test in self.seconds if file_of(test) in shared),
            key=lambda test: (test not in hits, files[file_of(test)], self.seconds[test]),
        )

    def limit(self, tests: list[str]) -> int:
        return int(20 + 5 * sum(self.seconds[test] for test in tests))


def watch(items: list[pytest.Item]) -> Watched | None:
    """Runs the tests of one file; None where one fails."""
    watched = Watched(Counter(), defaultdict(set))
    plugin = SimpleNamespace(
        pytest_runtest_setup=lambda item: note_entered(watched.entered[file_of(item.nodeid)]),
        pytest_runtest_call=lambda item: note_entered(watched.entered[item.nodeid]),
        pytest_runtest_logreport=lambda report: watched.seconds.update(
            {report.nodeid: report.duration}
        ),
    )
    items[0].config.pluginmanager.register(plugin)
    return watched if pass_all(items) else None


def watch_all(items: list[pytest.Item], jobs: int) -> Watched:
    """Each file in a fork of its own, so that what it enters in a fixture of the session is seen in every file."""
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[file_of(item.nodeid)].append(item)
    together = Watched({}, {})
    for file, watched in in_forks([(file, partial(watch, files[file])) for file in files], jobs):
        if watched is None:
            print(f"{file} fails.", file=sys.__stderr__)
            pytest.exit(file, returncode=1)
        together.seconds.update(watched.seconds)
        together.entered.update(watched.entered)
    return together


def limit_process(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # a mutant may never end
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def codes_in(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from codes_in(part)


def changed_code(mutant: Mutant) -> CodeType:
    """Of the function that a mutant is in."""
    named = (code for code in codes_in(mutant.compiled()) if not code.co_name.startswith("<"))
    return next(code for code in named if code.co_firstlineno == mutant.line)


def our_functions() -> dict[tuple[str, int], list[FunctionType]]:
    """Every function of ours in memory, behind decorators and under other names too, by (file, line).

    Without lambdas, and without those that hold on to variables of another function.
    """
    found: dict[tuple[str, int], list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if (
            isinstance(thing, FunctionType)
            and thing.__name__ != "<lambda>"
            and not thing.__closure__
        ):
            code = thing.__code__
            if code.co_filename.startswith(str(SOURCE)):
                found[code.co_filename, code.co_firstlineno].append(thing)
    return found


def survives_late(
    functions: list[FunctionType], mutant: Mutant, items: list[pytest.Item], limit: int
) -> bool:
    """Whether no test notices new code in functions that are there already."""
    limit_process(limit)
    code = changed_code(mutant)
    for function in functions:
        function.__code__ = code
    return pass_all(items)


def survives_anew(mutant: Mutant, chosen: list[str], limit: int) -> bool:
    """Whether no test notices another file in the place of the module, from the import on."""
    limit_process(limit)
    code, load = mutant.compiled(), SourceFileLoader.get_code
    SourceFileLoader.get_code = lambda self, name: (
        code if self.path == mutant.path else load(self, name)
    )

    def loop(session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        return pass_all([items[test] for test in chosen if test in items])

    paths = sorted({str(ROOT / file_of(test)) for test in chosen})
    return start_pytest(paths, loop) == 0


def try_together(
    tests: Path, mutants: list[Mutant], jobs: int
) -> tuple[set[int], dict[int, tuple[list[str], int]]] | None:
    """Which mutants survive of those tried after one import, and the tests and seconds for those to be tried anew.

    None where tests fail on the unchanged code.
    """
    survivors: set[int] = set()
    anew: dict[int, tuple[list[str], int]] = {}
    imported: set[tuple[str, int]] = set()

    def survived(i: int) -> None:
        survivors.add(i)
        print(f"survives  {mutants[i].name}", file=sys.__stdout__, flush=True)

    def loop(session: pytest.Session) -> bool:
        for module in {mutant.module for mutant in mutants}:
            importlib.import_module("helpers." + module.replace("/", "."))
        sys.settrace(None)
        functions = our_functions()
        gc.freeze()
        watched = watch_all(session.items, jobs)
        items = {item.nodeid: item for item in session.items}
        tasks = []
        for i, mutant in enumerate(mutants):
            chosen, found = watched.chosen(mutant, imported), functions[mutant.function]
            limit = watched.limit(chosen)
            if not chosen:
                survived(i)
            elif mutant.late and found and mutant.function not in imported:
                wanted = [items[test] for test in chosen]
                tasks.append((i, partial(survives_late, found, mutant, wanted, limit)))
            else:
                anew[i] = (chosen, limit)
        for i, survives in tqdm(
            in_forks(tasks, jobs), total=len(tasks), file=sys.__stderr__, disable=None
        ):
            if survives:
                survived(i)
        return True

    note_entered(imported)
    return None if start_pytest([str(tests)], loop) else (survivors, anew)


def survivors_among(mutants: list[Mutant], jobs: int) -> list[Mutant]:
    """Tries the mutants, `jobs` at a time, and returns those no test noticed."""
    groups: dict[Path, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        groups[mirror(mutant.module)].append(mutant)
    survivors: list[Mutant] = []
    for tests, group in groups.items():
        # One after the other, each in a fork: no module of ours is loaded here.
        [(_, result)] = in_forks([(tests, partial(try_together, tests, group, jobs))], 1)
        if result is None:
            raise SystemExit(f"{tests.relative_to(ROOT)} fails before any change; mend that first.")
        found, anew = result
        survivors += [group[i] for i in sorted(found)]
        tasks = [(i, partial(survives_anew, group[i], *anew[i])) for i in anew]
        for i, survives in tqdm(in_forks(tasks, jobs), total=len(tasks), disable=None):
            if survives:
                survivors.append(group[i])
                print(f"survives  {group[i].name}", flush=True)
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
