"""Figures, tables and cards name what was read for them; nobody types it."""

import datetime as dt

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from helpers.data import Information, recorded
from helpers.errors import DataError, NotKnown, RebalanceError
from helpers.report.agreement import agrees
from helpers.report.sources import drawn, source_text, sources_of, take_line
from helpers.topics.common.examination import Examination
from helpers.trial import Evidence, answer_claims

mpl.use("Agg")


class Rates(Examination):
    def __init__(self, as_of):
        self.info = Information(as_of)

    @recorded
    def funds(self):
        return self.info.load("fed_funds")

    @recorded
    def table(self):
        return self.funds.tail(2).to_frame()

    @recorded
    def altered(self):
        raise DataError("fed_funds.csv is not the file the catalog describes.")


@drawn("The policy rate")
def plot_funds(rates, ax=None):
    ax = ax or plt.subplots()[1]
    ax.plot(rates.funds.to_numpy())
    return ax


def test_a_figure_says_what_was_read_while_it_was_drawn():
    ax = plot_funds(Rates("2026-02-16"))
    assert ax.get_title(plt.rcParams["axes.titlelocation"]) == "The policy rate"
    assert "Effective federal funds rate" in take_line(ax.figure)
    assert take_line(ax.figure) == ""


def test_what_was_not_known_leaves_an_empty_figure_that_says_why():
    ax = plot_funds(Rates("1950-01-31"))
    assert len(plt.get_fignums()) == 1
    assert "nothing was known on 1950-01-31" in ax.texts[0].get_text()
    assert take_line(ax.figure) == ""


def test_a_broken_file_is_no_empty_figure():
    with pytest.raises(DataError, match="not the file"):
        drawn("Broken")(lambda rates: rates.altered)(Rates("2026-02-16"))


def test_a_frame_of_an_examination_names_its_sources():
    assert [one.name for one in sources_of(Rates("2026-02-16").table)] == ["fed_funds"]


def test_many_sources_leave_their_vintages_to_the_foot():
    info = Information("2026-02-16")
    few = [info.load(name).attrs["provenance"] for name in ("cpi", "fed_funds")]
    many = [*few, *(info.load(name).attrs["provenance"] for name in ("lo30", "hi30", "cape"))]
    assert "[" in source_text(few)
    assert "[" not in source_text(many)
    assert all(one.name in source_text(many) for one in many)


def test_evidence_says_what_it_read_and_when_nothing_was_known():
    def make(rates):
        return Evidence(unit="percent", method="last", estimate=float(rates.funds.iloc[-1]))

    def answer(make, day=dt.date(2026, 2, 16)):
        return answer_claims(day, {"R1": {"stated": make}})["R1"].stated

    found = answer(lambda: make(Rates("2026-02-16")))
    assert found.sources == ("fed_funds",)
    assert "federal funds" in found.vintage
    unknown = answer(lambda: make(Rates("1950-01-31")))
    assert "nothing was known" in unknown.not_testable
    assert unknown.unit == "percent"
    with pytest.raises(DataError):
        answer(lambda: Rates("2026-02-16").altered)
    early = answer(lambda: make(Rates("2026-02-16")), dt.date(2022, 3, 15))
    assert early.not_yet_sayable == (
        "The sentence speaks of 2022-03-16 and later; the date is 2022-03-15."
    )
    assert early.sources == ()  # nothing is read for a sentence that could not be said


def test_an_examination_knows_what_it_knows():
    assert Rates("2026-02-16").knows("funds", "table")
    early = Rates("1950-01-31")
    assert not early.knows("table")
    assert "1950-01-31" in early.reason("funds")
    with pytest.raises(DataError):
        early.knows("altered")


@pytest.mark.parametrize(
    ("mine", "found"), [(1.0, 1.0 + 1e-6), ("2024-09", "2024-10"), ([1.0, 2.0], [1.0]), (1.0, None)]
)
def test_two_ways_that_disagree_stop_the_notebook(mine, found):
    with pytest.raises(RebalanceError, match="By hand"):
        agrees(mine, found)


@pytest.mark.parametrize(
    ("mine", "found", "shown"),
    [
        (175.0, 175.0, "By hand: 175 basis points. The helper finds the same."),
        (0.1 + 0.2, 0.3, "By hand: 0.3 basis points."),
        ("2024-09", "2024-09", "By hand: 2024-09"),
        ([1.0, 2.5], [1.0, 2.5], "By hand: 1.0, 2.5"),
        (list(range(9)), list(range(9)), "9 numbers, from 0 to 8"),
    ],
)
def test_two_ways_that_agree_show_the_number(mine, found, shown, monkeypatch):
    said = []
    monkeypatch.setattr("helpers.report.agreement.display", lambda text: said.append(text.data))
    agrees(mine, found, unit="basis points")
    assert shown in said[0]


def test_not_known_is_a_data_error_of_its_own():
    assert issubclass(NotKnown, DataError)
