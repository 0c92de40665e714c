"""The trial: claims with the tests fixed for them, the evidence, the rules that give a verdict, and the ledger."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["error_rates", "ledger"],
    submod_attrs={
        "claims": ["Claim", "Rules", "load_claim", "load_claims", "load_rules"],
        "evidence": ["Evidence", "weigh"],
        "ledger": ["CARD_MIME"],
        "rules": ["Verdict", "verdict"],
    },
)
