"""`kill -9` while letters pour in: everything that was acknowledged is there afterwards, and the ledger verifies."""

import random

import pytest

from county import County
from harness import Server
from letters import Load
from visitor import Visitor

ROUNDS = 20


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_was_acknowledged_survives(engine, stores, cluster):
    store = stores.demo(engine)
    county = County(store, None, cluster)
    acknowledged = {}
    chance = random.Random(7)
    server = Server(store)
    try:
        for round in range(ROUNDS):
            with Load(server) as load:
                # At least a few letters, then somewhere in the middle of whatever is going on.
                load.wait_for(3 + chance.randrange(25))
                server.kill()
            assert not load.unexpected, load.unexpected[:3]
            assert not acknowledged.keys() & load.acknowledged.keys(), "a number was given twice"
            acknowledged |= load.acknowledged

            stored = set(county.in_store("SELECT number FROM cases"))
            missing = load.acknowledged.keys() - stored
            assert not missing, f"round {round}: acknowledged and lost: {sorted(missing)}"
            verified = store.run("verify", check=False)
            assert verified.returncode == 0, f"round {round}: {verified.stdout}\n{verified.stderr}"

            server = Server(store)
            number, (code, marker) = next(reversed(load.acknowledged.items()))
            page = look_up(server, number, code)
            assert marker in page.text, f"round {round}: {number} cannot be opened: {page.status}"
        assert set(acknowledged) <= set(county.in_store("SELECT number FROM cases"))
        assert len(acknowledged) >= ROUNDS * 3
    finally:
        server.kill()


def look_up(server, number, code):
    visitor = Visitor(server)
    try:
        return visitor.submit(visitor.get("/follow"), "code", number=number, code=code)
    finally:
        visitor.close()
