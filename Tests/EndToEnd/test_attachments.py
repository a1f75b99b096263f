"""Files from the phone and at the desk: sent, seen, taken back; and everything that somebody hostile could send."""

import re
import socket
import time
import urllib.parse

import pytest

from county import County, LETTER, follow, open_details, sign_in, sign_out, step, write_letter
from files import PLACE, bomb_zip, gif, kept_files, multipart, pdf, png, submit_files, wav
from harness import Server, Store
from visitor import CODE, NUMBER, Visitor

PICTURE = {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": png(640, 480)}
VOICE = {"name": "voice.wav", "mimeType": "audio/wav", "buffer": wav(2)}


def send_letter(page, *files):
    page.goto("/write")
    page.fill("[name=body]", LETTER)
    page.set_input_files("#files", list(files))
    step(page, "contact")
    page.fill("input[name=name]", "王某某")
    step(page, "review")
    for file in files:
        assert file["name"] in page.inner_text("main")
    step(page, "send")
    shown = page.inner_text("main")
    return NUMBER.search(shown).group(), CODE.search(shown).group()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_picture_and_a_voice_note_come_with_the_letter(counties, open_page, axe, engine, script):
    county = counties(engine)
    page = open_page(county, width=390, script=script)
    page.goto("/write")
    if script:
        page.set_input_files("#files", [PICTURE, VOICE])
        assert page.locator("[data-file-list] li").count() == 2
        assert page.locator("[data-file-list] img").count() == 1 and page.locator("[data-file-list] audio").count() == 1
        page.locator("[data-file-list] li button").last.click()
        assert page.locator("[data-file-list] li").count() == 1
        assert axe(page, "write with a picture") == []
    number, code = send_letter(page, PICTURE, VOICE)
    follow(page, number, code)
    assert page.locator("#files-list .file").count() == 2
    shown = page.request.get(page.locator("#files-list .file-thumb img").get_attribute("src"))
    assert shown.ok and shown.headers["content-type"] == "image/jpeg" and PLACE not in shown.body()
    if script:
        assert axe(page, "matter with files") == []
    assert page.complaints == []

    desk = open_page(county, script=script)
    sign_in(desk, county, "dispatcher")
    desk.goto(f"/desk/matter/{number}")
    assert desk.locator("#files-list .file").count() == 2
    original = desk.request.get(desk.locator("#files-list a[href$='/original']").first.get_attribute("href"))
    assert original.ok and PLACE in original.body()
    copy = desk.request.get(desk.locator("#files-list .file-thumb").first.get_attribute("href"))
    assert copy.headers["content-type"] == "image/jpeg" and PLACE not in copy.body()
    if script:
        assert axe(desk, "desk matter with files") == []


def test_more_files_later_and_one_taken_back(counties, open_page):
    county = counties()
    page = open_page(county, script=False)
    number, code = write_letter(page)
    follow(page, number, code)
    open_details(page, "#add-words > details")
    page.set_input_files("#files", [PICTURE])
    page.locator("form[action='/matter/words'] button[type=submit]:not([name])").click()
    assert page.locator("#files-list .file").count() == 1
    address = page.locator("#files-list .file-thumb").get_attribute("href")
    assert page.request.get(address).ok
    open_details(page, "#files-list .file-withdraw")
    page.locator("#files-list .file-withdraw button").click()
    assert page.locator("#files-list").count() == 0
    assert page.request.get(address).status == 404


def test_the_desk_takes_files_and_shows_them_or_not(counties, open_page):
    county = counties()
    page = open_page(county, script=False)
    number, code = write_letter(page)
    desk = open_page(county)
    sign_in(desk, county, "dispatcher")
    for shown in (False, True):
        desk.goto(f"/desk/matter/{number}")
        open_details(desk, "#act-attach")
        desk.set_input_files("#files", [VOICE | {"name": f"shown-{shown}.wav"}])
        if shown:
            desk.check("#act-attach [name=shown]")
        desk.locator("#act-attach button.btn:not([type=button])").click()
    assert desk.locator("#files-list .file").count() == 2
    hidden = desk.locator("#files-list a", has_text="shown-False").get_attribute("href")
    follow(page, number, code)
    assert page.locator("#files-list .file").count() == 1 and "shown-True" in page.inner_text("#files-list")
    name = hidden.rsplit("/", 2)[1]
    assert page.request.get(f"/matter/attachment/{name}/original").status == 404
    # A stranger, another resident and somebody who has signed out get nothing.
    other = open_page(county, script=False)
    assert other.request.get(hidden, max_redirects=0).status in (302, 303, 404)
    assert other.request.get(f"/matter/attachment/{name}/original", max_redirects=0).status in (302, 303, 404)
    number2, code2 = write_letter(other)
    follow(other, number2, code2)
    assert other.request.get(f"/matter/attachment/{name}/original").status == 404
    sign_out(desk)
    assert desk.request.get(hidden, max_redirects=0).status in (302, 303)


def test_headers_and_parts_of_a_sound(counties, open_page):
    county = counties()
    page = open_page(county, script=False)
    number, code = send_letter(page, VOICE, {"name": "说明.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    follow(page, number, code)
    sound = page.locator("audio").get_attribute("src")
    whole = page.request.get(sound)
    assert whole.body() == VOICE["buffer"]
    part = page.request.get(sound, headers={"Range": "bytes=100-199"})
    assert part.status == 206 and part.body() == VOICE["buffer"][100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(VOICE['buffer'])}"
    assert page.request.get(sound, headers={"Range": "bytes=99999999-"}).status == 416
    paper = page.request.get(page.locator("#files-list a", has_text="说明").get_attribute("href"))
    for answer in (whole, paper):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "no-store" in answer.headers["cache-control"] and "private" in answer.headers["cache-control"]
    assert paper.headers["content-disposition"].startswith("attachment;")
    assert urllib.parse.quote("说明.pdf") in paper.headers["content-disposition"]


HOSTILE = [
    ("photo.jpg", b"MZ\x90\x00" + b"\0" * 500, False), ("page.html", b"<script>alert(1)</script>", False),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", False),
    ("words.txt", b"<html><script>alert(1)</script></html>", False), ("bomb.png", png(30000, 30000, b"\0" * 30000), False),
    ("broken.png", png(400, 400)[:200], False), ("letter.docx", pdf(), False), ("empty.pdf", b"", False),
    # Polyglots are what their beginning says, and are served as nothing else.
    ("both.gif", gif(b"<html><script>alert(1)</script></html>"), True),
    ("active.pdf", pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), True), ("packed.docx", bomb_zip(), True),
    ("../../../etc/cron.d/evil.png", png(20, 20), True), ("a\\b\\..\\c.png", png(20, 20), True),
]


def test_hostile_files_are_refused_or_harmless_and_nothing_typed_is_lost(counties):
    county = counties()
    for name, content, isTaken in HOSTILE:
        visitor = Visitor(county.server)
        page = visitor.get("/write")
        before = len(kept_files(county.store)[0])
        answer = submit_files(
            visitor, page, "body", [(name, "image/png", content)], button=("step", "contact"), body=LETTER)
        assert LETTER[:10] in answer.text, f"{name}: the words are gone"
        if isTaken:
            assert answer.status == 200 and 'name="file"' in answer.text, f"{name}: {answer.text[:1500]}"
            assert "etc/cron" not in answer.text and "..\\" not in answer.text
        else:
            assert answer.status == 422 and 'id="files-error"' in answer.text, f"{name}: {answer.status}"
            assert 'name="file"' not in answer.text
            assert len(kept_files(county.store)[0]) == before, f"{name} left something"
        assert kept_files(county.store)[1] == []
        visitor.close()
    # Nothing got out of the folder.
    assert not list(county.store.folder.glob("**/evil*"))


def test_a_polyglot_is_shown_as_a_picture_only(counties, open_page):
    county = counties()
    page = open_page(county)
    number, code = send_letter(
        page, {"name": "both.gif", "mimeType": "image/gif", "buffer": gif(b"<script>document.title='run'</script>")})
    follow(page, number, code)
    copy = page.locator("#files-list .file-thumb").get_attribute("href")
    body = page.request.get(copy).body()
    assert body.startswith(b"\xff\xd8") and b"script" not in body
    page.goto(page.locator("#files-list a[href$='/original']").get_attribute("href"))
    assert page.title() != "run"


def test_files_without_the_secret_of_the_form_are_not_taken(counties):
    county = counties()
    visitor = Visitor(county.server)
    visitor.get("/write")
    before = len(kept_files(county.store)[0])
    kind, body = multipart(
        [("_csrf", "x" * 43), ("body", LETTER), ("step", "contact")], [("files", "a.png", "image/png", png(50, 50))])
    answer = visitor.send("POST", "/write", body=body, headers={"Content-Type": kind, "Origin": visitor.server.url})
    assert answer.status == 403 and LETTER[:10] in answer.text
    assert len(kept_files(county.store)[0]) == before


def test_too_large_and_too_many(stores):
    store = stores.demo("sqlite")
    with Server(store, "--attachment-megabytes", "1") as server:
        visitor = Visitor(server, timeout=60)
        page = visitor.get("/write")
        answer = submit_files(
            visitor, page, "body", [("long.wav", "audio/wav", wav(200))], button=("step", "contact"), body=LETTER)
        assert answer.status == 422 and LETTER[:10] in answer.text and kept_files(store) == ([], [])
        answer = submit_files(
            visitor, page, "body", [(f"{at}.wav", "audio/wav", wav(1)) for at in range(12)],
            button=("step", "contact"), body=LETTER)
        assert answer.status == 422 and answer.text.count('name="file"') == 10


def cut_off(server, path, cookies, body, kind, after):
    """Sends a part of a body and hangs up."""
    line = socket.create_connection(("127.0.0.1", server.port))
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n"
            f"Origin: {server.url}\r\nContent-Length: {len(body)}\r\n\r\n")
    line.sendall(head.encode() + body[:after])
    return line


def test_an_upload_that_is_cut_off_leaves_nothing(stores):
    store = stores.demo("sqlite")
    with Server(store) as server:
        visitor = Visitor(server)
        page = visitor.get("/write")
        secret = page.form("body").fields["_csrf"]
        fields = [("_csrf", secret), ("body", LETTER), ("step", "contact")]
        kind, body = multipart(fields, [
            ("files", "a.png", "image/png", png(50, 50)), ("files", "b.wav", "audio/wav", wav(600))])
        line = cut_off(server, "/write", visitor.cookies, body, kind, len(body) - 400_000)
        end = time.monotonic() + 15
        while time.monotonic() < end and not kept_files(store)[1]:
            time.sleep(0.05)
        assert kept_files(store)[1], "nothing had arrived yet"
        line.close()
        while time.monotonic() < end and kept_files(store) != ([], []):
            time.sleep(0.1)
        assert kept_files(store) == ([], [])


def test_kill_during_an_upload_keeps_what_was_acknowledged_and_nothing_else(stores):
    store = stores.demo("sqlite")
    server = Server(store)
    visitor = Visitor(server)
    number, code = send_plainly(visitor)
    assert number and code
    acknowledged = set(kept_files(store)[0])
    page = visitor.get("/write")
    fields = [("_csrf", page.form("body").fields["_csrf"]), ("body", LETTER), ("step", "contact")]
    kind, body = multipart(fields, [("files", "b.wav", "audio/wav", wav(600))])
    line = cut_off(server, "/write", visitor.cookies, body, kind, len(body) - 400_000)
    end = time.monotonic() + 15
    while time.monotonic() < end and not kept_files(store)[1]:
        time.sleep(0.02)
    assert kept_files(store)[1]
    server.kill()
    line.close()
    time.sleep(3)  # a file of this moment could belong to somebody who just began
    with Server(store) as again:
        while time.monotonic() < end + 15 and kept_files(store)[1]:
            time.sleep(0.2)
        assert set(kept_files(store)[0]) == acknowledged and kept_files(store)[1] == []
        assert picture(Visitor(again), number, code).startswith(b"\xff\xd8")
    assert "no difference" in store.run("verify").stdout
    next(iter(acknowledged)).write_bytes(b"changed")
    damaged = store.run("verify", check=False)
    assert damaged.returncode != 0 and "its bytes differ" in damaged.stdout


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_files_come_back_from_a_backup_and_erasure_makes_them_unreadable(stores, cluster, tmp_path, engine):
    store = stores.demo(engine)
    with Server(store) as server:
        number, code = send_plainly(Visitor(server))
    (tmp_path / "passphrase").write_text("a long passphrase for the drill\n")
    passphrase = ("--passphrase-file", str(tmp_path / "passphrase"))
    store.run("backup", str(tmp_path / "backup"), *passphrase)
    target = Store(engine, tmp_path / "restored", f"sqlite:{tmp_path}/restored/county.sqlite" if engine == "sqlite"
                   else cluster.create(f"restored_files_{engine}"))
    target.run("restore", str(tmp_path / "backup"), *passphrase)
    with Server(target) as server:
        assert picture(Visitor(server), number, code).startswith(b"\xff\xd8")
    target.run("erase", number, "--yes")
    assert "no difference" in target.run("verify").stdout
    erased = County(target, None, cluster).in_store("SELECT COUNT(*) FROM attachments WHERE wrapped_key IS NOT NULL")
    assert erased == ["0"]


def send_plainly(visitor):
    answer = submit_files(
        visitor, visitor.get("/write"), "body", [("a.png", "image/png", png(50, 50))], ("step", "contact"), body=LETTER)
    answer = visitor.submit(answer, "phone", ("step", "review"), name="王某某")
    answer = visitor.submit(answer, "body", ("step", "send"))
    return answer.number, answer.code


def picture(visitor, number, code):
    matter = visitor.submit(visitor.get("/follow"), "code", number=number, code=code)
    return visitor.get(re.search(r'href="(/matter/attachment/\d+/copy)"', matter.text).group(1)).body
