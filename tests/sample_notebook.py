"""A notebook of every kind of output, executed once: real policy rates, and evidence that is made up (synthetic)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from textwrap import dedent

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

NAME = "01_rate_cuts_and_floating_debt"
TITLE = "Did the rate cuts pay for small caps?"
ANSWERED = ("R1", "R2", "D1", "D2", "E1", "M5", "H2")

CELLS = [
    f"# {TITLE}\n\nClaims R1 and others. The evidence of this page is synthetic.",
    (
        "parameters",
        """
        as_of: str = "2026-02-16"  # date | any | nothing known later enters
        """,
    ),
    (
        "",
        """
        import matplotlib.pyplot as plt
        import numpy as np
        import pandas as pd
        from IPython.display import display

        from helpers import data, report
        from helpers.trial.evidence import Answer, Evidence

        report.style.use()
        info = data.Information(as_of)
        """,
    ),
    (
        "",
        """
        known = dict(sources=("fed_funds",), vintage="synthetic")
        share = dict(unit="percentage points", method="difference of shares", interval="parameters", **known)
        fact = dict(unit="percent", interval="none", **known)
        report.cards({
            "R1": Answer(Evidence(method="maximum", estimate=5.5, **fact)),
            "R2": Answer(Evidence(method="last range", found="3.25-3.50", **fact)),
            "D1": Answer(Evidence(estimate=25, ci_low=6, ci_high=40, checks={"a": True, "b": False}, **share)),
            "D2": Answer(
                Evidence(checks={"a": True, "b": True, "c": None}, note="Two of three rose. Synthetic.", **share),
                Evidence.from_draws("D2", {"one": np.linspace(-9, 11, 201), "other": np.linspace(0, 9, 10)},
                                    method="draws", n_effective=3, **known)),
            "E1": Answer(Evidence(unit="percent", method="pages", estimate=11, ci_low=2, ci_high=17, n=22)),
            "M5": Answer(
                Evidence(method="percentile", estimate=17, n=100, checks={"x": False}, **fact),
                Evidence(unit="percent a year", method="IVX <Wald> & Hodrick", estimate=3.2, ci_low=-2.1, ci_high=8.5,
                         n=412, n_effective=11, p=0.23, mde=7.6, oos_r2=-0.02, note="<Synthetic>.", **known)),
            "H2": Answer(Evidence.untestable("No cut is known by this date.")),
        }, as_of=as_of)
        """,
    ),
    "## What would have to be true\n\nWritten down in the claims file.",
    ("", 'report.tests(["R1", "D1", "M5"])'),
    (
        "## Formulas & tables\n\nInline $\\Delta r = r_1 - r_0$ and\n\n$$\\frac{\\Delta NI}{NI} = "
        "\\frac{(1-\\tau)\\left[D f (1-h) p\\,\\Delta r - D(1-f) m (r_{new} - r_{old})\\right]}{NI}$$\n\n"
        "| Word | Meaning |\n|---|---|\n| pass-through | share that arrives |\n"
    ),
    (
        "",
        """
        rate = info.load("fed_funds")
        ax = plt.subplots()[1]
        ax.plot(rate.index.to_timestamp(), rate, color=report.style.ACCENT, label="Federal funds rate")
        ax.set(title="The policy rate", ylabel="Percent")
        report.shade_recessions(ax, info.recessions())
        ax.legend()
        report.say("The last rate known is **{last:.2f} percent**.", last=rate.iloc[-1])
        report.style.tell(ax, "It stands {gap:.2f} points below its peak.", gap=rate.max() - rate.iloc[-1])
        report.show(ax, "Monthly average, recessions shaded.", name="policy-rate", sources="fed_funds")
        """,
    ),
    (
        "",
        """
        rng = np.random.default_rng(1)
        ax = plt.subplots()[1]
        ax.scatter(*rng.normal(size=(2, 4000)), s=6, label="Synthetic points")
        report.show(ax, "A cloud.", name="cloud", sources="synthetic")
        """,
    ),
    (
        "",
        """
        frame = pd.DataFrame({"Cycle": ["2022-03", "2004-06"], "Size": [5.25, 4.25], "Months": [16, 24]})
        report.table(frame, "Hiking cycles", units={"Size": "percentage points"}, digits=2, sources="fomc_decisions")
        print("a line of text")
        display(frame)
        """,
    ),
    (
        "",
        """
        import datetime as dt

        from helpers.trial import Outcome, load_since

        def came(claim, *holds):
            parts = dict(zip(load_since(claim).parts, holds, strict=True))
            note = "It rose by 2.5 <percent>. Synthetic."
            return Outcome("It stood at 1.", Evidence(unit="", method="", interval="none", checks=parts, note=note))

        report.since(
            {
                "R6": came("R6", False),
                "M2": came("M2", True, False),
                "M5": came("M5", True, True),
                "F3": Outcome("Nothing.", Evidence.untestable("The year is not over.")),
            },
            as_of=dt.date(2026, 2, 16),
            evaluate_on=dt.date(2026, 10, 1),
        )
        """,
    ),
    "## Explore",
    (
        "",
        """
        def plot_line(slope=2.0, kind="straight"):
            ax = plt.subplots()[1]
            ax.plot([0, 1], [0, slope], label=kind)
            return ax

        report.explore(plot_line, caption="A line", name="line", slope=(0.0, 5.0), kind=["straight", "bent"])
        """,
    ),
    "## Limits\n\nNext: [the handoff](02_earnings_handoff.ipynb). Source: [FRED](https://fred.stlouisfed.org).",
    ("", 'report.provenance(info, {"as_of": as_of})'),
]


def unexecuted() -> NotebookNode:
    """The notebook as a writer would save it."""
    cells = []
    for cell in CELLS:
        if isinstance(cell, str):
            cells.append(new_markdown_cell(cell))
        else:
            tag, source = cell
            cells.append(
                new_code_cell(dedent(source).strip(), metadata={"tags": [tag] if tag else []})
            )
    for position, cell in enumerate(cells):
        answers = "The last rate known" in cell.source
        cell["id"] = "answer" if answers else f"cell-{position}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def execute_into(folder: Path) -> None:
    """Write the notebook with its outputs to a new folder."""
    notebook = unexecuted()
    with tempfile.TemporaryDirectory(prefix="rb-") as sockets:
        prefix = f"{sockets}/k"
        config = Config(
            KernelManager={"transport": "ipc", "ip": prefix, "connection_file": f"{prefix}.json"}
        )
        NotebookClient(notebook, timeout=300, config=config).execute()
    folder.mkdir()
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
