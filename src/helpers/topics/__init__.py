"""The economics: one module a notebook, each with one entry function ``examine(info, **parameters)``."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules=["analogs", "debt", "earnings", "growth_sources", "rates", "valuation"]
)
