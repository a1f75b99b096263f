"""A letter is on disk before it is acknowledged: seen in the server's system calls, and in PostgreSQL's settings."""

import re

import pytest

from harness import Server, need
from letters import register, start
from visitor import Visitor

SYNC = re.compile(r"\b(fdatasync|fsync)\((\d+)<([^>]*)>\)\s+= 0")
SYNC_END = re.compile(r"<\.\.\. (fdatasync|fsync) resumed>\)\s+= 0")
ANSWER = re.compile(r'\b(?:write|writev|sendto|sendmsg)\(.*HTTP/1\.1 ')


@pytest.mark.timeout(90)
def test_sqlite_syncs_before_the_answer(stores):
    store = stores.demo("sqlite")
    trace = store.folder / "trace"
    # -D keeps the server our direct child; -y names the file behind a descriptor.
    tracer = [
        need("/usr/bin/strace", "strace"), "-D", "-f", "-y", "-s", "24", "-o", str(trace),
        "-e", "trace=fdatasync,fsync,write,writev,sendto,sendmsg"]
    with Server(store, prefix=tracer) as server:
        visitor = Visitor(server)
        hidden = start(visitor)
        before = len(trace.read_text(errors="replace").splitlines())
        answer = register(visitor, hidden)
        assert answer.number and answer.code
        visitor.close()
    lines = trace.read_text(errors="replace").splitlines()[before:]
    answered = next((index for index, line in enumerate(lines) if ANSWER.search(line)), None)
    assert answered is not None, "no answer in the trace:\n" + "\n".join(lines[:40])
    synced = [line for line in lines[:answered] if SYNC.search(line) or SYNC_END.search(line)]
    assert any("-wal" in line for line in lines[:answered] if "sync(" in line), "no sync of the log before the answer:\n" + "\n".join(lines[: answered + 1])
    assert synced, "the sync had not ended when the answer was sent"


def test_postgres_syncs(stores, cluster):
    assert cluster.psql("SHOW fsync") == "on"
    assert cluster.psql("SHOW full_page_writes") == "on"
    # What the server's own sessions use, not only the default: nothing may have switched it off.
    store = stores.demo("postgres")
    with Server(store) as server:
        visitor = Visitor(server)
        assert register(visitor).number
        visitor.close()
        name = re.search(r"/([^/?]+)\?", store.database).group(1)
        assert cluster.psql("SHOW synchronous_commit", name) == "on"
        overridden = cluster.psql(
            "SELECT count(*) FROM pg_db_role_setting, unnest(setconfig) AS s WHERE s LIKE 'synchronous_commit%'")
        assert overridden == "0"


def test_nothing_in_the_sources_switches_it_off():
    from harness import ROOT

    for path in (ROOT / "Sources").rglob("*.swift"):
        text = path.read_text().lower()
        assert not re.search(r"synchronous_commit\s*(=|to)\s*'?(off|local)", text), path
        assert not re.search(r"synchronous\s*=\s*(off|normal|0|1)\b", text), path
