"""Whole notebooks, executed as a run of the collection executes them, by an engine that is opened once."""

from collections.abc import Callable, Iterator

import pytest

from helpers.run.collection import find_notebooks
from helpers.run.engines import DEFAULT, open_engine
from helpers.run.job import Job
from helpers.run.publish import settle
from helpers.run.workfolder import open_work
from helpers.trial.ledger import read_cards
from in_forks import SHORT, shortened
from warm_forks import forks_through, runs_in


@pytest.fixture(scope="module", autouse=True)
def _rough() -> Iterator[None]:
    """How well a power is known matters to no notebook run here: few histories and few places are simulated."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SHORT.items():
            patch.setattr(name, value)
        yield


@pytest.fixture(scope="session")
def run_notebook(whole_server, tmp_path_factory) -> Iterator[Callable[..., dict[str, dict]]]:
    """Cards by claim after a whole notebook ran, its page included, with values injected as papermill does."""
    notebooks = {notebook.name: notebook for notebook in find_notebooks(None)}
    with open_work(tmp_path_factory.mktemp("whole") / "report", settle) as work:
        executed = work.path / "notebooks"
        executed.mkdir()
        with runs_in(whole_server), forks_through(shortened):
            engine = open_engine(DEFAULT, work, [one.path for one in notebooks.values()], {})

        def run(name: str, **values) -> dict[str, dict]:
            one = notebooks[name]
            result = engine.execute(Job(one.path, one.question, values, work.path, {}))
            assert result.error is None
            cards = read_cards(executed)
            (executed / f"{name}.ipynb").unlink()
            return cards

        yield run
        engine.end()
