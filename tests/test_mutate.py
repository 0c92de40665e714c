"""The mutation runner: it finds the changes it promises, names them for good, and tells noticed from unnoticed."""

import json
import subprocess
import sys

from mutate import BASELINE, ROOT, SOURCE, chosen_tests, held_to, mirror, mutants_of

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
    mutant = mutants_of("stats/hac", TEXT)[-1]
    function = (str(SOURCE / "stats" / "hac.py"), mutant.line)
    seconds = {"slow.py::a": 9.0, "slow.py::b": 1.0, "quick.py::c": 2.0, "other.py::d": 0.1}
    entered = {"slow.py::a": {function}, "quick.py": {function}, "other.py::d": {("else", 1)}}
    assert chosen_tests(mutant, seconds, entered) == ["quick.py::c", "slow.py::a", "slow.py::b"]


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


def test_a_change_of_holms_steps_is_noticed_and_no_change_at_all_is_not():
    script = """
import ast, mutate
text = (mutate.SOURCE / "stats/multiplicity.py").read_text("utf-8")
changed = next(m for m in mutate.mutants_of("stats/multiplicity", text) if "values[order] [* => /]" in m.name)
same = mutate.Mutant(changed.module, "the same", changed.line, lambda: ast.parse(text))
print([mutant.name for mutant in mutate.survivors_among([changed, same], jobs=1)])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "survives  the same\n['the same']\n"
