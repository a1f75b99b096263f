"""Backup while serving, restore somewhere else, verify; and what was erased stays erased."""

import re
import subprocess

import pytest

from county import County
from harness import Server, Store
from letters import Load, register
from visitor import Visitor

PASSPHRASE = "a long passphrase for the drill\n"


@pytest.fixture
def drill(engine, stores, cluster, tmp_path):
    store = stores.demo(engine)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "passphrase").chmod(0o600)

    class Drill:
        county = County(store, None, cluster)
        passphrase = str(tmp_path / "passphrase")

        def backup(self, name):
            target = tmp_path / name
            store.run("backup", str(target), "--passphrase-file", self.passphrase)
            return target

        def target(self, name):
            folder = tmp_path / name
            folder.mkdir()
            if engine == "sqlite":
                return Store(engine, folder, f"sqlite:{folder}/county.sqlite")
            return Store(engine, folder, cluster.create(f"{store.folder.name}-{name}".replace("-", "_")))

        def restore(self, backup, target, check=True):
            return target.run("restore", str(backup), "--passphrase-file", self.passphrase, check=check)

    drill = Drill()
    drill.store = store
    drill.cluster = cluster
    return drill


@pytest.mark.timeout(180)
def test_backup_while_serving_and_restore(drill):
    with Server(drill.store) as server:
        visitor = Visitor(server)
        before = register(visitor, body="备份之前写的信。")
        with Load(server, threads=4) as load:
            load.wait_for(5)
            backup = drill.backup("backup")
            load.wait_for(len(load.acknowledged) + 5)
        after = register(visitor, body="备份之后写的信。")
        visitor.close()

    target = drill.target("restored")
    drill.restore(backup, target)
    target.run("verify")
    numbers = set(County(target, None, drill.cluster).in_store("SELECT number FROM cases"))
    assert before.number in numbers
    assert after.number not in numbers

    # The restored store serves, and the resident's code still opens the letter.
    with Server(target) as server:
        visitor = Visitor(server)
        opened = visitor.submit(visitor.get("/follow"), "code", number=before.number, code=before.code)
        assert "备份之前写的信" in opened.text
        visitor.close()

    # A second restore into the same place is refused and changes nothing.
    refused = drill.restore(backup, target, check=False)
    assert refused.returncode != 0
    target.run("verify")


@pytest.mark.timeout(60)
def test_a_wrong_passphrase_is_refused(drill, tmp_path):
    backup = drill.backup("backup")
    (tmp_path / "wrong").write_text("something else entirely\n")
    target = drill.target("restored")
    done = target.run("restore", str(backup), "--passphrase-file", str(tmp_path / "wrong"), check=False)
    assert done.returncode != 0
    assert PASSPHRASE.strip() not in done.stdout + done.stderr
    drill.restore(backup, target)


@pytest.mark.timeout(60)
def test_a_damaged_backup_is_refused(drill):
    backup = drill.backup("backup")
    files = [path for path in (backup.rglob("*") if backup.is_dir() else [backup]) if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    middle = len(data) // 2
    data[middle:middle + 4096] = b"\x5a" * len(data[middle:middle + 4096])
    largest.write_bytes(data)
    target = drill.target("restored")
    restored = drill.restore(backup, target, check=False)
    assert restored.returncode != 0 or target.run("verify", check=False).returncode != 0


@pytest.mark.timeout(180)
def test_who_was_erased_stays_erased(drill, tmp_path):
    """Erased after the backup: gone from the store's files at once, and gone again when the older backup comes back."""
    marker = "铜铃巷七十九号"
    words = f"我家住{marker}，门口的井盖松了，车一过就响。"
    name = "欧阳测试人"
    with Server(drill.store) as server:
        visitor = Visitor(server)
        erased = register(visitor, body=words, place=marker, name=name)
        other = register(visitor, body="别的信，要留着。")
        visitor.close()
    backup = drill.backup("backup")
    drill.store.run("erase", erased.number, "--yes")
    drill.store.run("verify")
    assert traces(drill, drill.store, (marker, name)) == []

    target = drill.target("restored")
    # The newer list lies with the store that it belongs to; a restore elsewhere is told where.
    listed = next(path for path in drill.store.folder.rglob("*erasures*") if path.is_file())
    target.run("restore", str(backup), "--passphrase-file", drill.passphrase, "--erasures", str(listed))
    target.run("verify")
    assert traces(drill, target, (marker, name)) == []
    with Server(target) as server:
        visitor = Visitor(server)
        gone = visitor.submit(visitor.get("/follow"), "code", number=erased.number, code=erased.code)
        kept = visitor.submit(visitor.get("/follow"), "code", number=other.number, code=other.code)
        visitor.close()
    assert marker not in gone.text
    assert "别的信，要留着" in kept.text


def traces(drill, store, words):
    """Where a word still stands: in the bytes of the store's files, or in a dump of its tables."""
    if store.engine == "sqlite":
        places = {
            str(path.relative_to(store.folder)): path.read_bytes()
            for top in store.folder.glob("county.sqlite*") for path in [top, *top.rglob("*")] if path.is_file()}
    else:
        name = re.search(r"/([^/?]+)\?", store.database).group(1)
        dump = subprocess.run(
            [str(drill.cluster.bin / "pg_dump"), "-d", drill.cluster.url(name)], capture_output=True, check=True)
        places = {"dump": dump.stdout}
    return [(place, word) for place, data in places.items() for word in words if word.encode() in data]
