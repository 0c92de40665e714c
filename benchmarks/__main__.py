"""Every benchmark in one run, as ratios: `make bench`. Seconds depend on the machine, ratios much less."""

import sys

from benchmarks import bench_run, bench_stats

bench_run.run(*map(int, sys.argv[1:2]))  # how many rounds
bench_stats.run()
