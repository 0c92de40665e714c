"""How notebooks are started, executed and published: parameters, papermill runs, the command line."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["cli", "execute", "parameters", "publish"],
    submod_attrs={"session": ["start"]},
)
