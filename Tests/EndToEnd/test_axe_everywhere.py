"""Every page that the program declares and somebody may open, checked by axe: found by links, not by a list."""

import html
import re

import pytest

from county import UNIT, County, accept, dispatch, follow, sign_in, sign_out, write_letter
from harness import Server
from lawful import as_staff, read, reply
from test_attachments import PICTURE, send_letter
from test_axe import many_at_once
from test_public import LETTER, publish
from test_rulebook import own_pack, within_seconds
from tour import routes
from visitor import Visitor

# Nobody, the resident of a letter, and as few of the staff as see every page together.
VIEWERS = ("nobody", "resident", "receptionClerk", "dispatcher", "handler", "supervisor", "administrator", "auditAdministrator")
# What none of them is shown on this county; each has tests of its own.
ELSEWHERE = {
    # These only lead on.
    "/desk", "/desk/reception", "/desk/queue/{queue}/next", "/desk/queue/{queue}/previous",
    # Pages and files ask for these, no link does.
    "/assets/{name}/{file}", "/oversight/live", "/desk/matter/{number}/canned", "/desk/runs/{run}/file",
    # Without a provider and without an organ there is nothing to see.
    "/desk/openid", "/sealed", "/sealed/write", "/sealed/upward", "/sealed/answer",
    "/desk/sealed", "/desk/sealed/log", "/desk/sealed/report/{id}", "/desk/sealed/report/{id}/file",
}
ANCHOR = re.compile(r'<(?:a|area)\b[^>]*?\shref="(/(?!/)[^"#]*)')


def pattern(route):
    parts = re.split(r"(\{[^}]*\}|\\\([^)]*\))", route)
    return re.compile("".join("[^/]+" if part[:1] in ("{", "\\") else re.escape(part) for part in parts) + r"\Z")


def kind(path):
    """An address without its numbers and without what is asked of it."""
    return re.sub(r"[0-9A-Za-z%-]*\d[0-9A-Za-z%-]*", "#", path.partition("?")[0])


class Walk:
    """What links lead somebody to, each kind of address a few times: the pages, all answers, the links that lead nowhere."""

    def __init__(self, visitor, start, alike=3, variants=8):
        self.pages, self.answered, self.broken, self.microphones = {}, set(), [], []
        begun, counts = {kind(path) for path in start}, {}
        waiting = [(path, None) for path in start]
        while waiting:
            path, offered_on = waiting.pop(0)
            bare, _, asked = path.partition("?")
            shape = kind(path)
            full = (shape, tuple(sorted({part.split("=")[0] for part in asked.split("&")})))
            known = path in self.answered or path in counts or re.search(r"[?&](lang|large)=", path)
            if known or counts.get(full, 0) >= alike or counts.get(shape, 0) >= variants:
                continue
            counts |= {path: 1, full: counts.get(full, 0) + 1, shape: counts.get(shape, 0) + 1}
            answer = visitor.get(path, follow=False)
            if answer.status >= 400:
                if offered_on:
                    self.broken.append(f"{answer.status} {path}, offered on {offered_on}")
                continue
            if answer.headers["Location"]:
                waiting.append((answer.headers["Location"], path))
                continue
            self.answered.add(bare)
            # What a page asks for itself is a piece of one.
            if "<html" in answer.text[:200]:
                # Where work has led is looked at each time; of what links lead to, one of a kind. Queues differ by rows only.
                if path in start:
                    self.pages[path] = path
                elif shape not in begun:
                    self.pages.setdefault(re.sub(r"^/desk/queue/[^/]+", "/desk/queue/#", shape), path)
                allows = "microphone=(self)" in answer.headers["Permissions-Policy"]
                if allows != ("data-file-record" in answer.text):
                    told = "allowed, and there is no recorder" if allows else "not allowed, and there is a recorder"
                    self.microphones.append(f"{path}: the microphone is {told}")
                waiting += [(html.unescape(link), path) for link in dict.fromkeys(ANCHOR.findall(answer.text))]


def answered_letter(county, resident, desk):
    """A letter with a picture and a reply that its resident has read and may have reviewed."""
    number, code = send_letter(resident, PICTURE)
    sign_in(desk, county, "dispatcher")
    dispatch(desk, number)
    as_staff(desk, county, "handler", UNIT)
    accept(desk, number)
    reply(desk, number, "notSupported", "这盏灯属于小区，由物业负责。")
    read(resident, number, code)
    sign_out(desk)
    return number, code


def finished(page):
    """The address of a trial that has just been asked for, once it has its numbers."""
    trial = page.url
    within_seconds(20, lambda: page.goto(trial) and page.locator("#running").count() == 0, "trial")
    return trial


def drafts(page, county):
    """One draft of everything that an administrator of rules loads, and its trials."""
    page.goto("/admin/rules")
    page.locator("#upload-text").fill(own_pack(county.store))
    page.locator("#form-upload button").click()
    yield page.url
    page.locator("#form-try button").click()
    yield finished(page)
    page.goto("/admin/calendar")
    page.locator("#year-source").fill("国办发明电〔2026〕7号")
    page.locator("#year-year").fill("2031")
    page.locator("#year-days").fill("休 2031-01-01 2031-01-03 元旦")
    page.locator("#form-year button").click()
    yield page.url
    page.goto("/admin/categories/line")
    page.locator("#add-zh").fill("测试分类")
    page.locator("#form-add button").click()
    yield page.url
    rows = page.request.get("/admin/catalogue/text").text().lstrip("\ufeff").splitlines()
    first = next(row for row in rows if ",GS," in row)
    other = next(row.split(",")[3] for row in rows[1:] if ",GS," not in row)
    changed = "\r\n".join(row if row != first else row.replace(",GS,", f",{other},", 1) for row in rows) + "\r\n"
    page.goto("/admin/catalogue")
    page.set_input_files("#upload-file", {"name": "c.csv", "mimeType": "text/csv", "buffer": changed.encode()})
    page.locator("#form-upload button").click()
    yield page.url
    page.locator("#form-try button").click()
    yield finished(page)
    text = page.request.get("/admin/configuration/text").text()
    page.goto("/admin/configuration")
    changed = text.replace("路灯", "街灯").encode()
    page.set_input_files("#upload-file", {"name": "county.txt", "mimeType": "text/plain", "buffer": changed})
    page.locator("#form-upload button").click()
    yield page.url
    area = county.in_store("SELECT code FROM areas ORDER BY code")[0]
    page.goto("/admin/areas/outlines")
    page.locator("main textarea").fill(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"' + area + '"},'
        '"geometry":{"type":"Point","coordinates":[110.1,30.2]}}]}')
    page.locator("main form .btn-primary").click()
    yield page.url


