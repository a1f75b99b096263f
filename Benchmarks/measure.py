"""The measurements. Each returns a table in Markdown."""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import time
from pathlib import Path

from county import County
from harness import ROOT, Server, Store
from letters import start
from load import wrk
from letters_csv import make
from visitor import Visitor

CONNECTIONS = (1, 8, 64)
RARE, COMMON, CHARACTER = "铁锈味", "路灯", "水"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(" --- " if index == 0 else " ---: " for index in range(len(head))) + "|"]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def whole(number):
    return f"{number:,.0f}"


def milliseconds(number):
    return f"{number:.2f}" if number < 10 else f"{number:.1f}"


class Bench:
    def __init__(self, stores, cluster, quick, seconds, matters=100_000, kept=None):
        self.stores = stores
        self.kept = kept
        self.cluster = cluster
        self.seconds = 2 if quick else seconds
        self.sizes = (500, 2_000) if quick else (10_000, 100_000)
        self.matters = 2_000 if quick else matters
        self.counties = {}
        self.seen = {}

    # Stores of a size are made once and used by several sections.

    def county(self, matters):
        if matters not in self.counties:
            folder = self.kept and self.kept / str(matters)
            store = Store("sqlite", folder, f"sqlite:{folder}/county.sqlite") if folder else self.stores.empty("sqlite")
            logins, took = store.folder / "logins.txt", store.folder / "seconds.txt"
            if not logins.exists():
                began = time.monotonic()
                logins.write_text(store.run("demo", "--matters", str(matters), "--seed", "7", timeout=7200).stdout)
                took.write_text(str(time.monotonic() - began))
            self.seen[matters] = float(took.read_text())
            self.counties[matters] = County(store, None)
        return self.counties[matters]

    def serve(self, store):
        """A server that has done what a store that just came to life asks for: sweeps of clocks and windows, counts."""
        server = Server(store, "--debug-headers", "true", "--log-level", "warning")
        end, quiet, used = time.monotonic() + 900, 0, processor_seconds(server.process.pid)
        while quiet < 4 and time.monotonic() < end:
            time.sleep(1)
            before, used = used, processor_seconds(server.process.pid)
            quiet = quiet + 1 if used - before < 0.05 else 0
        return server

    # Letters

    def measure_letters(self):
        parts = []
        for engine in ("sqlite", "postgres"):
            rows = []
            store = self.stores.demo(engine)
            county = County(store, None, self.cluster)
            for connections in CONNECTIONS:
                with self.serve(store) as server:
                    health = wrk(server.url + "/healthz", connections, self.seconds)
                    registered, load = self.letters(county, server, connections)
                raw = self.raw_insert(engine, connections)
                rows.append([
                    connections, whole(registered), milliseconds(load.p50), milliseconds(load.p99), whole(raw),
                    f"{registered / raw:.2f}" if raw else "–", whole(health.rate), f"1/{health.rate / max(registered, 1):.0f}"])
            parts.append(f"### Letters registered over HTTP, durable, {'SQLite' if engine == 'sqlite' else 'PostgreSQL'}\n\n" + table(
                ["connections", "letters/s", "p50 ms", "p99 ms", "raw loop/s", "letters ÷ raw", "/healthz/s", "letters ÷ /healthz"], rows))
        parts.append("Goal: at 64 connections at least 1.3 times the raw loop.")
        return "\n\n".join(parts)

    def letters(self, county, server, connections):
        visitor = Visitor(server)
        hidden = start(visitor)
        cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        visitor.close()
        names = self.submissions(county, server, cookie)
        before = self.count(county)
        load = wrk(
            server.url, connections, self.seconds, "post_letter.lua",
            arguments=[cookie, hidden["_csrf"], str(names), str(min(connections, 2))])
        # What counts is what is in the store, not what was answered.
        registered = self.count(county) - before
        if registered < load.requests * 0.98 or load.failures:
            raise RuntimeError(f"{registered} letters of {load.requests} requests, {load.failures} failed:\n{server.tail()}")
        return registered / load.seconds, load

    def submissions(self, county, server, cookie):
        """One-time names enough for a run: asking for a form is quicker than registering a letter."""
        target = county.store.folder / "submissions"
        wrk(server.url + "/write", 8, max(2, self.seconds // 2), "tokens.lua", arguments=[cookie, str(target)])
        target.write_text("".join(Path(f"{target}{thread}").read_text() for thread in (1, 2)))
        return target

    def count(self, county):
        return int(county.in_store("SELECT count(*) FROM cases")[0])

    def raw_insert(self, engine, connections):
        store = self.stores.empty(engine)
        done = store.run("bench", "raw-insert", "--connections", str(connections), "--seconds", str(self.seconds), timeout=300)
        return float(re.search(r"([\d.]+)\s*(?:letters)?/s", done.stdout).group(1))

    # Pages

    def measure_pages(self):
        at = {}
        rows = [row for size in self.sizes for row in self.page_rows(self.county(size), size, at)]
        return "### Pages, SQLite, 8 connections\n\n" + table(self.PAGE_HEAD + [f"p50 ÷ at {whole(self.sizes[0])}"], rows) + (
            "\n\nGoals: case page and queue at least 1/15 of /healthz; p99 under 10 ms (case page), 15 ms (queue), 20 ms (search); "
            "100,000 matters within 1.3 times of 10,000.")

    PAGE_HEAD = ["page", "matters", "requests/s", "p50 ms", "p99 ms", "queries", "÷ /healthz"]

    def page_rows(self, county, size, at):
        """Loads each page of the workbench, and that of leaders, and says how it compares with the smallest size."""
        rows = []
        with self.serve(county.store) as server:
            health = wrk(server.url + "/healthz", 8, self.seconds)
            pages = [("dispatcher", name, paths) for name, paths in self.pages(county).items()]
            pages.append(("leader", "oversight", ["/oversight"]))
            role = None
            for wanted, name, paths in pages:
                if wanted != role:
                    role, (visitor, cookie) = wanted, self.signed_in(county, server, wanted)
                first = visitor.get(paths[0])
                if first.status != 200:
                    raise RuntimeError(f"{name}: {paths[0]} answered {first.status}")
                queries = statistics.median(int(visitor.get(path).headers.get("x-queries", -1)) for path in paths[:9])
                asked = Path(county.store.folder / "paths.txt")
                asked.write_text("\n".join(paths))
                wrk(server.url, 8, 1, "paths.lua", [("Cookie", cookie)], [str(asked)])
                load = wrk(server.url, 8, self.seconds, "paths.lua", [("Cookie", cookie)], [str(asked)])
                if load.failures:
                    raise RuntimeError(f"{name}: {load.failures} of {load.requests} requests failed")
                smallest = at.setdefault(name, (size, load))
                growth = f"{load.p50 / smallest[1].p50:.2f}" if size != smallest[0] else ""
                rows.append([
                    name, whole(size), whole(load.rate), milliseconds(load.p50), milliseconds(load.p99), f"{queries:.0f}",
                    f"1/{health.rate / load.rate:.1f}", growth])
            visitor.close()
            self.memory_after_load = (size, resident_megabytes(server.process.pid))
        return rows

    # A million matters

    def measure_million(self):
        size = 3_000 if self.sizes[0] < 10_000 else self.matters
        county = self.county(size)
        rows = [row[:-1] for row in self.page_rows(county, size, {})]
        with self.serve(county.store) as server:
            rest = resident_megabytes(server.process.pid)
        return f"### {whole(size)} matters, SQLite, 8 connections\n\n" + table(self.PAGE_HEAD, rows) + (
            f"\n\nMemory of the server: {whole(rest)} MB at rest, {whole(self.memory_after_load[1])} MB after this load. "
            f"The demo county of this size took {whole(self.seen[size])} s to make.\n\n"
            "Goals: p99 under 20 ms; under 300 MB.")

    # A large file

    def measure_attachments(self):
        megabytes = 10 if self.sizes[0] < 10_000 else 100
        rows = []
        for name, target in (("SQLite, data directory", None), ("PostgreSQL, database", self.cluster.create("attachments"))):
            command = ["python3", str(ROOT / "Benchmarks/attachments.py"), os.environ["JIAXIN_BINARY"], "--megabytes", str(megabytes)]
            command += ["--database", target] if target else []
            done = subprocess.run(command, capture_output=True, text=True, timeout=900)
            if done.returncode:
                raise RuntimeError(done.stderr)
            found = json.loads(done.stdout)
            for way in ("upload", "download"):
                rows.append([
                    name, way, whole(megabytes), f"{found[way]['megabytes_per_second']:.0f}",
                    f"{found[way]['extra_memory_megabytes']:.1f}"])
        return "### A large file\n\n" + table(["files are kept in", "way", "MB", "MB/s", "extra memory MB"], rows) + (
            "\n\nThe extra memory is the server's resident set, looked at every 20 ms, over what it was before the first byte. "
            "Goal: under 30 MB for 100 MB.")

    def signed_in(self, county, server, role="dispatcher"):
        visitor = Visitor(server, timeout=60)
        name, password = county.login(role)
        answer = visitor.submit(visitor.get("/staff/sign-in"), "password", name=name, password=password)
        if "/staff/sign-out" not in answer.text:
            raise RuntimeError("could not sign in")
        return visitor, "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())

    def pages(self, county):
        from urllib.parse import quote

        numbers = county.in_store("SELECT number FROM cases WHERE restricted = 0 ORDER BY number")
        step = max(1, len(numbers) // 400)
        return {
            "case page": [f"/desk/matter/{number}" for number in numbers[::step]],
            "queue": ["/desk/queue/unassigned", "/desk/queue/unit", "/desk/queue/overdue"],
            f"search, rare ({RARE})": [f"/desk/search?q={quote(RARE)}"],
            f"search, common ({COMMON})": [f"/desk/search?q={quote(COMMON)}"],
            f"search, one character ({CHARACTER})": [f"/desk/search?q={quote(CHARACTER)}"],
        }

    # Import

    def measure_import(self):
        real = ROOT.parent / "shared/data/letters/replied-2000.csv"
        made = self.stores.folder / "letters.csv"
        make(made)
        rows = []
        for name, path in (("2,000 invented letters with replies", made), ("2,000 real letters with replies", real)):
            if not path.exists():
                continue
            store = self.stores.empty("sqlite")
            began = time.monotonic()
            # Rows that cannot be taken are written beside the file and make the exit code 1, so it is copied first.
            done = store.run("import", "letters", shutil.copy(path, store.folder), check=False, timeout=300)
            took = time.monotonic() - began
            if done.returncode not in (0, 1):
                raise RuntimeError(done.stderr)
            stored = self.count(County(store, None))
            rows.append([name, whole(stored), f"{took:.2f}", whole(stored / took)])
        return "### Import, SQLite\n\n" + table(["file", "letters stored", "seconds", "letters/s"], rows) + "\n\nGoal: 2,000 letters in under 3 s, the start of the program included."

    # Start and memory

    def measure_start(self):
        rows = []
        for size in self.sizes:
            county = self.county(size)
            times = []
            for _ in range(5):
                began = time.monotonic()
                server = Server(county.store)
                times.append(time.monotonic() - began)
                idle = resident_megabytes(server.process.pid)
                server.stop()
            with self.serve(county.store) as server:
                visitor, cookie = self.signed_in(county, server)
                asked = Path(county.store.folder / "mixed.txt")
                asked.write_text("\n".join(path for paths in self.pages(county).values() for path in paths[:40]))
                wrk(server.url, 8, self.seconds, "paths.lua", [("Cookie", cookie)], [str(asked)])
                busy = resident_megabytes(server.process.pid)
                visitor.close()
            rows.append([whole(size), f"{statistics.median(times):.2f}", whole(idle), whole(busy), f"{self.seen[size]:.0f}"])
        return "### Start and memory, SQLite\n\n" + table(
            ["matters", "start s", "MB at rest", "MB after a load of pages", "s to make the demo county"], rows
        ) + "\n\nGoals: start under 0.5 s; under 100 MB with 100,000 matters."


    # Clocks of very many matters

    def measure_clocks(self):
        parts = []
        # PostgreSQL with a tenth: its numbers are a comparison, not the claim.
        for engine, matters in (("sqlite", self.matters), ("postgres", max(1_000, self.matters // 10))):
            store = self.stores.empty(engine)
            loaded = self.clocks(store, "load", "--matters", str(matters))
            killed = self.killed_recompute(store, matters)
            resumed = self.clocks(store, "recompute", "--matters", str(matters))
            if not resumed["finished"] or resumed["changed"] != matters:
                raise RuntimeError(f"recomputed {resumed} of {matters} matters after a kill")
            idle = self.clocks(store, "recompute", "--version", "bench-2", "--matters", str(matters))
            plan, reading = self.read_overdue(store)
            swept = self.clocks(store, "sweep", "--limit", str(min(matters, 20_000)))
            rest = max(1, matters - killed)
            rows = [
                ["load, for this measurement", whole(matters), whole(matters / loaded["seconds"]), whole(loaded["peakMB"])],
                ["recompute, every matter changes; killed with SIGKILL and started again", whole(rest), whole(rest / resumed["seconds"]), whole(resumed["peakMB"])],
                ["recompute, nothing changes", whole(matters), whole(matters / idle["seconds"]), whole(idle["peakMB"])],
                ["sweep, with its events", whole(swept["changed"]), whole(swept["changed"] / swept["seconds"]), whole(swept["peakMB"])]]
            name = "SQLite" if engine == "sqlite" else "PostgreSQL"
            parts.append(
                f"### Clocks of {whole(matters)} open matters, {name}\n\n" + table(["what", "matters", "matters/s", "peak MB"], rows)
                + f"\n\nKilled after {whole(killed)} matters were changed; the second run went on there. Reading what has run out: "
                f"{reading} ms for 1,000 clocks; plan: `{'; '.join(line.strip() for line in plan)}`.")
        return "\n\n".join(parts)

    def clocks(self, store, *arguments):
        lines = store.run("bench", "clocks", *arguments, timeout=4 * 3600).stdout.strip().splitlines()
        return json.loads(lines[-1])

    def killed_recompute(self, store, matters):
        """Kills a recomputation in its middle; how many matters it had changed by then, as the store tells."""
        process = subprocess.Popen(
            store.command("bench", "clocks", "recompute", "--matters", str(matters)), cwd=store.folder,
            env=store.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        county = County(store, None, self.cluster)
        try:
            while process.poll() is None:
                rows = county.in_store("SELECT changed FROM casework_progress WHERE name = 'recompute'")
                if rows and int(rows[0]) >= matters // 4:
                    break
                time.sleep(0.05)
            else:
                raise RuntimeError("the recomputation ended before it could be killed; take more matters")
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            process.wait()
        return int(county.in_store("SELECT changed FROM casework_progress WHERE name = 'recompute'")[0])

    def read_overdue(self, store):
        lines = store.run("bench", "clocks", "read", timeout=3600).stdout.strip().splitlines()
        plan = [line.removeprefix("plan: ") for line in lines if line.startswith("plan: ")]
        return plan, json.loads(lines[-1])["millisecondsPerThousand"]


def processor_seconds(pid):
    """User and system time of a process so far."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")
