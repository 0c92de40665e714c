"""The command `rebalance`. Every import of weight waits until a command needs it."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from helpers import __version__
from helpers.errors import RebalanceError
from helpers.run.engines import ENGINES


class _Command(click.Command):
    """A command that refuses an option with one value given twice, instead of dropping the first unsaid."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        for option, times in Counter(given).items():
            single = isinstance(option, click.Option) and not (option.multiple or option.is_flag)
            if single and times > 1 and not ctx.resilient_parsing:
                ctx.fail(f"{option.opts[0]} is given {times} times; give it once.")
        return super().parse_args(ctx, args)


class _Commands(click.Group):
    """Commands whose errors of ours end in one clear message and status 1, without a traceback."""

    command_class = _Command
    group_class = type  # groups within are of this class, too

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RebalanceError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rebalance")
def main() -> None:
    """Put the small-cap thesis of 2026 on trial: run the notebooks, read the verdicts."""


def _pairs(_ctx: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.rpartition(".")[2].isidentifier():
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        if name in pairs:
            raise click.BadParameter(f"{name!r} is given twice, {pairs[name]!r} and {value!r}")
        pairs[name] = value
    return pairs


def _words(_ctx: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> list[str]:
    return [word for text in given for word in text.split(",")]


@main.command()
@click.option(
    "--only",
    multiple=True,
    metavar="01,03",
    callback=_words,
    help="Run these notebooks, and the scoreboard.",
)
@click.option("--as-of", metavar="DATE", help="Nothing known after this day enters (YYYY-MM-DD).")
@click.option(
    "--out", default="reports", type=click.Path(path_type=Path), help="Folder of the report."
)
@click.option(
    "--cell-timeout",
    type=click.IntRange(1, 7 * 24 * 3600),
    metavar="SECONDS",
    help="Time a cell may take.  [default: any]",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Notebooks at a time.  [default: number of cores]"
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="Cells in forks of one interpreter, or on kernels.  [default: fork on Linux]",
)
@click.option("--force", is_flag=True, help="Run what has not changed, too.")
@click.option(
    "-p",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="Set a parameter wherever the value is allowed; 01.NAME=VALUE in one notebook.",
)
@click.option(
    "--scenario", type=click.Path(path_type=Path), metavar="FILE", help="Set parameters from YAML."
)
def run(
    only: list[str],
    as_of: str | None,
    out: Path,
    jobs: int | None,
    cell_timeout: int | None,
    engine: str | None,
    force: bool,
    parameters: dict[str, str],
    scenario: Path | None,
) -> None:
    """Execute notebooks and publish their report."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        from helpers.run.execute import as_typed, run_collection
        from helpers.trial.chain import say_chain
        from helpers.trial.ledger import how_it_went, how_they_fared

        if as_of is not None:
            if "as_of" in parameters:
                raise click.UsageError("as_of is given twice, by --as-of and by -p; give it once.")
            parameters = {"as_of": as_of, **parameters}
        report = run_collection(
            out,
            only=only,
            texts=parameters,
            scenario=scenario,
            jobs=jobs,
            cell_timeout=cell_timeout,
            engine=engine,
            force=force,
        )
        for name, why in report.ran.items():
            click.echo(f"Ran again: {name}, because {why}.")
        if report.kept:
            click.echo(f"Kept, because nothing they are made of changed: {', '.join(report.kept)}.")
        click.echo(f"Report: {as_typed(report.index)}")
        told = (how_they_fared(report.rows), say_chain(report.rows), how_it_went(report.rows))
        click.echo(" ".join(filter(None, told)))
    except SystemExit as interrupted:
        good = f" {out} holds the last good report." if (out / "manifest.json").is_file() else ""
        click.echo(f"Interrupted: kernels stopped.{good}", err=True)
        sys.stdout.flush()
        os._exit(int(interrupted.code or 0))  # a page that is still being made is not waited for


def _stop(number: int, _frame: Any) -> None:
    """End the run in order; again and again, because Python loses an exception that falls into a destructor."""
    ending = sys.exception()
    while ending is not None:  # a cleanup may itself be handling what it met, a file already gone
        if isinstance(ending, SystemExit):
            return
        ending = ending.__context__
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda _, frame: _stop(number, frame))
        signal.setitimer(signal.ITIMER_REAL, 0.3)
    sys.exit(128 + number)


@main.command()
@click.argument("notebook")
@click.option(
    "--grid",
    "grids",
    multiple=True,
    metavar="NAME=V1,V2",
    callback=_pairs,
    help="Values of a parameter; those of a list are parted by semicolons.",
)
@click.option(
    "--as-of-grid", default="", metavar="START:END:MONTHS", help="Dates, so many months apart."
)
@click.option(
    "--scenario-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Each YAML file in it, with every combination.",
)
@click.option(
    "--out", default="sweep", type=click.Path(path_type=Path), help="Folder of the sweep."
)
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Runs at a time.  [default: number of cores]"
)
@click.option("--engine", type=click.Choice(ENGINES), help="As for `run`.")
@click.option(
    "--keep",
    type=click.Choice(("notebooks", "cards")),
    default="notebooks",
    show_default=True,
    help="Of each run: its executed notebook, or its cards alone.",
)
@click.option("--cluster", metavar="ADDRESS", help="Run on the workers of this Dask scheduler.")
def sweep(
    notebook: str,
    grids: dict[str, str],
    as_of_grid: str,
    scenario_dir: Path | None,
    out: Path,
    jobs: int | None,
    engine: str | None,
    keep: str,
    cluster: str | None,
) -> None:
    """Run one notebook over a grid of parameters; started again, it goes on where it stopped."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        from helpers.run.execute import as_typed, cores
        from helpers.run.sweep import plan_sweep, run_sweep

        plan = plan_sweep(notebook, grids, dates=as_of_grid, scenarios=scenario_dir)
        done = run_sweep(
            plan,
            out,
            jobs=jobs or cores(),
            keep=keep,
            engine=engine,
            cluster=cluster,
            say=click.echo,
        )
    except SystemExit as interrupted:
        click.echo(
            "Interrupted. Finished runs are kept; the same command goes on from there.", err=True
        )
        sys.stdout.flush()
        os._exit(int(interrupted.code or 0))
    if done.errors:
        click.echo(f"{len(done.errors)} of {done.runs} runs failed: {done.errors[0]}", err=True)
        click.echo("The same command runs these again.", err=True)
    click.echo(
        f"Sweep: {as_typed(done.folder / 'index.html')} and {as_typed(done.folder / 'sweep.csv')}"
    )
    sys.exit(bool(done.errors))


REPORT = click.argument("report", default="reports", type=click.Path(path_type=Path))


@main.command()
@click.option("--pdf", is_flag=True, help="As PDF, one file a page, by the machine's Chromium.")
@click.option(
    "--only",
    multiple=True,
    metavar="01,03",
    callback=_words,
    help="These notebooks.  [default: all pages]",
)
@click.option(
    "--out",
    default="pdf",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of the PDFs.",
)
@REPORT
def export(report: Path, pdf: bool, only: list[str], out: Path) -> None:
    """Print the pages of a REPORT folder (default: reports)."""
    from helpers.run.printing import print_report

    if not pdf:
        raise click.UsageError("Name the form: --pdf.")
    for path in print_report(report, out, only):
        click.echo(path)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="[default: a free one]")
@REPORT
def serve(report: Path, port: int) -> None:
    """Show a REPORT folder (default: reports) to the browsers of this machine, until Ctrl-C."""
    from helpers.run.serving import open_server

    try:
        with open_server(report, port) as server:
            click.echo(f"Report: http://127.0.0.1:{server.server_port}/  (Ctrl-C ends)")
            server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Ended.")


@main.command("list")
def list_notebooks() -> None:
    """List the notebooks: their questions, claims and parameters."""
    from helpers.run.collection import find_notebooks
    from helpers.trial.claims import load_claims

    claims = load_claims().values()
    for notebook in find_notebooks():
        ids = " ".join(claim.id for claim in claims if claim.notebook == notebook.name)
        click.echo(f"{notebook.name}\n  {notebook.question}")
        click.echo(f"  claims: {ids or 'all, from the other notebooks'}")
        for parameter in notebook.declared.values():
            bounds = f"{parameter.type}, {parameter.unit}, {parameter.domain.text}"
            click.echo(f"  -p {parameter.name}={parameter.default}  ({bounds}) {parameter.meaning}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="All fields, for machines.")
def claims(as_json: bool) -> None:
    """List the claims on trial, with the questions put to each."""
    import dataclasses
    import json

    from helpers.trial.claims import load_claims

    claims = load_claims().values()
    if as_json:
        rows = [dataclasses.asdict(claim) for claim in claims]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False, default=str))
        return
    for claim in claims:
        click.echo(f"{claim.id:3} {claim.claim} [{claim.notebook}]")
        for name, line in claim.lines.items():
            click.echo(f"    as {name}: {line.estimand} [{line.rule}]")