def handed_over(page, county):
    """Somebody's open work goes to a colleague; gives the form and its report."""
    units = {line[1]: line[3] for line in county.logins() if line[0] in ("handler", "approver")}
    holders = county.in_store(
        "SELECT s.id || '|' || s.sign_in_name FROM cases c JOIN staff s ON s.id = c.handler_id "
        "WHERE c.phase = 'inHand' GROUP BY s.id, s.sign_in_name ORDER BY count(*), s.sign_in_name")
    person = next(
        row.split("|")[0] for row in holders
        if row.split("|")[1] in units and list(units.values()).count(units[row.split("|")[1]]) > 1)
    form = f"/admin/staff/{person}/hand-over"
    page.goto(form)
    page.select_option("#to", index=1)
    page.fill("#reason", "接着办")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/admin/hand-over/*")
    return form, page.url


class Tended(County):
    """A county in which everything has been begun once; remembers where each viewer's work led."""

    def __init__(self, store, server, cluster, new_page):
        super().__init__(store, server, cluster)
        self.walks = {}
        self.routes = {route: pattern(route) for route in routes()}
        resident, desk = new_page(self), new_page(self)
        self.letter = answered_letter(self, resident, desk)
        number, _ = write_letter(resident, LETTER, "槐荫里", name="王小明", publishable=True)
        publish(desk, self, number)
        sign_in(desk, self, "dispatcher")
        many_at_once(desk, lambda *_: [])
        sign_out(desk)
        sign_in(desk, self, "administrator")
        led = {"administrator": [*drafts(desk, self), *handed_over(desk, self)]}
        led["supervisor"] = [address + "/matters" for address in led["administrator"] if "/trial/" in address]
        led["dispatcher"] = [f"/desk/matter/{self.letter[0]}"]
        self.led = {role: [address.removeprefix(server.url) for address in found] for role, found in led.items()}

    def enter(self, page, viewer):
        if viewer == "resident":
            follow(page, *self.letter)
        elif viewer != "nobody":
            # Whoever handles letters has some.
            sign_in(page, self, viewer, self.busiest() if viewer == "handler" else None)

    def walk(self, page, viewer):
        """Walks with the session of a page, once."""
        if viewer not in self.walks:
            visitor = Visitor(self.server, timeout=60)
            visitor.cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
            plain = [route for route in self.routes if not re.search(r"[{\\]", route) and route != "/oversight/live"]
            self.walks[viewer] = Walk(visitor, plain + self.led.get(viewer, []))
            visitor.close()
        return self.walks[viewer]


@pytest.fixture(scope="module")
def tended(stores, cluster, chromium):
    contexts = []

    def new_page(county):
        context = chromium.new_context(base_url=county.server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(40_000)
        contexts.append(context)
        return context.new_page()

    store = stores.demo("sqlite")
    with Server(store) as server:
        try:
            yield Tended(store, server, cluster, new_page)
        finally:
            for context in contexts:
                context.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_page_that_links_lead_to(viewer, tended, open_page, axe):
    page = open_page(tended)
    tended.enter(page, viewer)
    walk = tended.walk(page, viewer)
    # What everybody sees is looked at once.
    public = set() if viewer == "nobody" else set(tended.walk(open_page(tended), "nobody").pages)
    found = [f"a link that leads nowhere: {line}" for line in walk.broken]
    own = {shape: path for shape, path in walk.pages.items() if shape not in public}
    assert len(own) > 4, own
    for shape, path in own.items():
        # The display for the wall renews itself; the one to be read stands still.
        page.goto("/hall/" + path.split("/")[2].split("?")[0] + "?still=1" if shape.startswith("/hall/") else path)
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        found += axe(page, path)
    assert not found, "\n".join(found)
    assert page.complaints == []


@pytest.mark.timeout(180)
def test_no_declared_page_is_left_out(tended, open_page):
    answered = set()
    for viewer in VIEWERS:
        page = open_page(tended)
        tended.enter(page, viewer)
        answered |= tended.walk(page, viewer).answered
    left = {route for route, shape in tended.routes.items() if not any(shape.match(path) for path in answered)}
    assert left == ELSEWHERE, (sorted(left - ELSEWHERE), "no longer left out:", sorted(ELSEWHERE - left))


@pytest.mark.timeout(180)
def test_the_microphone_is_allowed_where_a_voice_can_be_recorded(tended, open_page):
    found = []
    # A leader reads matters and adds nothing to them.
    for viewer in (*VIEWERS, "leader"):
        page = open_page(tended)
        tended.enter(page, viewer)
        found += [f"{viewer} {line}" for line in tended.walk(page, viewer).microphones]
    assert not found, "\n".join(found)
