"""Sealed reports: only the organ's key opens them, and nothing else anywhere knows that they are there."""

import difflib
import http.client
import re
import subprocess
import time
import urllib.parse

import pytest

from harness import Server, Store
from sealing import PASSPHRASE, PASSWORD, RECEIVERS, SealedCounty, Traces, code_of, hand_in, hand_in_browser, tool
from test_axe import LOOKS
from tour import links_of, people, seeds, signed_in, walk
from visitor import Visitor

AGENT = "PlantedAgent/71.3 (a device that nobody notes)"
ADDRESS = "127.0.0.77"
FORWARDED = "203.0.113.77"
MARKERS = {
    "words": "铜铃桥七十九号的事zqxwords",
    "accused": "某局郭测试甲zqxaccused",
    "contact": "zqxcontact13800000079",
}
CONTROL = "从来没有人写过的话zqxcontrol"


@pytest.fixture
def sealed(engine, stores, cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    county = SealedCounty(stores.demo(engine), cluster, tmp_path)
    with county.serve():
        yield county


class FromAddress(Visitor):
    """A visitor with a known address and device."""

    def __init__(self, server):
        super().__init__(server)
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15, source_address=(ADDRESS, 0))


def steady(answer):
    """A page without what differs from one call to the next."""
    text = re.sub(r'(name="(?:_csrf|submission)" value=")[^"]*', r"\1", answer.text)
    text = re.sub(r"\d{1,2}:\d{2}", "", text)
    return re.sub(r'id="[^"]*" data-kept="[^"]*"', "", text)


def outside(county, paths):
    """Everything in which a report could be counted, as each of the curious sees it."""
    shown = {}
    for role, visitor in people(county).items():
        for path in paths:
            answer = visitor.get(path, follow=False)
            shown[role, path] = (answer.status, steady(answer), sorted(
                (name.lower(), value) for name, value in answer.headers.items()
                if name.lower() not in ("date", "x-request-id", "set-cookie", "x-queries")))
        visitor.close()
    return shown


def differences(before, after):
    """The lines in which pages differ."""
    assert before.keys() == after.keys()
    return [
        "\n".join([str(key), *difflib.unified_diff(str(before[key]).split("\\n"), str(after[key]).split("\\n"), lineterm="", n=0)])
        for key in before if before[key] != after[key]]


def settled(county, paths):
    """As `outside`, once what a server does by itself after its start is done."""
    before = outside(county, paths)
    for _ in range(10):
        time.sleep(2)
        after = outside(county, paths)
        if not differences(before, after):
            return after
        before = after
    raise AssertionError("the pages change by themselves")


COUNTED = (
    "/", "/how", "/follow", "/misconduct", "/sealed", "/sealed/answer", "/oversight", "/oversight/list",
    "/oversight/definitions", "/desk", "/desk/search?q=%E8%B7%AF", "/desk/people", "/desk/sealed", "/desk/sealed/log",
    "/healthz", "/readyz", "/robots.txt", "/metrics", "/no-such-page")


