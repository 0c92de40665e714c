"""The collection as a whole: every notebook is a thin story, runs on the real snapshot, and cannot see the future."""

import ast
import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from helpers.errors import DataError, ParameterError
from helpers.run.execute import run_collection
from helpers.trial.claims import LINES, load_claims
from helpers.trial.ledger import CARD_MIME, read_cards
from helpers.trial.rules import SILENT
from notebook_cells import run_cells, run_injected
from readme import README, readme
from warm_forks import runs_in

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
DECIMAL = re.compile(r"(?<![\w.{:+])\d+\.\d+(?!f)")
DIGITS = re.compile(r"\d[\d,.]*")
FIGURE = re.compile(
    r'<figure class="gr-figure" id="([^"]+)".*?(?:aria-label|alt)="([^"]+)"', re.DOTALL
)
AS_OF = dt.date(2026, 2, 16)

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


@each_notebook
def test_a_notebook_is_a_thin_story(path):
    cells = code_cells(path)
    sizes = [len(cell.source.splitlines()) for cell in cells]
    assert sum(sizes) <= 300
    assert max(sizes) <= 25
    for cell in cells:
        assert not cell.outputs
        assert cell.execution_count is None
        nodes = ast.walk(ast.parse(cell.source))
        assert not [
            node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
        ]


@each_notebook
def test_the_code_of_a_notebook_is_formatted_as_that_of_the_package(path):
    subprocess.run([sys.executable, "-m", "ruff", "format", "--check", str(path)], check=True)


@each_notebook
def test_no_line_of_code_is_wider_than_a_hundred_columns(path):
    """Texts, too, which a formatter leaves alone; the declarations of parameters are one line each."""
    for cell in code_cells(path):
        if "parameters" not in cell.metadata.get("tags", ()):
            assert max(map(len, cell.source.splitlines()), default=0) <= 100, cell.id


@each_notebook
def test_a_headline_number_is_computed_by_hand(path):
    assert "report.agrees(" in "".join(cell.source for cell in code_cells(path))


@each_notebook
def test_prose_tells_enough_and_types_no_decimal(path):
    prose = "\n".join(
        cell.source
        for cell in nbformat.read(path, 4).cells
        if cell.cell_type == "markdown" and "exercise" not in cell.metadata.get("tags", ())
    )
    assert 600 <= len(prose.split()) <= 1200
    assert prose.startswith("# ")
    assert prose.splitlines()[0].endswith("?")
    assert not re.findall(r"(?<![\w#./-])\d+\.\d+", prose)
    assert not re.findall(r"\d+\s?(?:%|percent|bp|basis points)", prose), (
        "numbers come from results"
    )


@each_notebook
def test_no_decimal_is_typed_into_a_caption_or_a_sentence(path):
    """What `report.say` fills in comes from results; all else that a cell shows in words is looked at here."""
    for cell in code_cells(path):
        for call in ast.walk(ast.parse(cell.source)):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("report."):
                texts = [one.value for one in ast.walk(call) if isinstance(one, ast.Constant)]
                typed = [text for text in texts if isinstance(text, str) and DECIMAL.search(text)]
                assert not typed, cell.id


@pytest.mark.notebooks
def test_the_text_of_every_figure_holds_its_numbers(collection_report):
    for path in sorted((collection_report / "notebooks").glob("*.ipynb")):
        for cell in code_cells(path):
            for output in cell.outputs:
                html = output.get("data", {}).get("text/html", "")
                for name, text in FIGURE.findall(html):
                    assert len(DIGITS.findall(text)) >= 2, f"{path.stem}: {name}"


@each_notebook
def test_metadata_is_the_same_everywhere(path):
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells) == 1
    assert "papermill" not in notebook.metadata
    assert not any("execution" in cell.metadata for cell in notebook.cells)


@each_notebook
def test_one_cell_answers_in_words_and_then_shows_the_picture_that_carries_it(path):
    (cell,) = [cell for cell in code_cells(path) if cell.id == "answer"]
    shown = re.findall(r"report\.(say|show|chain)\(", cell.source)
    assert shown[-1] in ("show", "chain")
    assert set(shown[:-1]) == {"say"}


@pytest.mark.notebooks
def test_every_notebook_runs_and_answers_each_of_its_claims(collection_report):
    cards = read_cards(collection_report / "notebooks")
    existing = {path.stem for path in NOTEBOOKS}
    assert set(cards) == {
        claim.id for claim in load_claims().values() if claim.notebook in existing
    }
    for claim_id, card in cards.items():
        assert card["notebook"] == load_claims()[claim_id].notebook
        assert card["as_of"] == str(AS_OF)
    manifest = json.loads((collection_report / "manifest.json").read_text("utf-8"))["notebooks"]
    assert {name: entry["status"] for name, entry in manifest.items()} == dict.fromkeys(
        existing, "ok"
    )
    for path in NOTEBOOKS:
        assert (collection_report / f"{path.stem}.html").is_file()


