"""Plants what must never exist, and looks for it afterwards, in pages, in the store, in logs."""

import os
import re
import subprocess

from harness import BINARY, ROOT
from letters import letter, start
from tour import signed_in
from visitor import Visitor

# The words that the program itself takes for labels of people.
LABELS = re.findall(
    r'"([^"]+)"', re.search(r"let words = \[(.*?)\]", (ROOT / "Sources/Organisation/PersonLabel.swift").read_text(), re.S)[1])
assert "重点人员" in LABELS and "blacklist" in LABELS


def write(server, marker, **more):
    """A letter by plain HTTP, with whatever fields somebody adds to the form; gives number and code."""
    visitor = Visitor(server)
    answer = visitor.post("/write", start(visitor) | letter(body=f"路灯坏了三个星期。记号 {marker}", **more) | {"step": "send"})
    visitor.close()
    assert answer.status == 200 and answer.number and answer.code, (answer.status, answer.text[:1500])
    return answer.number, answer.code


def take_down(county, marker, role="receptionClerk", **more):
    """A letter taken down at the counter, with whatever fields somebody adds to the form; gives the answer."""
    clerk = signed_in(county, *county.login(role))
    fields = clerk.get("/desk/new").form("body").fields | {
        "channel": "visit", "body": f"来说路灯。记号 {marker}", "place": "东关街", "name": "王某某", "phone": "13800000000",
        "urgency": "normal", "readBack": "1", "step": "save"}
    answer = clerk.post("/desk/new", fields | more)
    clerk.close()
    return answer


def open_as(visitor, number, code):
    """The page of a matter as its resident."""
    return visitor.submit(visitor.get("/follow"), "code", number=number, code=code)


def act(visitor, number, name, **fields):
    """Sends the form of an act, whether or not the page offers it."""
    page = visitor.get(f"/desk/matter/{number}")
    forms = {form.action.rsplit("/", 1)[-1]: form.fields for form in page.forms() if form.action.startswith("/desk/matter/")}
    version = next((sent["version"] for sent in forms.values() if "version" in sent), "1")
    token = next((form.fields["_csrf"] for form in page.forms() if "_csrf" in form.fields), "")
    own = forms.get(name, {"_csrf": token, "version": version, "submission": os.urandom(12).hex()})
    return visitor.post(f"/desk/matter/{number}/{name}", own | fields)


def everything_kept(county):
    """All bytes that a county leaves behind: store, keys, logs."""
    out = b"".join(path.read_bytes() for path in sorted(county.store.folder.rglob("*")) if path.is_file())
    if county.store.engine == "postgres":
        name = re.search(r"/([^/?]+)\?", county.store.database).group(1)
        out += subprocess.run(
            [str(county.cluster.bin / "pg_dump"), "-d", county.cluster.url(name)], capture_output=True, check=True).stdout
    return out


def check_pack(folder, text):
    """`jiaxin rules check` of a text."""
    file = folder / "planted.yaml"
    file.write_text(text)
    return subprocess.run([str(BINARY), "rules", "check", str(file)], capture_output=True, text=True, timeout=60)


def swapped(text, old, new):
    """The first occurrence replaced; a text without it is a fault of the test."""
    assert old in text, old
    return text.replace(old, new, 1)