@pytest.mark.timeout(600)
def test_a_planted_marker_is_nowhere(sealed, open_page, tmp_path):
    """Planted with and without JavaScript; then every route for every role, files, logs, backup, temporary folder."""
    organ = sealed.organ
    queues = sorted(
        link for link in links_of(signed_in(sealed, *sealed.login("dispatcher")).get("/desk", follow=True).text)
        if link.startswith("/desk/queue/"))
    counted = COUNTED + tuple(queues)
    before = settled(sealed, counted)
    letters = sealed.in_store("SELECT count(*) FROM cases")

    headers = {"User-Agent": AGENT, "X-Forwarded-For": FORWARDED}
    reporter = FromAddress(sealed.server)
    sent = hand_in(reporter, MARKERS["words"], MARKERS["accused"], MARKERS["contact"], headers=headers)
    assert sent.status == 200, sent.text[-2000:]
    plain_code = code_of(sent.text)
    page = open_page(sealed)
    requests = []
    page.on("request", lambda request: requests.append((request.url, request.post_data or "")))
    script_code = hand_in_browser(page, MARKERS["words"], MARKERS["accused"], MARKERS["contact"])

    # With JavaScript neither the words nor the code ever leave the browser.
    codes = {"plain code": plain_code, "script code": script_code}
    bare = {f"{name} without dashes": code.replace("-", "") for name, code in codes.items()}
    on_the_line = Traces(MARKERS | {"script code": script_code, "bare": script_code.replace("-", "")})
    assert not [found for url, data in requests for found in on_the_line.look(url, url + "\n" + data)]
    assert any("envelope=" in data for _, data in requests)

    # The same pages as before, byte for byte.
    assert not differences(before, outside(sealed, counted))
    assert sealed.in_store("SELECT count(*) FROM cases") == letters

    traces = Traces(MARKERS | codes | bare | {"agent": AGENT, "address": ADDRESS, "forwarded": FORWARDED})
    found = []
    numbers = sealed.in_store("SELECT number FROM cases ORDER BY number LIMIT 2")
    for role, visitor in people(sealed).items():
        for marker in MARKERS.values():
            # Whoever searches for what was planted finds what they find with words that were never written.
            for path in ("/desk/search?q=", "/oversight/list?q=", "/follow?number=", "/sealed/answer?code=", "/?q="):
                pages = [
                    steady(visitor.get(path + urllib.parse.quote(text), follow=False))
                    .replace(text, "").replace(urllib.parse.quote(text), "")
                    for text in (marker, CONTROL)]
                assert pages[0] == pages[1], (role, path, marker)
        if role in ("receptionClerk", "dispatcher"):
            shown = [
                steady(visitor.submit(visitor.get("/desk/people"), "value", kind="phone", value=phone, reason="看看"))
                .replace(phone, "") for phone in ("13800000079", "13800000078")]
            assert shown[0] == shown[1]
        for path, answer in walk(visitor, seeds(numbers), most=400, alike=3).items():
            found += traces.look(f"{role} {path}", answer.body)
            found += traces.look(f"the headers of {role} {path}", str(answer.headers))
            if path.startswith("/desk/sealed"):
                assert role == "nobody" and answer.status == 303 or answer.status == 404, (role, path, answer.status)
        visitor.close()
    assert traces.looked > 500, traces.looked

    # Files: store, write-ahead log, keys, sealed store, server log, temporary folder, backup.
    (tmp_path / "secret").write_text("a long passphrase for the drill\n")
    (tmp_path / "secret").chmod(0o600)
    backup = tmp_path / "backup"
    told = sealed.store.run("backup", str(backup), "--passphrase-file", str(tmp_path / "secret"))
    found += traces.look("what backup says", told.stdout + told.stderr)
    told = sealed.store.run("verify")
    found += traces.look("what verify says", told.stdout + told.stderr)
    found += traces.look_in_files(sealed.store.folder, backup, tmp_path / "tmp")
    if sealed.store.engine == "postgres":
        sealed.cluster.psql("CHECKPOINT")
        found += traces.look_in_files(sealed.cluster.folder)
        dump = subprocess.run(
            [str(sealed.cluster.bin / "pg_dump"), "-d", sealed.cluster.url(re.search(r"/([^/?]+)\?", sealed.store.database).group(1))],
            capture_output=True, check=True).stdout
        assert b"sealed_envelopes" in dump
        found += traces.look("a dump", dump)
    assert not found, "\n".join(found)

    # The log has no line about any of it, even at its most talkative.
    log = sealed.server.log.read_text()
    lines = [line for line in log.splitlines() if "sealed" in line and "serving" not in line]
    assert not lines, lines
    # Backups say that there is a file, not how much is in it.
    manifest = (backup / "manifest.json").read_text()
    assert manifest.count("sealed") == 1 and (backup / "sealed.bin").stat().st_size == (1 << 20) + 33
    # A crash of the server would leave no image of its memory.
    limits = open(f"/proc/{sealed.server.process.pid}/limits").read()
    assert re.search(r"Max core file size\s+0\s+0", limits)

    # The organ, and only the organ, reads both.
    desk = signed_in(sealed, RECEIVERS[0], PASSWORD)
    reports = sorted(link for link in links_of(desk.get("/desk/sealed").text) if "/report/" in link)
    assert len(reports) == 2
    files = []
    for index, report in enumerate(reports):
        files.append(tmp_path / f"{index}.sealed")
        files[-1].write_bytes(desk.get(f"{report}/file").body)
    opened = organ.open(*files)
    assert {letter["letter"]["sealedBy"] for letter in opened} == {"server", "browser"}
    for letter in opened:
        assert {name: letter["letter"][name] for name in MARKERS} == MARKERS
    refused = tool("open", "--key", sealed.other.private, "--passphrase-file", sealed.other.passphrase, files[0], check=False)
    assert refused.returncode == 4 and MARKERS["words"] not in refused.stdout + refused.stderr
    (tmp_path / "wrong").write_text("not the passphrase\n")
    refused = tool("open", "--key", organ.private, "--passphrase-file", tmp_path / "wrong", files[0], check=False)
    assert refused.returncode == 4


