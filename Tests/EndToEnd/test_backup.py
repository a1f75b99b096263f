"""Backup while serving, restore somewhere else, verify; and what was erased stays erased."""

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
