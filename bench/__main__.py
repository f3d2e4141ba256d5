"""Every benchmark, one after the other: about ten minutes on two cores.

make bench
"""

import subprocess
import sys

from bench.system import ROOT

COMMANDS = (
    ("bench.ttft", "--runs", "200"),
    ("bench.ttft", "--runs", "200", "--lanes", "2"),
    ("bench.delivery", "--streams", "200"),
    ("bench.delivery", "--streams", "1000"),
    ("bench.memory", "--minutes", "2"),
    ("bench.throughput",),
    ("bench.decoding",),
    ("bench.history", "--no-plans"),
    ("bench.frames",),
)


def main() -> None:
    for module, *options in COMMANDS:
        print(f"\n## python -m {module} {' '.join(options)}", flush=True)
        subprocess.run([sys.executable, "-m", module, *options], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