@pytest.mark.notebooks
def test_every_number_has_an_interval_and_a_sample(collection_report):
    rows = json.loads((collection_report / "scoreboard.json").read_text("utf-8"))
    for row in rows:
        for name in LINES:
            line = row[name]
            if line is None or line["word"] in SILENT:
                continue
            where = f"{row['id']} {name}"
            assert line["n"] is not None, where
            assert line["vintage"], where
            assert line["method"], where
            assert line["note"].endswith("."), where
            if name == "used":
                assert line["ci_low"] is not None, where
            if line["word"] == "undecided" and line["p"] is not None:
                assert line["mde"] is not None, where


@pytest.mark.notebooks
def test_each_line_is_tried_by_the_definitions_written_down_for_it(collection_report):
    for claim_id, card in read_cards(collection_report / "notebooks").items():
        for name, line in load_claims()[claim_id].lines.items():
            where, evidence = f"{claim_id} {name}", card[name]["evidence"]
            tried = {*evidence["definitions"], *evidence["checks"]}
            if card[name]["word"] not in SILENT:
                assert tried >= set(line.definitions), where
            if line.rule == "effect":
                assert set(evidence["definitions"]) == set(line.definitions), where


@pytest.mark.notebooks
def test_the_same_notebook_runs_on_live_data_and_says_what_changed(
    fred, collection_report, tmp_path, whole_server
):
    """The loopback service revises inflation: the stance moves, the record of decisions does not, no key is left."""
    fred.revisions = {"PCEPILFE": {"2025-11": 131.0}}
    with runs_in(whole_server):
        run_collection(tmp_path, only=["01"], texts={"source": "live", "draws": "256"})
    live, embedded = (
        {row["id"]: row for row in json.loads((folder / "scoreboard.json").read_text("utf-8"))}
        for folder in (tmp_path, collection_report)
    )
    assert live["R6"]["stated"]["estimate"] != embedded["R6"]["stated"]["estimate"]
    assert [live[f"R{k}"]["stated"]["word"] for k in (1, 2, 3, 4, 5)] == ["true"] * 5
    assert {query["series_id"] for query in fred.queries} >= {"FEDFUNDS", "PCEPILFE", "UNRATE"}
    page = (tmp_path / "01_rate_cuts_and_floating_debt.html").read_text("utf-8")
    assert "snapshot only" in page
    assert "core_pce" in page
    key = fred.queries[0]["api_key"]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes(), path.name


def test_a_live_run_without_a_key_stops_with_the_way_out(fred, monkeypatch):
    monkeypatch.delenv("FRED_API_KEY")
    with pytest.raises(DataError, match="FRED_API_KEY is not set"):
        run_cells("01_rate_cuts_and_floating_debt", "setup", "examine", "cards", source="live")


@pytest.mark.notebooks
def test_plain_papermill_runs_a_notebook_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    papermill.execute_notebook(
        str(FOLDER / "06_policy.ipynb"),
        "out.ipynb",
        parameters={"draws": 512},
        kernel_name="python3",
        progress_bar=False,
    )
    answered = {one.id for one in load_claims().values() if one.notebook == "06_policy"}
    assert set(read_cards(tmp_path)) == answered


@each_notebook
def test_plain_papermill_refuses_an_unknown_parameter(path):
    with pytest.raises(ParameterError, match="unknown parameter 'cut_pb'"):
        run_injected(path, cut_pb=100.0)


@pytest.mark.notebooks
def test_executed_notebooks_carry_no_trace_of_the_machine(collection_report):
    home = str(Path.home())
    for path in [
        *collection_report.glob("*.*"),
        *(collection_report / "notebooks").glob("*.ipynb"),
    ]:
        text = path.read_text("utf-8")
        assert str(collection_report.parent) not in text, path.name
        assert f"{home}/" not in text, path.name
        assert str(FOLDER.parent) not in text, path.name


@pytest.mark.notebooks
def test_every_link_in_and_between_pages_leads_somewhere(collection_report):
    for page in collection_report.glob("*.html"):
        text = page.read_text("utf-8")
        assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r' id="([^"]+)"', text))
        for target in set(re.findall(r'href="([^"#:]+)(?:#([^"]*))?"', text)):
            linked = collection_report / target[0]
            assert linked.is_file(), f"{page.name} links to {target[0]}"
            assert not target[1] or f'id="{target[1]}"' in linked.read_text("utf-8"), (
                f"{page.name}: {target}"
            )


def test_the_card_bundle_is_named_after_the_project():
    assert CARD_MIME == "application/vnd.great-rebalancing.card+json"


def test_the_command_lists_every_notebook():
    listed = subprocess.run(
        [sys.executable, "-m", "helpers.run.cli", "list"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(path.stem in listed for path in NOTEBOOKS)


@pytest.mark.notebooks
def test_the_readme_tells_what_a_run_says_at_its_end(collection_report):
    assert README.read_text(encoding="utf-8") == readme(collection_report), "Run `make pictures`."
