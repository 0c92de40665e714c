"""Statistics of dependent, short and searched-over samples; knows numpy and pandas, nothing of the subject."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "analogs": ["AnalogForecast", "Analogs", "analog_forecast", "nearest_analogs"],
        "bayes": ["half_normal_bayes_factor"],
        "bootstrap": ["BootstrapCI", "bootstrap_ci", "optimal_block", "stationary_indices"],
        "breaks": ["BreakTest", "Breaks", "break_dates"],
        "correlations": ["CorrelationDifference", "correlation_difference"],
        "hac": [
            "HacMean",
            "HacRegression",
            "mean_hac",
            "minimum_detectable_effect",
            "power_of_mean",
            "regress_hac",
        ],
        "ivx_wald": ["IvxResult", "ivx"],
        "monitoring": ["MeanMonitor", "monitor_mean"],
        "multiplicity": ["SuperiorAbility", "benjamini_hochberg", "holm", "superior_ability"],
        "persistence": ["HalfLife", "half_life"],
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
        "projections": ["ImpulseResponse", "local_projections", "var_response"],
        "randomization": [
            "CircularShift",
            "GroupPermutation",
            "LeaveOut",
            "SignFlip",
            "Wilcoxon",
            "circular_shift_test",
            "group_permutation_exact",
            "leave_out",
            "sign_flip_exact",
            "wilcoxon_exact",
        ],
        "regimes": ["MarkovSwitching", "RegimesTest", "markov_switching", "regimes_lr_test"],
        "searches": ["StudentisedWindow", "search_power", "studentised_window"],
        "size_simulation": ["simulate_sizes"],
        "specifications": ["SpecificationCurve", "specification_curve"],
        "windows": ["SupWindow", "sup_window"],
    },
)
