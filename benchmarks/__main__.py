"""Every benchmark in one run, as ratios: `make bench`. Seconds depend on the machine, ratios much less."""

import importlib

for name in ("bench_run", "bench_stats"):
    importlib.import_module(f"benchmarks.{name}").run()
