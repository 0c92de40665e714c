"""The mutation runner: it finds the changes it promises, names them for good, and tells noticed from unnoticed."""

import json
import subprocess
import sys

from mutate import BASELINE, ROOT, SOURCE, Watched, held_to, mirror, mutants_of

TEXT = '''
LEVEL = 0.05

def share(x: int = 3, *, closed=True):
    """Docstring, 12 letters long."""
    if x < 0 or x is None:
        raise ValueError(f"x is {x - 1}")
    return -x / sum(x, start=1)
'''


def names(text):
    return [mutant.name for mutant in mutants_of("stats/hac", text)]


def test_numbers_operators_guards_and_keywords_are_changed_and_texts_are_not():
    assert set(names(TEXT)) == {
        "stats/hac: LEVEL = [0.05 => 0.055]",
        "stats/hac.share: share(x: int=[3 => 4], *, closed=True",
        'stats/hac.share: 3, *, closed=[True => False]): "',
        "stats/hac.share: if x < 0 [or => and] x is None:",
        "stats/hac.share: if x <[ => =] 0 or x is",
        "stats/hac.share: if x < [0 => 1] or x is None",
        "stats/hac.share: 0 or x is [ => not ]None: raise",
        "stats/hac.share: [raise ValueError(f'x is {x - 1}') => pass]",
        "stats/hac.share: return -x [/ => *] sum(x, start=",
        "stats/hac.share: return [- => ]x / sum(x,",
        "stats/hac.share: -x / sum(x[, start=1 => ])",
        "stats/hac.share: sum(x, start=[1 => 2])",
    }


def test_a_name_stays_when_the_code_above_it_moves_and_repeats_are_numbered():
    assert set(names(TEXT)) <= set(names("import math\n\nOTHER = 2\n" + TEXT))
    assert [name[-2:] for name in names("def f():\n    return 1\n" * 3)] == ["2]", "#2", "#3"]


def test_each_change_is_made_alone():
    spaces = [{}, {}]
    for i, space in enumerate(spaces):
        changed = mutants_of("stats/hac", "a = 1\nb = 2\n")[i].put()
        exec(compile(changed, "changed", "exec"), space)
    assert [(space["a"], space["b"]) for space in spaces] == [(2, 2), (1, 3)]


def test_a_module_is_judged_by_its_namesake_or_by_its_floor():
    assert mirror("stats/hac") == ROOT / "tests" / "stats" / "test_hac.py"
    assert mirror("topics/no_tests_of_its_own") == ROOT / "tests" / "topics"


def test_tests_that_enter_a_function_come_before_those_that_share_what_it_made():
    default, *_, late = mutants_of("stats/hac", TEXT)[1:]
    seconds = {"slow.py::a": 9.0, "slow.py::b": 1.0, "quick.py::c": 2.0, "other.py::d": 0.1}
    function = {late.function}
    entered = {"slow.py::a": function, "quick.py": function, "other.py::d": {("else", 1)}}
    watched = Watched(seconds, entered)
    assert watched.chosen(late, set()) == ["quick.py::c", "slow.py::a", "slow.py::b"]
    everywhere = ["other.py::d", "quick.py::c", "slow.py::b", "slow.py::a"]
    assert watched.chosen(default, set()) == everywhere
    assert watched.chosen(late, function) == everywhere


def test_more_survivors_fail_and_fewer_lower_the_baseline():
    kept = {"stats/hac": {"mutants": 9, "survivors": ["a", "b"]}}
    same = held_to(kept, {"stats/hac": 9}, {"stats/hac": ["a", "c"]}, accept=False)
    assert same == (kept, [])
    more = held_to(kept, {"stats/hac": 9}, {"stats/hac": ["a", "b", "c"]}, accept=False)
    assert more == (kept, ["stats/hac"])
    fewer = held_to(kept, {"stats/hac": 8}, {"stats/hac": ["c"]}, accept=False)
    assert fewer == ({"stats/hac": {"mutants": 8, "survivors": ["c"]}}, [])
    new = held_to(kept, {"stats/windows": 5}, {"stats/windows": ["a"]}, accept=False)
    assert new == (kept, ["stats/windows"])
    assert held_to({}, {"stats/hac": 9}, {"stats/hac": ["a"]}, accept=True)[1] == []


def test_the_baseline_speaks_of_changes_that_are_still_made():
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    for name in baseline["modules"]:
        assert (SOURCE / f"{name}.py").is_file(), name
    modules = {name.split(":")[0].split(".")[0] for name in baseline["equivalent"]}
    made = {
        mutant.name
        for module in modules
        for mutant in mutants_of(module, (SOURCE / f"{module}.py").read_text(encoding="utf-8"))
    }
    assert set(baseline["equivalent"]) <= made
    assert all(baseline["equivalent"].values())


SUMS = """
from dataclasses import dataclass
from functools import cache
from helpers.stats.others import one_more

STEP = 2

@dataclass
class Walk:
    start: int = 3

    def to(self, steps=5):
        return self.start + steps * STEP

@cache
def cached():
    return 7

def on_import():
    return 11

TABLE = {"eleven": on_import()}

def unseen():
    return 13

def behind_a_fixture():
    return 17

def never_entered():
    return 19
"""
OTHERS = "\ndef one_more(x):\n    return x + 1\n"
TEST_SUMS = """
from helpers.stats.others import one_more
from helpers.stats.sums import TABLE, Walk, cached, unseen

def test_walk():
    assert Walk().to() == 13

def test_others(made):
    assert (cached(), cached(), TABLE["eleven"]) == (7, 7, 11)
    assert one_more(1) == 2
    assert unseen()
"""
CONFTEST = """
import pytest
from helpers.stats import sums

@pytest.fixture(scope="session")
def made():
    return sums.behind_a_fixture()
"""


def test_changes_are_noticed_wherever_they_take_effect_and_others_are_not(tmp_path):
    """A package made up for it: constants, defaults, methods, caches, and what runs on import."""
    files = {
        "src/helpers/__init__.py": "",
        "src/helpers/stats/__init__.py": "",
        "src/helpers/stats/sums.py": SUMS,
        "src/helpers/stats/others.py": OTHERS,
        "tests/conftest.py": CONFTEST,
        # The first file makes what the session shares, and only the second asks for it.
        "tests/stats/test_first.py": "def test_made(made):\n    assert made\n",
        "tests/stats/test_second.py": TEST_SUMS + "\ndef test_made(made):\n    assert made == 17\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    script = f"""
import mutate, sys
mutate.ROOT = mutate.Path({str(tmp_path)!r})
mutate.SOURCE = mutate.ROOT / "src" / "helpers"
mutants = [
    mutant
    for module in mutate.modules_under("stats")
    for mutant in mutate.mutants_of(module, (mutate.SOURCE / (module + ".py")).read_text("utf-8"))
]
print(len(mutants), "tried")
sys.stdout.flush()
mutate.survivors_among(mutants, jobs=1)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(done.stdout.splitlines()) == [
        "12 tried",
        "survives  stats/sums.never_entered: return [19 => 20]",
        "survives  stats/sums.unseen: return [13 => 14]",
    ]
