"""Ground floor: where each number comes from and when it became known.

Reading a series takes pandas; the catalog itself takes YAML only. ``catalog`` is the function, bound here because
its module has the same name.
"""

import lazy_loader

from helpers.data.catalog import catalog

_lazy, __dir__, _names = lazy_loader.attach(
    __name__,
    submodules=["paths", "refresh", "verify"],
    submod_attrs={
        "events": ["fomc_decisions", "recessions"],
        "information": ["Information"],
        "live.compare": ["compare_with_snapshot"],
        "loading": ["load"],
        "provenance": ["Provenance"],
        "record": ["recorded", "recorded_each", "recording"],
        "quotations": ["Published", "published", "quoted"],
        "real_time": ["as_released"],
        "tables": ["load_table"],
    },
)
__getattr__ = _lazy
__all__ = [*_names, "catalog"]
