"""`jiaxin rules`: what comes with the program, own packs, differences, and what is refused."""

import os
import random
import subprocess

import pytest

from harness import BINARY


@pytest.fixture
def store(stores, engine):
    made = stores.empty(engine)
    made.run("staff", "init")
    return made


def check(store, name):
    """Reading a file needs no store."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return subprocess.run(
        [str(BINARY), "rules", "check", name], cwd=store.folder, env=kept, capture_output=True, text=True, timeout=60)


def own_pack(store, **changes):
    """An own hotline pack made of the example, as the documentation says."""
    text = store.run("rules", "show", "example-hotline-five-days").stdout
    changes = {"example-hotline-five-days": "qinghe-hotline", "version: 2": "version: 1", "example: true\n": "", "2026-01-01": "2099-01-01"} | changes
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    (store.folder / "own.yaml").write_text(text)
    return text


def test_from_an_example_to_a_pack_that_holds(store):
    listed = {line.split("\t")[0]: line.split("\t") for line in store.run("rules", "list").stdout.splitlines()}
    assert listed["national-petition/2"][5] == "holds" and listed["national-petition/1"][5] == "-"
    assert listed["example-hotline-tiers/2"][4] == "example"
    text = own_pack(store)
    assert check(store, "own.yaml").stdout.startswith("ok: qinghe-hotline/1, hotline, 1 rules, 9 routes")
    done = store.run("rules", "load", "own.yaml")
    assert "qinghe-hotline/1 is loaded" in done.stdout
    assert store.run("rules", "show", "qinghe-hotline/1").stdout == text
    assert "\tstore\t" in next(
        line for line in store.run("rules", "list").stdout.splitlines() if line.startswith("qinghe-hotline/1"))
    own_pack(store, **{"version: 1": "version: 2", "length: 5": "length: 3"})
    changed = store.run("rules", "diff", "qinghe-hotline/1", "./own.yaml", "--from", "2026-09-28").stdout
    assert "length: 5 workingDays -> 3 workingDays" in changed and "0 matters in hand run this clock" in changed
    assert "from 2026-09-28: due 2026-10-10 -> 2026-10-08" in changed
    ended = store.run("rules", "end", "qinghe-hotline", "--on", "2099-12-31").stdout
    assert "holds until 2099-12-31" in ended and "no pack holds" in ended
    assert store.run("verify").stdout.rstrip().endswith("no difference")


def test_what_is_refused_has_line_and_reason(store):
    own_pack(store, **{"starts: receipt": "starts: whenever", "length: 5": "length: five", "evidence: T": "evidence: M"})
    done = check(store, "own.yaml")
    assert done.returncode == 1
    for words in ["starts must be one of", "length must be a whole number", "what is only remembered (M)"]:
        assert any(line.startswith("line ") and words in line for line in done.stderr.splitlines()), words
    assert store.run("rules", "load", "own.yaml", check=False).returncode == 1
    own_pack(store)
    store.run("rules", "load", "own.yaml")
    own_pack(store, **{"length: 5": "length: 6"})
    done = store.run("rules", "load", "own.yaml", check=False)
    assert done.returncode == 1 and "stands for another text already" in done.stderr
    (store.folder / "tiers.yaml").write_text(store.run("rules", "show", "example-hotline-tiers").stdout)
    done = store.run("rules", "load", "tiers.yaml", check=False)
    assert done.returncode == 1 and "--checked" in done.stderr
    for arguments, code in [
        (("end", "national-petition", "--on", "2099-12-31"), 1), (("end", "nothing", "--on", "2099-12-31"), 1),
        (("end", "qinghe-hotline", "--on", "soon"), 2), (("show", "nothing"), 2), (("diff", "a", "b"), 2),
        (("load", "nowhere.yaml"), 5), (("load", "/"), 5), (("diff", "a"), 2), (("list", "x"), 2),
    ]:
        done = store.run("rules", *arguments, check=False)
        assert done.returncode == code, (arguments, done.stderr)
        assert "something went wrong" not in done.stderr


def test_noise_is_no_pack(stores):
    store = stores.empty("sqlite")
    dice = random.Random(11)
    good = store.run("rules", "show", "national-petition/2").stdout
    for turn in range(40):
        letters = list(good)
        for _ in range(dice.randrange(1, 60)):
            letters[dice.randrange(len(letters))] = dice.choice("{}[]:-#&*!|>'\"%@`\t\n\x00甲 0")
        (store.folder / "noise.yaml").write_text("".join(letters))
        done = check(store, "noise.yaml")
        assert done.returncode in (0, 1, 5), (turn, done.returncode, done.stderr[-500:])
        assert "something went wrong" not in done.stderr


def test_a_changed_pack_stops_every_start(store, cluster):
    own_pack(store)
    store.run("rules", "load", "own.yaml")
    statement = "UPDATE rule_packs SET body = REPLACE(body, 'length: 5', 'length: 500')"
    if store.engine == "sqlite":
        import sqlite3

        with sqlite3.connect(store.database.removeprefix("sqlite:")) as connection:
            connection.execute(statement)
        connection.close()
    else:
        cluster.psql(statement, database=store.database.split("/")[-1].split("?")[0])
    for arguments in [("serve", "--listen", "127.0.0.1:0"), ("staff", "list"), ("verify",), ("rules", "list")]:
        done = store.run(*arguments, check=False)
        assert done.returncode == 3, (arguments, done.stderr)
        assert "the rule pack qinghe-hotline/1 in the store is not what was loaded" in done.stderr
