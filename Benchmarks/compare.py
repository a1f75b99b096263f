#!/usr/bin/env python3
"""Two release builds against each other, as pairs: each page is loaded on one and then on the other, round after
round, so that a slow minute of the machine meets both. Prints a table; writes nothing.

    Benchmarks/compare.py --before old/jiaxin --after .build/release/jiaxin [--matters 10000] [--rounds 5] [--kept FOLDER]

Each build makes a demo county of its own; --kept keeps both for the next time.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests/EndToEnd"), str(ROOT / "Benchmarks")]

import harness
import measure
from load import wrk


class Side:
    """One build with a county of its own, served."""

    def __init__(self, binary, kept, matters):
        harness.BINARY = binary.resolve()
        bench = measure.Bench(None, None, False, 0, matters, kept)
        county = bench.county(matters)
        self.server = bench.serve(county.store)
        visitor, self.cookie = bench.signed_in(county, self.server)
        visitor.close()
        self.pages = {"/healthz": ["/healthz"]} | bench.pages(county)
        self.asked = county.store.folder / "paths.txt"

    def load(self, page, seconds):
        self.asked.write_text("\n".join(self.pages[page]))
        load = wrk(self.server.url, 8, seconds, "paths.lua", [("Cookie", self.cookie)], [str(self.asked)])
        if load.failures:
            raise RuntimeError(f"{page}: {load.failures} of {load.requests} requests failed")
        return load


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path, required=True)
    parser.add_argument("--matters", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="how long each load lasts")
    parser.add_argument("--kept", type=Path, help="a folder in which both demo counties stay")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="jiaxin-compare-") as folder:
        kept = (options.kept or Path(folder)).resolve()
        sides = [
            Side(binary, kept / name, options.matters)
            for name, binary in (("before", options.before), ("after", options.after))]
        try:
            print(measure.table(
                ["page", "matters", "before /s", "after /s", "after ÷ before", "p99 ms before", "p99 ms after"],
                rows(sides, options)))
        finally:
            for side in sides:
                side.server.stop()


def rows(sides, options):
    loads = {page: [] for page in sides[1].pages}
    for turn in range(options.rounds):
        for page, pairs in loads.items():
            # Who comes first changes with each round.
            order = sides if turn % 2 == 0 else sides[::-1]
            found = {side: side.load(page, options.seconds) for side in order}
            pairs.append((found[sides[0]], found[sides[1]]))
        print(f"compare: round {turn + 1} of {options.rounds}", file=sys.stderr, flush=True)
    middle = statistics.median
    for page, pairs in loads.items():
        yield [
            page, measure.whole(options.matters),
            measure.whole(middle(before.rate for before, _ in pairs)), measure.whole(middle(after.rate for _, after in pairs)),
            f"{middle(after.rate / before.rate for before, after in pairs):.2f}",
            measure.milliseconds(middle(before.p99 for before, _ in pairs)),
            measure.milliseconds(middle(after.p99 for _, after in pairs))]


if __name__ == "__main__":
    main()
