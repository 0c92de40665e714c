"""The start of a notebook: its parameters checked as executed, and its information set opened."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from helpers.data.dates import in_words
from helpers.errors import ParameterError
from helpers.run.collection import RUNS, TOGETHER, as_plain
from helpers.run.parameters import Parameter, check_names, load_parameters, notebooks_dir

if TYPE_CHECKING:
    from helpers.data import Information

READ_FROM = {
    "snapshot": "those kept with the collection",
    "live": "read from FRED where it has them, otherwise those kept with the collection",
}


class Parameters(Mapping[str, Any]):
    """Checked parameters of a running notebook: ``p.cut_bp`` or ``p["cut_bp"]``, and ``p.info``.

    ``info`` is the information set of the date and source asked for; ``declared`` holds the declarations.
    """

    def __init__(
        self,
        notebook: str,
        values: Mapping[str, Any],
        declared: Mapping[str, Parameter],
        info: Information,
    ):
        self.notebook = notebook
        self.declared = declared
        self.info = info
        self._values = dict(values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(
                f"{self.__dict__.get('notebook')} declares no parameter {name!r}"
            ) from None

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def settings(self) -> dict[str, dict[str, Any]]:
        """Value, declared default and unit of each parameter, by name.

        Left out are those that say when and where figures are read, which reports tell by themselves.
        """
        return {
            name: {
                "value": as_plain(self[name]),
                "default": as_plain(one.check(one.default)),
                "unit": one.unit,
            }
            for name, one in self.declared.items()
            if name not in (*TOGETHER, RUNS)
        }

    def __repr__(self) -> str:
        return f"Parameters({self.notebook!r}, {self._values!r})"


def start(name: str, namespace: Mapping[str, Any]) -> Parameters:
    """Check the parameters a notebook was run with, and open its information set.

    The same check holds for `rebalance run`, plain papermill and a cell edited by hand in JupyterLab, because
    it looks at the values that were executed.

    Parameters
    ----------
    name : str
        Name of the notebook without its ending.
    namespace : mapping
        ``globals()`` of the notebook.

    Returns
    -------
    Parameters
        ``p.<name>`` for each parameter, dates as ``datetime.date``, and ``p.info``.

    Raises
    ------
    ParameterError
        Names the notebook, the parameter, the given value and the allowed range.
    """
    declared = load_parameters(notebooks_dir() / f"{name}.ipynb")
    check_names(_injected_names(namespace), declared, name)
    missing = [parameter for parameter in declared if parameter not in namespace]
    if missing:
        raise ParameterError(
            f"{name}: no value for {', '.join(missing)}. Run the parameters cell first."
        )
    values = {
        parameter.name: parameter.check(namespace[parameter.name])
        for parameter in declared.values()
    }
    p = Parameters(name, values, declared, _open_information(values))
    _prepare_display()
    _show_origin(p)
    return p


def _injected_names(namespace: Mapping[str, Any]) -> list[str]:
    """Names that papermill set in the cell it adds; it accepts any name without a word."""
    cells = [cell for cell in namespace.get("In", ()) if cell.lstrip().startswith("# Parameters\n")]
    if not cells:
        return []
    statements = ast.parse(
        cells[-1]
    ).body  # a corrected and rerun cell counts, not its first version
    return [
        target.id
        for line in statements
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    ]


def _open_information(values: Mapping[str, Any]) -> Information:
    from helpers.data import Information

    return Information(values.get("as_of"), values.get("source", "snapshot"))


def _prepare_display() -> None:
    """One look for all figures, and the same tables whatever the width of the terminal behind the kernel."""
    import pandas as pd

    from helpers.report import style

    pd.set_option("display.width", 100, "display.max_columns", 30, "display.max_rows", 60)
    style.use()


def _show_origin(p: Parameters) -> None:
    from IPython.display import Markdown, display

    known = "today" if p.info.as_of is None else in_words(p.info.as_of)
    display(
        Markdown(f"Nothing known after **{known}** enters. Figures are {READ_FROM[p.info.source]}.")
    )
