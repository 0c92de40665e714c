"""`make bench` is every benchmark in one run, as ratios: seconds depend on the machine, ratios much less.

`python -m benchmarks steady [RUNS]` looks whether a long sweep stays as it began, which takes minutes.
"""

import sys

from benchmarks import bench_run, bench_stats, steady

if sys.argv[1:2] == ["steady"]:
    steady.run(*map(int, sys.argv[2:3]))
else:
    bench_run.run(*map(int, sys.argv[1:2]))  # how many rounds
    bench_stats.run()
