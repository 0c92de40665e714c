"""Publishing and clearing up: killed at any step, with links and files of others about, nothing of theirs is lost."""

import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from helpers.errors import RunError
from helpers.run import publish as publishing
from helpers.run.publish import check_place, publish, read_manifest, settle, write_manifest
from helpers.run.workfolder import MARK, open_work, work_path

ENTRY = {"status": "ok", "seconds": 1.5}


def tree(folder: Path) -> dict[str, str]:
    """Every file and link below a folder, by what it holds or points to."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = path.read_text()
    return found


def build(folder: Path, words: str, names=("01_a", "02_b")) -> Path:
    """A complete report of a few files."""
    (folder / "notebooks").mkdir(parents=True)
    for name in names:
        (folder / f"{name}.html").write_text(f"{words}: page {name}")
        (folder / "notebooks" / f"{name}.ipynb").write_text(f"{words}: notebook {name}")
    (folder / "index.html").write_text(f"{words}: index")
    write_manifest(folder, dict.fromkeys(names, ENTRY))
    return folder


@pytest.fixture
def place():
    """A folder to publish in, with a short path for the sockets, and something precious beside it."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        folder = Path(folder).resolve()
        (folder / "precious").mkdir()
        (folder / "precious" / "thesis.txt").write_text("years of work")
        yield folder


@pytest.fixture(autouse=True)
def sockets(place, monkeypatch):
    folder = place / "s"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def add_files_of_a_user(out: Path) -> dict[str, str]:
    """Files, folders and links that no run wrote, and a page that someone changed."""
    (out / "notes.txt").write_text("mine")
    (out / "notebooks" / "own.ipynb").write_text("mine too")
    (out / "figures" / "deep").mkdir(parents=True)
    (out / "figures" / "deep" / "one.svg").write_text("drawn by hand")
    (out / ".staging-mine").mkdir()
    (out / ".staging-mine" / "sockets").symlink_to(out.parent / "precious")
    (out / "link").symlink_to(out.parent / "precious" / "thesis.txt")
    (out / "dangling").symlink_to("nowhere")
    return {
        "notes.txt": "mine",
        "notebooks/own.ipynb": "mine too",
        "figures/deep/one.svg": "drawn by hand",
        ".staging-mine/sockets": f"-> {out.parent / 'precious'}",
        "link": f"-> {out.parent / 'precious' / 'thesis.txt'}",
        "dangling": "-> nowhere",
    }


def publish_anew(out: Path, words: str = "new", names=("01_a", "02_b")) -> None:
    with open_work(out, settle) as work:
        publish(work, build(work.path / "report", words, names), out)


def assert_precious(place: Path) -> None:
    assert tree(place / "precious") == {"thesis.txt": "years of work"}


def test_a_report_replaces_the_one_before_and_leaves_what_no_run_wrote(place):
    out = build(place / "out", "old", names=("01_a", "02_b", "03_left"))
    theirs = add_files_of_a_user(out)
    publish_anew(out)
    assert tree(out) == tree(build(place / "expected", "new")) | theirs
    assert not work_path(out).exists()
    assert_precious(place)


def test_a_page_that_someone_changed_or_put_in_the_way_is_kept_aside(place, caplog):
    out = build(place / "out", "old")
    (out / "01_a.html").write_text("old: page 01_a, with my notes")
    (out / "notebooks" / "03_c.ipynb").write_text("mine")
    (out / "02_b.html").unlink()
    (out / "02_b.html").symlink_to(place / "precious" / "thesis.txt")
    publish_anew(out, names=("01_a", "02_b", "03_c"))
    assert tree(out) == tree(build(place / "expected", "new", ("01_a", "02_b", "03_c"))) | {
        "replaced/01_a.html": "old: page 01_a, with my notes",
        "replaced/02_b.html": f"-> {place / 'precious' / 'thesis.txt'}",
        "replaced/notebooks/03_c.ipynb": "mine",
    }
    assert "01_a.html, 02_b.html, notebooks/03_c.ipynb" in caplog.text
    publish_anew(out)
    assert (out / "replaced" / "01_a.html").read_text().endswith("with my notes")
    assert_precious(place)


def test_what_was_kept_aside_once_is_not_overwritten_the_next_time(place):
    out = build(place / "out", "old")
    for words in ("first", "second"):
        (out / "index.html").write_text(words)
        publish_anew(out)
    assert (out / "replaced" / "index.html").read_text() == "first"
    assert (out / "replaced-2" / "index.html").read_text() == "second"


def test_a_report_keeps_the_permissions_of_its_folder(place):
    out = build(place / "out", "old")
    out.chmod(0o750)
    publish_anew(out)
    assert out.stat().st_mode & 0o777 == 0o750


def test_a_report_is_found_through_a_link_and_the_link_stays(place):
    real = build(place / "real", "old")
    (place / "out").symlink_to(real)
    publish_anew((place / "out").resolve())
    assert (place / "out").is_symlink()
    assert (place / "out" / "index.html").read_text() == "new: index"


