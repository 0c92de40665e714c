"""HTML pages that open offline: one a notebook, the scoreboard that leads to them, and one a sweep."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "notebook": ["export", "link_beside"],
        "scoreboard": ["figures_in", "index_page"],
        "sweep": ["sweep_page"],
    },
)
