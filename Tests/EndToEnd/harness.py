"""Starts what the tests talk to, on loopback and in temporary folders: a PostgreSQL cluster, stores, the server.

A tool that is missing is an error here, never a reason to skip.
"""

import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("JIAXIN_BINARY", ROOT / ".build/debug/jiaxin"))
ENGINES = ("sqlite", "postgres")
AS_ROOT = os.geteuid() == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def need(path, package):
    if not path or not Path(path).exists():
        raise RuntimeError(f"{path or package} is missing: scripts/packages.sh test")
    return str(path)


class Cluster:
    """A PostgreSQL server of our own. PostgreSQL refuses to run as root, so root lends it the user postgres."""

    def __init__(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        self.bin = Path(need(found[-1] if found else None, "postgresql"))
        self.folder = Path(tempfile.mkdtemp(prefix="jiaxin-pg-"))
        self.port = free_port()
        if AS_ROOT:
            shutil.chown(self.folder, "postgres", "postgres")
        self._server("initdb", "-D", self.folder / "data", "-U", "jiaxin", "--auth=trust", "-E", "UTF8", "--locale=C")
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} "
            "-c fsync=on -c synchronous_commit=on -c max_connections=80 -c shared_buffers=64MB"
        )
        self._server("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start")

    def _server(self, program, *arguments):
        as_postgres = ["runuser", "-u", "postgres", "--"] if AS_ROOT else []
        command = as_postgres + [str(self.bin / program)] + [str(argument) for argument in arguments]
        # The server keeps standard output open, so it must not be a pipe that somebody waits for.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd="/", timeout=90)
            output.seek(0)
            assert done.returncode == 0, output.read().decode(errors="replace")

    def psql(self, sql, database="postgres"):
        done = subprocess.run(
            [str(self.bin / "psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql],
            capture_output=True, text=True, timeout=60, env=os.environ | {"PGOPTIONS": "-c search_path=jiaxin,public"})
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def create(self, name, template="template0"):
        self.psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def url(self, name):
        return f"postgres://jiaxin@127.0.0.1:{self.port}/{name}?sslmode=disable"

    def stop(self):
        self._server("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Store:
    """A county's store in a folder of its own, with the key and whatever else belongs to it."""

    def __init__(self, engine, folder, database):
        self.engine = engine
        self.folder = Path(folder)
        self.database = database
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        # Approvers sign in with a password alone, except where a test is about one-time codes.
        return kept | {"TZ": "Asia/Shanghai", "JIAXIN_SECOND_FACTOR": "offered"}

    def command(self, *arguments):
        return [need(BINARY, "the debug build of jiaxin"), *arguments, "--database", self.database]

    def run(self, *arguments, check=True, timeout=120, stdin=None):
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment, input=stdin,
            capture_output=True, text=True, timeout=timeout)
        if check:
            assert done.returncode == 0, f"jiaxin {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


class Stores:
    """Makes stores; a demo county is loaded once per engine and copied from then on."""

    def __init__(self, folder, cluster):
        self.folder = Path(folder)
        self.cluster = cluster
        self.count = 0
        self.demos = {}

    def empty(self, engine):
        self.count += 1
        return self._at(engine, f"store{self.count}")

    def demo(self, engine):
        if engine not in self.demos:
            made = self._at(engine, "demo")
            logins = made.run("demo", "--matters", "60", "--seed", "7", timeout=300).stdout
            (made.folder / "logins.txt").write_text(logins)
            self.demos[engine] = made
        source = self.demos[engine]
        self.count += 1
        name = f"county{self.count}"
        folder = self.folder / f"{engine}-{name}"
        shutil.copytree(source.folder, folder)
        if engine == "sqlite":
            return Store(engine, folder, f"sqlite:{folder}/county.sqlite")
        return Store(engine, folder, self.cluster.create(name, template="demo"))

    def _at(self, engine, name):
        folder = self.folder / f"{engine}-{name}"
        if engine == "sqlite":
            return Store(engine, folder, f"sqlite:{folder}/county.sqlite")
        return Store(engine, folder, self.cluster.create(name))


class Server:
    """`jiaxin serve` on a store. Everything comes from one address here, so nothing is limited by address unless asked."""

    FLAGS = ("--letters-per-hour", "0", "--attempts-per-minute", "0")

    def __init__(self, store, *flags, prefix=(), limited=False):
        self.store = store
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = store.folder / f"serve-{self.port}.log"
        command = [*prefix, *store.command("serve"), "--listen", f"127.0.0.1:{self.port}", *flags]
        command += () if limited else self.FLAGS
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=store.folder, env=store.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)
        self._wait()

    def _wait(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the server was not ready after {seconds} s:\n{self.tail()}")

    def tail(self, lines=30):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def kill(self):
        """Without warning, as a power cut would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def stop(self):
        """Gracefully; the exit code must be 0."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"the server did not stop within 20 s:\n{self.tail()}")
        assert code == 0, f"the server ended with {code}:\n{self.tail()}"

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure:
            self.kill()
        else:
            self.stop()
