"""A county whose discipline organ is connected: its keys, its people, and what leaves traces where."""

import base64
import json
import re
import subprocess
import urllib.parse

from county import County
from harness import BINARY, Server, need

PASSWORD = "correct horse battery"
PASSPHRASE = "a passphrase for the organ"
RECEIVERS = ("jw-first", "jw-second")
CODE = re.compile(r"(?<![-\w])(?:[0-9A-HJKMNP-TV-Z]{4}[-\s]+){4}[0-9A-HJKMNP-TV-Z]{4}(?![-\w])")
GROUPS = re.compile(r'class="big-code">([0-9A-HJKMNP-TV-Z]{4})<')


def tool(*arguments, check=True, cwd=None):
    """`jiaxin sealed …`, as the organ runs it on a machine of its own."""
    done = subprocess.run(
        [need(BINARY, "the debug build of jiaxin"), "sealed", *map(str, arguments)], capture_output=True, text=True,
        timeout=60, cwd=cwd, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    if check:
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


class Organ:
    """Key pair and folder of an organ."""

    def __init__(self, folder, name="清河县纪委监委"):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        made = tool("keygen", "--out", folder, "--name", name, "--passphrase-file", self.passphrase)
        self.private, self.public = [line.split("\t")[1] for line in made.stdout.splitlines()]

    def open(self, *files):
        opened = tool("open", "--key", self.private, "--passphrase-file", self.passphrase, "--json", *files)
        return [json.loads(line) for line in opened.stdout.splitlines()]

    def answer(self, envelope, words):
        text = self.folder / "answer.txt"
        text.write_text(words)
        return tool(
            "answer", "--key", self.private, "--passphrase-file", self.passphrase, "--envelope", envelope,
            "--text-file", text).stdout

    def readdress(self, envelope, organ):
        return tool(
            "readdress", "--key", self.private, "--passphrase-file", self.passphrase, "--to", organ.public,
            envelope).stdout


class SealedCounty(County):
    """A demo county, served with an organ's public key."""

    def __init__(self, store, cluster, folder):
        self.organ = Organ(folder / "organ")
        self.other = Organ(folder / "other", "某市纪委监委")
        for name in RECEIVERS:
            store.run("staff", "add", "--name", name, "--role", "sealedReceiver", stdin=PASSWORD + "\n")
        super().__init__(store, None, cluster)

    @property
    def flags(self):
        return ("--sealed-key", f"{self.organ.public},{self.other.public}", "--log-level", "trace")

    def serve(self):
        self.server = Server(self.store, *self.flags)
        return self.server

    def sign_in(self, page, name=RECEIVERS[0]):
        page.goto("/staff/sign-in?next=/desk/sealed")
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.locator("form[action='/staff/sign-in'] button").click()
        assert page.url.endswith("/desk/sealed"), page.url


def code_of(text):
    """The receipt code of a page's source, or of its shown text."""
    groups = GROUPS.findall(text)[:5]
    if len(groups) == 5:
        return "-".join(groups)
    found = CODE.search(text)
    assert found, text[:2000]
    return "-".join(re.findall(r"[0-9A-Z]{4}", found.group()))


def hand_in(visitor, words, accused="", contact="", headers=None):
    """Without JavaScript: the form's fields in plain words."""
    page = visitor.get("/sealed/write", headers=headers)
    form = page.form("words")
    sent = form.fields | {"words": words, "accused": accused, "contact": contact, "named": "no", "name": ""}
    return visitor.post("/sealed/write", sent, headers=headers)


def hand_in_browser(page, words, accused="", contact=""):
    """In a real browser, however it is set up."""
    page.goto("/sealed/write")
    page.fill("[name=accused]", accused)
    page.fill("[name=words]", words)
    page.check("[name=named][value=no]")
    page.fill("[name=contact]", contact)
    page.locator("form[data-sealed=report] button[type=submit]").click()
    page.locator(".ticket .big-code").nth(4).wait_for()
    return code_of(page.inner_text(".ticket"))


def forms_of(text):
    """How a text can look in bytes: each form that some layer could have given it."""
    plain = text.encode()
    out = {
        "utf-8": plain, "utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be"),
        "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode(),
        "percent": urllib.parse.quote(text).encode(), "percent-small": urllib.parse.quote(text).lower().encode(),
        "json": json.dumps(text)[1:-1].encode(),
        "entities": "".join(f"&#{ord(sign)};" for sign in text).encode(),
        "reversed": plain[::-1],
    }
    for shift in range(3):
        # The first and last signs depend on what stands beside the text.
        encoded = base64.b64encode(b"\0" * shift + plain)
        kept = encoded[4 if shift else 0:].rstrip(b"=")
        kept = kept[: len(kept) - 2]
        out[f"base64+{shift}"] = kept
        out[f"base64url+{shift}"] = kept.replace(b"+", b"-").replace(b"/", b"_")
    return out


class Traces:
    """Looks for planted texts in everything that is handed to it."""

    def __init__(self, markers):
        self.needles = {
            (name, form): needle for name, text in markers.items() for form, needle in forms_of(text).items()}
        assert all(len(needle) >= 8 for needle in self.needles.values())
        self.looked = 0

    def look(self, where, data):
        self.looked += 1
        if isinstance(data, str):
            data = data.encode()
        return [f"{where}: {name} as {form}" for (name, form), needle in self.needles.items() if needle in data]

    def look_in_files(self, *folders):
        found = []
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    found += self.look(path, path.read_bytes())
                found += self.look(f"the name of {path}", path.name)
        return found

