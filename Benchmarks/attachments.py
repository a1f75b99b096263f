"""A large file up and down through a served county: rate each way, and the memory that it costs the server.

    Benchmarks/attachments.py BINARY [--megabytes 100] [--database postgres://…]

Prints one JSON object. The file is a sound (type checked by content, no decoder); memory is the server's own resident
set, looked at every 20 ms, over what it was before the first byte.
"""

import argparse
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests/EndToEnd"))

from files import wav  # noqa: E402
from harness import free_port  # noqa: E402
from visitor import Visitor  # noqa: E402


def resident(process):
    """Kilobytes of memory, of the server alone: its helpers end with the file that they looked at."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


class Watch:
    """The largest memory while something runs."""

    def __init__(self, process):
        self.process = process
        self.most = 0
        self.on = True
        self.thread = threading.Thread(target=self._look)

    def _look(self):
        while self.on:
            self.most = max(self.most, resident(self.process))
            time.sleep(0.02)

    def __enter__(self):
        self.before = resident(self.process)
        self.start = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.start
        self.on = False
        self.thread.join()
        self.extra = max(0, self.most - self.before) / 1024


class LongBody:
    """A form with one sound of many megabytes, never in this program's memory either."""

    def __init__(self, fields, megabytes):
        self.boundary = "----jiaxin" + os.urandom(8).hex()
        head = "".join(
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields)
        head += (f'--{self.boundary}\r\nContent-Disposition: form-data; name="files"; filename="long.wav"\r\n'
                 "Content-Type: audio/wav\r\n\r\n")
        self.begin = head.encode() + wav(1)[:44]
        self.end = f"\r\n--{self.boundary}--\r\n".encode()
        self.content = megabytes * (1 << 20) - 44
        self.length = len(self.begin) + self.content + len(self.end)

    def pieces(self):
        yield self.begin
        noise = os.urandom(1 << 20)
        left = self.content
        while left > 0:
            yield noise[:min(left, len(noise))]
            left -= len(noise)
        yield self.end


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiaxin-files-") as folder:
        database = options.database or f"sqlite:{folder}/county.sqlite"
        port = free_port()

        class Place:
            url = f"http://127.0.0.1:{port}"
        Place.port = port
        server = subprocess.Popen(
            [options.binary, "serve", "--database", database, "--listen", f"127.0.0.1:{port}", "--letters-per-hour", "0",
             "--key-file", f"{folder}/key", "--erasure-list", f"{folder}/erasures",
             "--attachment-megabytes", str(options.megabytes + 1)],
            stdout=subprocess.DEVNULL, stderr=open(f"{folder}/log", "wb"))
        try:
            print(json.dumps(measure(Place, server.pid, options.megabytes), indent=2))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def measure(place, process, megabytes):
    visitor = None
    for _ in range(200):
        try:
            visitor = Visitor(place, timeout=600)
            page = visitor.get("/write")
            break
        except OSError:
            time.sleep(0.05)
    # Once small, so that what is loaded at first use is not counted.
    for size in (1, megabytes):
        form = page.form("body").fields
        body = LongBody(
            [("_csrf", form["_csrf"]), ("submission", form["submission"]), ("body", "录音"), ("step", "contact")], size)
        with Watch(process) as up:
            answer = send(place, visitor, body)
        page = visitor.get("/write")
    answer = visitor.submit(answer, "phone", ("step", "review"), name="甲")
    sent = visitor.submit(answer, "body", ("step", "send"))
    matter = visitor.submit(visitor.get("/follow"), "code", number=sent.number, code=sent.code)
    address = re.search(r'/matter/attachment/\d+/original', matter.text).group()
    with Watch(process) as down:
        received = receive(place, visitor, address)
    assert received == megabytes * (1 << 20), received
    return {
        "megabytes": megabytes,
        "upload": {"seconds": round(up.seconds, 2), "megabytes_per_second": round(megabytes / up.seconds, 1),
                   "extra_memory_megabytes": round(up.extra, 1)},
        "download": {"seconds": round(down.seconds, 2), "megabytes_per_second": round(megabytes / down.seconds, 1),
                     "extra_memory_megabytes": round(down.extra, 1)},
    }


def send(place, visitor, body):
    line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=600)
    line.putrequest("POST", "/write")
    line.putheader("Content-Type", f"multipart/form-data; boundary={body.boundary}")
    line.putheader("Content-Length", str(body.length))
    line.putheader("Origin", place.url)
    line.putheader("Cookie", "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()))
    line.endheaders()
    for piece in body.pieces():
        line.send(piece)
    answer = line.getresponse()
    from visitor import Answer
    found = Answer(answer.status, answer.headers, answer.read(), "/write")
    assert found.status == 200 and 'name="file"' in found.text, found.text[:2000]
    line.close()
    return found


def receive(place, visitor, address):
    line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=600)
    line.request("GET", address, headers={
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())})
    answer = line.getresponse()
    count = 0
    while piece := answer.read(1 << 16):
        count += len(piece)
    line.close()
    return count


if __name__ == "__main__":
    main()
