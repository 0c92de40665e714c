"""How a finding looks and reads: cards, figures, tables, prose and the HTML report."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["figures", "html", "summary"],
    submod_attrs={
        "agreement": ["agrees"],
        "card": ["cards"],
        "chain": ["chain"],
        "controls": ["explore"],
        "exercises": ["exercise"],
        "figures": ["style"],
        "footer": ["provenance"],
        "marks": ["PROVENANCE_MIME"],
        "picture": ["show"],
        "since": ["since"],
        "sources": ["drawn", "source_line"],
        "figures.style": ["shade_recessions"],
        "tables": ["table", "tests"],
        "text": ["say"],
    },
)
