"""The trial: claims with the tests fixed for them, the evidence, the rules that give a verdict, and the ledger."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["chain", "error_rates", "flips", "ledger"],
    submod_attrs={
        "claims": [
            "Claim",
            "Line",
            "Link",
            "Rules",
            "Since",
            "load_chain",
            "load_claim",
            "load_claims",
            "load_line",
            "load_rules",
            "load_since",
        ],
        "evidence": ["Answer", "Evidence", "Outcome", "answer_claims", "score_claims"],
        "ledger": ["CARD_MIME"],
        "rules": ["Verdict", "verdict", "verdict_since"],
    },
)
