"""HTML pages that open offline: one a notebook, and the scoreboard that leads to them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"notebook": ["export"], "scoreboard": ["index_page"]}
)