@main.group()
def data() -> None:
    """Look at the embedded figures and check them."""


@data.command("list")
def list_data() -> None:
    """List every series and table of the catalog."""
    from helpers.data import catalog

    for name, entry in catalog().items():
        click.echo(f"{name:32} {entry.title} [{entry.unit}; {entry.publisher}]")


@data.command()
@click.argument("name")
@click.option("--as-of", metavar="DATE", help="As known on this day (YYYY-MM-DD).")
def show(name: str, as_of: str | None) -> None:
    """Show where a series or table comes from, and its last rows."""
    from helpers.data import catalog, load, load_table

    entry = catalog().get(name)
    found = load_table(name, as_of) if entry and entry.kind == "table" else load(name, as_of)
    origin = found.attrs["provenance"]
    places = "; ".join(page.address for page in origin.pages if page.address)
    for field, value in (vars(origin) | {"pages": places}).items():
        if value not in ("", None):
            click.echo(f"{field.replace('_', ' '):20} {value}")
    click.echo(f"\n{found.tail(12).to_string()}")


@data.command()
def verify() -> None:
    """Check every embedded file against its hash and full schema, and the claims against their form."""
    from helpers.data.catalog import catalog
    from helpers.data.verify import verify_all
    from helpers.errors import DataError
    from helpers.run.collection import find_notebooks
    from helpers.trial.verify import verify_claims

    if problems := verify_all() + verify_claims(one.name for one in find_notebooks()):
        raise DataError("\n".join(problems))
    entries = catalog().values()
    tables = sum(entry.kind == "table" for entry in entries)
    click.echo(f"All well: {tables} tables, {len(entries) - tables} series.")