FORGED = {
    "a path upwards": "../precious/thesis.txt",
    "a path from the root": "/thesis.txt",
    "a path through a link": "notebooks/thesis.txt",
    "another kind of file": "thesis.txt",
}


@pytest.mark.parametrize("name", FORGED.values(), ids=FORGED)
def test_a_manifest_cannot_name_files_elsewhere(place, name):
    out = build(place / "out", "old")
    sha = publishing.hash_file(place / "precious" / "thesis.txt")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["files"][name] = sha
    (out / "manifest.json").write_text(json.dumps(manifest))
    publish_anew(out)
    assert (out / "index.html").read_text() == "new: index"
    assert_precious(place)


def test_a_folder_of_notebooks_that_is_a_link_is_not_emptied(place):
    out = build(place / "out", "old")
    (out / "notebooks").rename(place / "elsewhere")
    (out / "notebooks").symlink_to(place / "elsewhere")
    before = tree(place / "elsewhere")
    publish_anew(out)
    assert tree(place / "elsewhere") == before
    assert (out / "replaced" / "notebooks").is_symlink()


# Python tells of each of these before it does it.
STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree"}


def killed_at(step: int, work) -> bool:
    """Do some work in a child process that is killed before this step; whether it came so far."""
    child = os.fork()
    if child == 0:
        count = 0

        def kill(event: str, _arguments) -> None:
            nonlocal count
            if event in STEPS:
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1

        sys.addaudithook(kill)
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
@pytest.mark.parametrize(
    ("exchange", "readable"),
    [(True, True), (False, True), (True, False)],
    ids=["one step", "two steps", "damaged manifest"],
)
def test_killed_at_any_step_a_reader_finds_one_whole_report_and_a_user_every_file(
    place, monkeypatch, exchange, readable
):
    if not exchange:
        monkeypatch.setattr(publishing, "_exchange", lambda *_: False)
    reports = {words: tree(build(place / words, words)) for words in ("old", "new")}
    step, seen = 0, set()
    while True:
        root = place / f"{step}"
        root.mkdir()
        out = build(root / "out", "old")
        theirs = add_files_of_a_user(out)
        if not readable:
            (out / "manifest.json").write_text('{"notebooks": ')
        came_so_far = killed_at(step, lambda out=out: publish_anew(out))
        if exchange or out.exists():
            found = tree(out)
            whole = [
                words
                for words, report in reports.items()
                if all(found.get(n) == t for n, t in report.items() if readable or n != MANIFEST)
            ]
            assert len(whole) == 1, step
            seen |= set(whole)
        with open_work(out, settle):
            pass  # the next run finishes or undoes what was begun
        found = tree(out)
        assert found["index.html"] in ("old: index", "new: index")
        assert {name: found.get(name) for name in theirs} == theirs, step
        assert not work_path(out).exists()
        assert list((place / "s").iterdir()) == []
        step += 1
        if not came_so_far:
            break
    assert seen == {"old", "new"}
    assert found["index.html"] == "new: index"
    assert_precious(place)


MANIFEST = "manifest.json"


def test_a_publication_that_cannot_be_finished_loses_nothing_and_is_finished_by_the_next_run(
    place, monkeypatch
):
    out = build(place / "out", "old")
    theirs = add_files_of_a_user(out)
    rename = os.rename

    def refuse(source, target):
        if Path(source).name == "notes.txt":
            raise PermissionError(13, "Permission denied", str(source))
        rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", refuse)
        with pytest.raises(RunError, match=r"notes\.txt cannot be moved .*Permission denied"):
            publish_anew(out)
    assert (out / "index.html").read_text() == "new: index"
    assert "notes.txt" not in tree(out)
    with open_work(out, settle):
        pass
    assert tree(out) == tree(build(place / "expected", "new")) | theirs


def leave_behind(out: Path) -> Path:
    """What a run leaves that was killed while its notebooks ran."""

    def work() -> None:
        with open_work(out, settle) as work:
            (work.path / "01_a.ipynb").write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)

    assert killed_at(1_000_000, work)
    return work_path(out)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")


@needs_fork
def test_what_a_killed_run_left_is_cleared_with_its_sockets_but_no_link_in_it_is_followed(
    place, sockets
):
    out = place / "out"
    work = leave_behind(out)
    (work / "sockets").symlink_to(place / "precious")
    (work / "deep").mkdir()
    (work / "deep" / "link").symlink_to(place / "precious")
    (next(sockets.iterdir()) / "link").symlink_to(place / "precious")
    with open_work(out, settle) as new:
        assert sorted(path.name for path in new.path.iterdir()) == [MARK]
        assert [path.name for path in sockets.iterdir()] == [f"rb-{new.mark.token}"]
    assert not work.exists()
    assert list(sockets.iterdir()) == []
    assert_precious(place)


