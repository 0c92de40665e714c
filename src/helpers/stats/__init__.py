"""Statistics of dependent, short and searched-over samples; knows numpy and pandas, nothing of the subject."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "bootstrap": ["BootstrapCI", "bootstrap_ci", "optimal_block", "stationary_indices"],
        "evidence": ["Evidence"],
        "hac": ["HacMean", "mean_hac", "minimum_detectable_effect"],
        "ivx_wald": ["IvxResult", "ivx"],
        "multiplicity": ["benjamini_hochberg", "holm"],
        "predictive": [
            "Hodrick1B",
            "OosR2",
            "Stambaugh",
            "hodrick_1b",
            "oos_r2",
            "score_forecast",
            "stambaugh",
            "stambaugh_bias",
        ],
        "randomization": ["CircularShift", "circular_shift_test"],
    },
)