ANSWERS = ("您反映的问题已经受理，\n请留意这里的答复。", "第二封答复：已经转去核实。")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("lang,width", [("zh-Hans", 1280), ("en", 320)], ids=["zh", "en-phone"])
def test_report_and_answer(sealed, open_page, script, lang, width, tmp_path):
    """Written, opened by the organ in the browser and by the command, answered by both, read with the code."""
    resident = open_page(sealed, lang=lang, width=width, script=script)
    resident.goto("/misconduct")
    resident.locator("main a[href='/sealed']").click()
    resident.locator("main a[href='/sealed/write']").click()
    # What is missing is told beside its field, and what was typed stays.
    resident.fill("[name=accused]", "某局某科长")
    resident.check("[name=named][value=yes]")
    resident.locator("form[data-sealed=report] button[type=submit]").click()
    resident.locator("#words-error").wait_for()
    assert resident.locator("#name-error").count() == 1 and resident.locator("#contact-error").count() == 1
    assert resident.input_value("[name=accused]") == "某局某科长"
    resident.fill("[name=words]", "他在办证时索要红包。\n第二段 <b>不是标签</b>")
    resident.fill("[name=name]", "欧阳测试")
    resident.fill("[name=contact]", "13800000000")
    resident.locator("form[data-sealed=report] button[type=submit]").click()
    resident.locator(".ticket .big-code").nth(4).wait_for()
    code = code_of(resident.inner_text(".ticket"))
    assert resident.evaluate("document.documentElement.scrollWidth <= innerWidth"), "sideways scrolling"
    if script:
        # The slip for paper has the code and does not say what it is for.
        resident.emulate_media(media="print")
        slip = resident.inner_text(".slip")
        assert code.split("-")[4] in slip and not re.search("检举|控告|report", slip)
        resident.emulate_media(media="screen")
        assert resident.evaluate("localStorage.length + sessionStorage.length") == 0

    desk = open_page(sealed, lang=lang, width=max(width, 360))
    sealed.sign_in(desk)
    desk.locator("a[href^='/desk/sealed/report/']").first.click()
    report = desk.url
    desk.locator("form[action$='/fetched'] button").click()
    desk.set_input_files("#key", sealed.organ.private)
    desk.fill("#passphrase", "wrong")
    desk.click("[data-open]")
    desk.locator("[data-open-problem]:not([hidden])").wait_for()
    desk.fill("#passphrase", PASSPHRASE)
    desk.click("[data-open]")
    desk.locator("[data-letters] article").wait_for()
    shown = desk.inner_text("[data-letters]")
    for words in ("他在办证时索要红包。", "第二段 <b>不是标签</b>", "欧阳测试", "13800000000", "某局某科长"):
        assert words in shown, (words, shown)
    desk.fill("#reply", ANSWERS[0])
    desk.click("[data-seal]")
    desk.wait_for_function("document.getElementById('answer').value.includes('END JIAXIN')")
    desk.locator("form[action$='/answer'] button").click()
    assert desk.locator("[role=status]").count() >= 1 and desk.url.startswith(report)

    # The second answer by the command.
    with desk.expect_download() as download:
        desk.locator("a[href$='/file']").click()
    envelope = tmp_path / "fetched.sealed"
    download.value.save_as(envelope)
    kinds = [piece["kind"] for piece in sealed.organ.open(envelope)]
    assert kinds == ["report", "answer"]
    desk.fill("#answer", sealed.organ.answer(envelope, ANSWERS[1]))
    desk.locator("form[action$='/answer'] button").click()

    # The reporter reads both with the code, in either kind of browser.
    for other in (script, not script):
        reader = open_page(sealed, lang=lang, width=width, script=other)
        reader.goto("/sealed/answer")
        reader.fill("[name=code]", "2222-2222-2222-2222-2222")
        reader.locator("form[data-sealed=code] button[type=submit]").click()
        reader.locator("[data-focus]").wait_for()
        reader.fill("[name=code]", code.lower().replace("-", " "))
        reader.locator("form[data-sealed=code] button[type=submit]").click()
        reader.locator("article.letter").nth(1).wait_for()
        reader.wait_for_function("document.querySelectorAll('article.letter p').length >= 3", timeout=5000) if other else None
        shown = reader.inner_text("main")
        for line in "\n".join(ANSWERS).split("\n"):
            assert line in shown, (line, shown)
        assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth") if other else True
        reader.fill("[name=words]", f"补充一句 {other}")
        reader.locator("form[data-sealed=words] button[type=submit]").click()
        reader.locator("form[data-sealed=code]").wait_for()
    desk.goto(report)
    desk.set_input_files("#key", sealed.organ.private)
    desk.fill("#passphrase", PASSPHRASE)
    desk.click("[data-open]")
    desk.locator("[data-letters] article").nth(4).wait_for()
    shown = desk.inner_text("[data-letters]")
    assert all(words in shown for words in ("补充一句 True", "补充一句 False", ANSWERS[1]))
    # A refused form is a failed resource to the browser's console; anything else would be a fault of ours.
    complaints = [line for line in resident.complaints + desk.complaints if "Failed to load resource" not in line]
    assert not complaints


