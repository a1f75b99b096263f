"""wrk, and what it says."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass
class Load:
    """Requests a second, latencies in milliseconds, and how many requests went wrong."""

    rate: float
    p50: float
    p99: float
    requests: int
    seconds: float
    failures: int


def wrk(url, connections, seconds, script=None, headers=(), arguments=()):
    program = shutil.which("wrk")
    if not program:
        raise RuntimeError("wrk is missing: scripts/packages.sh bench")
    command = [program, "--latency", "-t", str(min(connections, 2)), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s"]
    if script:
        command += ["-s", str(FOLDER / script)]
    for name, value in headers:
        command += ["-H", f"{name}: {value}"]
    command += [url, "--", *arguments]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def number(pattern):
        found = re.search(pattern, text)
        return float(found.group(1)) if found else 0.0

    def milliseconds(percentile):
        found = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s|m)\b", text)
        return float(found.group(1)) * UNITS[found.group(2)] if found else float("nan")

    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failures = int(number(r"Non-2xx or 3xx responses: (\d+)")) + sum(map(int, errors.groups()) if errors else [])
    took = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m)\b", text)
    return Load(
        number(r"Requests/sec:\s+([\d.]+)"), milliseconds(50), milliseconds(99), int(took.group(1)),
        float(took.group(2)) * UNITS[took.group(3)] / 1000, failures)
