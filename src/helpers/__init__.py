"""Shared helpers of The Great Rebalancing.

The floors, each using only those below it: ``run`` -> ``report`` -> ``topics`` ->
``trial`` -> ``stats``, ``data``.
"""

import lazy_loader

__version__ = "0.1.0"

# Floors load on first use, so that `rebalance --help` answers without importing pandas.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules=["data", "errors", "report", "run", "stats", "topics", "trial"]
)