@needs_fork
@pytest.mark.parametrize("kind", ["elsewhere", "link", "unmarked", "marked by another run"])
def test_only_sockets_that_the_killed_run_made_are_removed(place, sockets, kind):
    out = place / "out"
    work = leave_behind(out)
    made = next(sockets.iterdir())
    mark = json.loads((work / MARK).read_text())
    if kind == "elsewhere":
        mark["sockets"] = str(place / "precious")
        (work / MARK).write_text(json.dumps(mark))
    elif kind == "link":
        made.rename(sockets / "moved")
        made.symlink_to(place / "precious")
    elif kind == "unmarked":
        (made / MARK).unlink()
        (made / "own.txt").write_text("mine")
    else:
        (made / MARK).write_text(json.dumps(mark | {"token": "0" * 16}))
    before = tree(sockets)
    with open_work(out, settle):
        pass
    assert before.items() <= tree(sockets).items()
    assert made.exists()
    assert_precious(place)


STRANGERS = {
    "no mark": None,
    "a mark of another report": {"report": "/elsewhere", "token": "0" * 16, "sockets": ""},
    "a mark without a token": {"report": "OUT", "token": "", "sockets": ""},
    "a mark that is no mark": [],
    "a mark of other types": {"report": "OUT", "token": 5, "sockets": None},
}


@pytest.mark.parametrize("mark", STRANGERS.values(), ids=STRANGERS)
def test_a_folder_in_the_way_that_no_run_made_is_left_alone(place, mark):
    out = place / "out"
    folder = work_path(out)
    folder.mkdir()
    (folder / "own.txt").write_text("mine")
    if mark is not None:
        (folder / MARK).write_text(json.dumps(mark).replace("OUT", str(out)))
    before = tree(folder)
    with pytest.raises(RunError, match="is in the way"), open_work(out, settle):
        pass
    assert tree(folder) == before


@pytest.mark.parametrize("kind", ["link", "dangling link", "file"])
def test_a_link_or_file_in_the_place_of_the_work_folder_is_left_alone(place, kind):
    out = place / "out"
    if kind == "file":
        work_path(out).write_text("mine")
    else:
        work_path(out).symlink_to(place / "precious" if kind == "link" else place / "nowhere")
    with pytest.raises(RunError, match="is in the way"), open_work(out, settle):
        pass
    assert os.path.lexists(work_path(out))
    assert not (place / "nowhere").exists()
    assert_precious(place)


def test_a_second_run_is_told_so_and_touches_nothing(place):
    out = place / "out"
    with open_work(out, settle) as first:
        (first.path / "01_a.ipynb").write_text("half")
        with pytest.raises(RunError, match="Another run is writing to"), open_work(out, settle):
            pass
        assert (first.path / "01_a.ipynb").read_text() == "half"


DAMAGED = {
    "cut off": '{"notebooks": {"01_a": {"sta',
    "empty": "",
    "null": "null",
    "a list": "[]",
    "a list of notebooks": '{"notebooks": [], "files": {}}',
    "no files": '{"notebooks": {}}',
    "files that are no hashes": '{"notebooks": {}, "files": {"index.html": 5}}',
    "a run that is no run": '{"notebooks": {"01_a": 5}, "files": {}}',
    "a status unheard of": '{"notebooks": {"01_a": {"status": "?", "seconds": 1}}, "files": {}}',
    "seconds in words": '{"notebooks": {"01_a": {"status": "ok", "seconds": "1"}}, "files": {}}',
    "nested without end": "[" * 100_000,
    "not UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_manifest_is_said_and_its_report_kept_aside(place, text, caplog):
    out = build(place / "out", "old")
    (out / MANIFEST).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RunError, match=r"manifest\.json"):
        read_manifest(out)
    publish_anew(out)
    assert read_manifest(out).is_good
    assert (out / "replaced" / "notebooks" / "01_a.ipynb").read_text() == "old: notebook 01_a"
    assert (out / "replaced" / MANIFEST).is_file()
    assert "index.html" in caplog.text


def test_no_manifest_is_an_empty_one(place):
    assert read_manifest(place) == publishing.Manifest()
    assert not read_manifest(place).is_good


def test_a_report_goes_into_a_new_or_empty_folder_or_over_a_report(place):
    (place / "empty").mkdir()
    (place / "empty" / ".gitkeep").touch()
    for out in (place / "new", place / "empty", build(place / "report", "old")):
        check_place(out, place / "elsewhere")


def test_a_folder_that_holds_other_things_or_the_ground_we_stand_on_is_refused(place):
    (place / "file").write_text("mine")
    (place / "notebooks").mkdir()
    (place / "notebooks" / "01_a.ipynb").write_text("{}")
    refused = {
        place / "precious": "it holds thesis.txt and no report",
        place / "file": "Not a directory",
        place: "lies in it",
        place / "notebooks": "lies in it",
        Path("/"): "lies in it",
    }
    for out, why in refused.items():
        with pytest.raises(RunError, match=f"Cannot write to {out}: .*{why}.*--out"):
            check_place(out, place / "notebooks")
    if Path("/proc/self").is_dir():
        with pytest.raises(RunError, match=r"holds .* and no report"):
            check_place(Path("/proc"), place)
