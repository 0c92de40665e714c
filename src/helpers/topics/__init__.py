"""The economics: a package a question, each with one entry function ``examine(info, **parameters)``."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "banks",
        "debt",
        "earnings",
        "history",
        "outlook",
        "policy",
        "rates",
        "valuation",
        "winners",
    ],
)
