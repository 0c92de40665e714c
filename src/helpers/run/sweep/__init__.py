"""Many runs of one notebook over a grid of parameters."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={"execute": ["Sweep", "run_sweep"], "plan": ["Plan", "date_grid", "plan_sweep"]},
)
