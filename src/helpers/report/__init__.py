"""How a finding looks and reads: claims, verdicts, cards, figures, tables and the HTML report."""

import lazy_loader

# `verdict` is a module and a function; imported here, at the cost of PyYAML alone, the function keeps the name.
from helpers.report.verdict import verdict as verdict

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["error_rates", "figures", "html", "ledger"],
    submod_attrs={
        "card": ["CARD_MIME", "cards"],
        "claims": ["Claim", "load_claim", "load_claims"],
        "controls": ["explore"],
        "figures": ["style"],
        "footer": ["PROVENANCE_MIME", "provenance"],
        "picture": ["show"],
        "sources": ["source_line"],
        "figures.style": ["shade_recessions"],
        "tables": ["table", "tests"],
        "text": ["say"],
    },
)
__all__ = sorted([*__all__, "verdict"])