@data.command()
def refresh() -> None:
    """Renew hashes and spans in the catalog after a table changed; `git diff` shows what moved."""
    from helpers.data.refresh import refresh_hashes

    changed = refresh_hashes()
    click.echo(f"Renewed: {', '.join(changed)}." if changed else "Nothing to renew.")


SEED = click.option(
    "--seed",
    default=20260216,
    show_default=True,
    type=click.IntRange(0, 2**32 - 1),
    help="Seed of the simulation.",
)


@main.command("error-rates")
@click.option(
    "--draws",
    default=200,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    help="Simulated collections.",
)
@SEED
def error_rates(draws: int, seed: int) -> None:
    """Simulate how often the verdict rules err when the truth is known."""
    import numpy as np

    from helpers.trial.error_rates import simulate_error_rates, vote_rates

    tables = {
        "As used: share of each word, by the truth": simulate_error_rates(
            draws, np.random.default_rng(seed)
        ),
        "As stated, where publications vote on a true sentence: chance of each word": vote_rates(),
    }
    for title, table in tables.items():
        text = table.to_string(float_format="{:.3f}".format, na_rep="")
        click.echo(f"{title}\n{text}\n")


@main.command()
@click.option(
    "--draws",
    default=200,
    show_default=True,
    type=click.IntRange(19, 1_000_000),
    help="Simulated samples.",
)
@SEED
def sizes(draws: int, seed: int) -> None:
    """Simulate how often each test rejects at 5 % where nothing is there."""
    from helpers.stats.size_simulation import simulate_sizes

    click.echo(simulate_sizes(draws, seed).to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
