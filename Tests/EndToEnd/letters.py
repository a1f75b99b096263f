"""Registering letters over plain HTTP, one at a time or as a load that is cut off."""

import http.client
import secrets
import threading
import time

from visitor import Visitor

CONTACT = {"name": "王某某", "phone": "13800000000", "address": ""}


def letter(body="路灯坏了三个星期，晚上老人不敢出门。", place="东关街 12 号门口", **more):
    return {"body": body, "place": place, "area": "", "wish": "", **CONTACT, **more}


def start(visitor):
    """The hidden fields of a fresh form: token and submission."""
    return visitor.get("/write").form("submission").fields


def register(visitor, fields=None, **more):
    """Sends a whole letter in one step; the answer shows number and code."""
    hidden = fields or start(visitor)
    return visitor.post("/write", hidden | letter(**more) | {"step": "send"})


class Load:
    """Threads that send letters until the server is gone. What was acknowledged is in `acknowledged`."""

    def __init__(self, server, threads=8):
        self.server = server
        self.acknowledged = {}
        self.unexpected = []
        self.sent = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def wait_for(self, count, seconds=30):
        end = time.monotonic() + seconds
        while len(self.acknowledged) < count and time.monotonic() < end:
            time.sleep(0.005)
        assert len(self.acknowledged) >= count, f"only {len(self.acknowledged)} letters in {seconds} s: {self.unexpected[:3]}"

    def _run(self):
        visitor = Visitor(self.server)
        try:
            while not self._stop.is_set():
                self.sent += 1
                marker = secrets.token_hex(6)
                answer = register(visitor, body=f"路灯坏了三个星期。记号 {marker}")
                if answer.status == 200 and answer.number and answer.code:
                    self.acknowledged[answer.number] = (answer.code, marker)
                else:
                    self.unexpected.append((answer.status, answer.text[:200]))
                    time.sleep(0.05)
        except (OSError, http.client.HTTPException):
            pass  # the server was killed, which is the point
        finally:
            visitor.close()