@pytest.mark.timeout(120)
def test_a_lost_line_and_an_old_page(sealed, open_page):
    """Sent again after the line broke, or from a page that lay open too long: one report, nothing typed is lost."""
    page = open_page(sealed)
    page.goto("/sealed/write")
    page.fill("[name=words]", "断线以前写的话。")
    page.check("[name=named][value=no]")
    page.route("**/sealed/write", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("form[data-sealed=report] button[type=submit]").click()
    page.locator("[data-sealed-problem]:not([hidden])").wait_for()
    assert page.input_value("[name=words]") == "断线以前写的话。"
    page.unroute("**/sealed/write")
    # The answer is lost on its way back; the report is there already.
    def swallow(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()
    page.route("**/sealed/write", swallow)
    page.locator("form[data-sealed=report] button[type=submit]").click()
    page.wait_for_timeout(500)
    page.unroute("**/sealed/write")
    page.context.clear_cookies()
    page.locator("form[data-sealed=report] button[type=submit]").click()
    page.locator(".ticket .big-code").nth(4).wait_for()
    desk = signed_in(sealed, RECEIVERS[0], PASSWORD)
    assert len([link for link in links_of(desk.get("/desk/sealed").text) if "/report/" in link]) == 1


@pytest.mark.timeout(180)
def test_readdressed_by_two_and_restored_from_a_backup(sealed, cluster, tmp_path):
    """Another organ's key needs two people; a backup brings the sealed store back, and the code still opens it."""
    reporter = Visitor(sealed.server)
    code = code_of(hand_in(reporter, "要转给别的机关的事。").text)
    first, second = (signed_in(sealed, name, PASSWORD) for name in RECEIVERS)
    report = next(link for link in links_of(first.get("/desk/sealed").text) if "/report/" in link)

    def act(visitor, part, **fields):
        page = visitor.get(report)
        form = next(form for form in page.forms() if form.action.endswith(part))
        return visitor.post(form.action, form.fields | fields)

    act(first, "/fetched")
    envelope = tmp_path / "fetched.sealed"
    envelope.write_bytes(first.get(f"{report}/file").body)
    anew = sealed.organ.readdress(envelope, sealed.other)
    assert act(first, "/readdress", pieces=anew).status == 200
    assert not [form for form in first.get(report).forms() if form.action.endswith("/agree")]
    act(second, "/agree")
    envelope.write_bytes(first.get(f"{report}/file").body)
    assert sealed.other.open(envelope)[0]["letter"]["words"] == "要转给别的机关的事。"

    (tmp_path / "secret").write_text("a long passphrase for the drill\n")
    backup = tmp_path / "backup"
    sealed.store.run("backup", str(backup), "--passphrase-file", str(tmp_path / "secret"))
    folder = tmp_path / "restored"
    folder.mkdir()
    if sealed.store.engine == "sqlite":
        target = Store("sqlite", folder, f"sqlite:{folder}/county.sqlite")
    else:
        target = Store("postgres", folder, cluster.create(f"{sealed.store.folder.name}-sealed".replace("-", "_")))
    target.run("restore", str(backup), "--passphrase-file", str(tmp_path / "secret"))
    with Server(target, *sealed.flags) as server:
        visitor = Visitor(server)
        shown = visitor.submit(visitor.get("/sealed/answer"), "code", code=code)
        assert "某市纪委监委" in shown.text
        visitor.close()


def test_without_an_organ(counties):
    """Nothing to hand in, only where to go; and a private key is never taken for a public one."""
    visitor = Visitor(counties().server)
    for path in ("/sealed", "/sealed/write", "/sealed/answer", "/sealed/upward"):
        assert visitor.get(path).path == "/misconduct"
    assert 'href="/sealed"' not in visitor.get("/misconduct").text
    visitor.close()


@pytest.mark.parametrize("engine", ["sqlite"])
def test_keys_are_checked_at_start(engine, stores, cluster, tmp_path):
    county = SealedCounty(stores.demo(engine), cluster, tmp_path)
    for path in (county.organ.private, tmp_path / "nothing.json", __file__):
        done = county.store.run("serve", "--listen", "127.0.0.1:0", "--sealed-key", str(path), check=False, timeout=30)
        assert done.returncode in (4, 5), (path, done.returncode, done.stderr)
    private = open(county.organ.private).read()
    assert '"d"' not in private and "protection" in private
    import os
    assert os.stat(county.organ.private).st_mode & 0o077 == 0


@pytest.mark.timeout(180)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("engine", ["sqlite"])
def test_sealed_pages_are_accessible(engine, look, sealed, open_page, axe):
    page = open_page(sealed, **look)
    found = []
    for path in ("/sealed", "/sealed/upward", "/sealed/write", "/sealed/answer", "/misconduct"):
        page.goto(path)
        found += axe(page, path)
    page.goto("/sealed/write")
    page.locator("form[data-sealed=report] button[type=submit]").click()
    page.locator("#words-error").wait_for()
    found += axe(page, "/sealed/write with errors")
    code = hand_in_browser(page, "要查的事。")
    found += axe(page, "/sealed/write sent")
    page.goto("/sealed/answer")
    page.fill("[name=code]", code)
    page.locator("form[data-sealed=code] button[type=submit]").click()
    page.locator("form[data-sealed=words]").wait_for()
    found += axe(page, "/sealed/answer opened")
    sealed.sign_in(page)
    found += axe(page, "/desk/sealed")
    page.locator("a[href^='/desk/sealed/report/']").first.click()
    found += axe(page, "a report")
    page.locator("form[action$='/fetched'] button").click()
    page.set_input_files("#key", sealed.organ.private)
    page.fill("#passphrase", PASSPHRASE)
    page.click("[data-open]")
    page.locator("[data-letters] article").wait_for()
    found += axe(page, "an opened report")
    page.locator("form[action$='/remove'] button").click()
    found += axe(page, "a report with a request")
    page.goto("/desk/sealed/log")
    found += axe(page, "/desk/sealed/log")
    assert not found, "\n".join(found)
