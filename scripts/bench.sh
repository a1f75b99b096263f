#!/usr/bin/env bash
# Measures the release build on this machine and writes the tables of docs/performance.md.
#   scripts/bench.sh [--quick] [--seconds N] [--only NAME] [--no-write]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/packages.sh bench
scripts/build.sh release --product jiaxin
exec /usr/bin/python3 Benchmarks/run.py --binary .build/release/jiaxin "$@"
