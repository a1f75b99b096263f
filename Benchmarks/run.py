#!/usr/bin/env python3
"""Measures a release build of Jiaxin on this machine, in one run, as ratios; writes the tables of docs/performance.md.

    Benchmarks/run.py --binary .build/release/jiaxin [--quick] [--seconds 8] [--only letters,pages,import,start,attachments,clocks,million] [--no-write]
"""

import argparse
import os
import platform
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKERS = ("<!-- bench:begin -->", "<!-- bench:end -->")
SECTIONS = ("letters", "pages", "import", "start", "attachments", "clocks", "million")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=ROOT / ".build/release/jiaxin", type=Path)
    parser.add_argument("--quick", action="store_true", help="short runs and small stores: to try the benchmark itself")
    parser.add_argument("--seconds", type=int, default=8, help="how long each load lasts")
    parser.add_argument("--only", default="letters,pages,import,start,attachments", help="sections, separated by commas")
    parser.add_argument("--matters", type=int, default=100_000, help="matters of the sections clocks and million, which are run only when named")
    parser.add_argument("--kept", type=Path, help="a folder in which demo counties stay, so that the next run need not make them again")
    parser.add_argument("--no-write", action="store_true", help="print the tables and leave the page as it is")
    options = parser.parse_args()

    os.environ["JIAXIN_BINARY"] = str(options.binary.resolve())
    sys.path[:0] = [str(ROOT / "Tests/EndToEnd"), str(ROOT / "Benchmarks")]
    from harness import Cluster, Stores
    import measure

    wanted = options.only.split(",")
    sections = {"machine": machine()}
    with tempfile.TemporaryDirectory(prefix="jiaxin-bench-") as folder:
        cluster = Cluster() if {"letters", "clocks", "attachments"} & set(wanted) else None
        try:
            bench = measure.Bench(Stores(folder, cluster), cluster, options.quick, options.seconds, options.matters, options.kept and options.kept.resolve())
            for name in SECTIONS:
                if name in wanted:
                    print(f"bench: {name}", flush=True)
                    sections[name] = f"{getattr(bench, f'measure_{name}')()}\n\nMeasured on {today()}."
                    print(sections[name], flush=True)
                    # What was measured is kept whatever the next section does.
                    if not options.no_write:
                        write(ROOT / "docs/performance.md", sections)
        finally:
            if cluster:
                cluster.stop()

    if not options.no_write:
        print("bench: written to docs/performance.md")


def machine():
    model = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine())
    memory = next(int(line.split()[1]) // 1024 for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    return (
        f"{os.cpu_count()} cores of {model}, {memory // 1024} GiB, {platform.system()} {platform.release()}. "
        "`wrk` and the server share the cores.")


def today():
    return time.strftime("%Y-%m-%d", time.gmtime())


def write(page, measured):
    """Puts sections in the place of the same ones; those that were not measured now stay as they are."""
    before, rest = page.read_text().split(MARKERS[0])
    known, after = rest.split(MARKERS[1])
    parts = re.split(r"<!-- (\w+) -->\n", known)
    sections = dict(zip(parts[1::2], (text.strip() for text in parts[2::2]))) | measured
    text = "\n\n".join(f"<!-- {name} -->\n{sections[name]}" for name in ("machine", *SECTIONS) if name in sections)
    page.write_text(f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{after}")


if __name__ == "__main__":
    main()
