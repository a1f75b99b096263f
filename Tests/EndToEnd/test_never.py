"""The fourteen things that must never exist (docs/never.md), tried on a running server, its commands, settings and packs.

Each test plants the forbidden thing, or asks for it as whoever could, and sees it refused or without effect. Where a
test looks for something that must not be there, it looks in the same way for something that is: a search that finds
nothing at all proves nothing. Each says what it would catch.
"""

import datetime
import re
import subprocess
import time
import urllib.parse

import pytest

from county import UNIT, County
from harness import BINARY, Server
from lawful import in_hand, matter, opened, read, reply, schema
from letters import letter, start
from planting import LABELS, act, check_pack, everything_kept, open_as, swapped, take_down, write
from tour import links_of, pages, routes, signed_in, tour, walk, words_of
from visitor import Visitor

AID = "县民政局"
AGENT = "PlantedDevice/88.1 (noted by nobody)"
ADDRESS = "127.0.0.88"


@pytest.fixture(scope="module")
def county(counties):
    return counties()


@pytest.fixture(scope="module")
def seen(county):
    """Everything that each role is shown, once for all tests."""
    numbers = county.in_store("SELECT MIN(number) FROM cases WHERE phase IN ('inHand', 'concluded') GROUP BY phase ORDER BY 1")
    # A third of the addresses belongs to administrators, whose pages nobody else is shown.
    shown = tour(county, numbers, most=200)
    assert sum(1 for _ in pages(shown)) > 200, "too little was seen to prove anything"
    return shown


@pytest.fixture(scope="module")
def pack(county):
    """The text of an example pack with tiers, which is good."""
    return county.store.run("rules", "show", "example-hotline-tiers").stdout


def fields(seen):
    """Every field of every form with its values and where it is, for everybody."""
    for role, path, answer in pages(seen):
        for form in answer.forms():
            for name in [*form.fields, *(name for name, _ in form.buttons)]:
                yield name, f"{role} {path}"


def refused_fields(seen, *parts):
    """Fields whose names have one of these parts, as words of camel case or whole."""
    looked = {name: where for name, where in fields(seen)}
    assert len(looked) > 60 and "phone" in looked and "groupSize" in looked, "the forms were not read"
    return sorted(
        f"{name} at {where}" for name, where in looked.items()
        if any(part in re.findall(r"[a-z]+", re.sub(r"([A-Z])", r" \1", name).lower()) for part in parts))


# 1 ------------------------------------------------------------------------------------------------------------------

SORTED_PEOPLE = {
    "a tier": ("tiers:\n", "tiers:\n  - { id: x1, name: { zh: 重点人员, en: A } }\n", "重点人员"),
    "the key of a tier": ("tiers:\n", "tiers:\n  - { id: key-person, name: { zh: 甲, en: A } }\n", "key-person"),
    "a field of a tier": ("tiers:\n", "tiers:\n  - { id: x2, name: { zh: 甲, en: A }, person: known }\n", "person"),
    "a rule": ("  - id: HL-TRIAGE", "  - id: BLACKLIST-TRIAGE", "blacklist"),
    "the name of a rule": ("zh: 确定办理途径和级别", "zh: 老户稳控", "老户"),
    "a condition": ("when: { tier: h2 }", "when: { letters: 5 }", "letters"),
    "a route": ("zh: 由热线转办", "zh: 缠访另办", "缠访"),
    "levels of people": ("rules:\n", "personLevels: [red, yellow]\nrules:\n", "personLevels"),
    "a score": ("rules:\n", "riskScore: { max: 100 }\nrules:\n", "riskScore"),
}


@pytest.mark.parametrize("plant", SORTED_PEOPLE.values(), ids=[name.replace(" ", "-") for name in SORTED_PEOPLE])
def test_1_no_rule_pack_sorts_people(plant, county, pack, tmp_path):
    """Catches a pack format that takes a label, level, score or condition about a person."""
    old, new, reason = plant
    assert check_pack(tmp_path, pack).returncode == 0, "the pack is good without the plant"
    done = check_pack(tmp_path, swapped(pack, old, new))
    assert done.returncode == 1 and done.stdout == ""
    line = next(line for line in done.stderr.splitlines() if line.startswith("line "))
    assert reason.lower() in line.lower(), done.stderr
    loaded = county.store.run("rules", "load", str(tmp_path / "planted.yaml"), "--checked", check=False)
    assert loaded.returncode == 1
    assert "\tstore\t" not in county.store.run("rules", "list").stdout


def test_1_nobody_is_scored_or_labelled(county, seen):
    """Catches a form, a page, a list, a role or a stored field that says what kind of person somebody is."""
    assert refused_fields(
        seen, "risk", "score", "level", "label", "labels", "tag", "tags", "grade", "colour", "color", "trouble",
        "stability", "flag", "person", "household", "mood", "prediction", "credit") == []
    for role, path, answer in pages(seen):
        # One page promises that there are none.
        shown = re.sub(r"[^。.]*(不给人打分|no scores)[^。.]*", "", words_of(answer.text).lower())
        assert [label for label in LABELS if label in shown] == [], (role, path)
    for role in ("riskAnalyst", "stabilityOfficer"):
        done = county.store.run("staff", "role", "nobody-at-all", "--role", role, check=False)
        assert done.returncode == 2, done.stderr
    # Sent all the same, by a resident and by staff: taken in as a letter, and nothing of it is kept.
    marker = "zqlabelled01"
    plant = {name: f"重点人员{marker}" for name in ("risk", "riskScore", "label", "labels", "level", "personLevel", "tag", "tier")}
    before = everything_kept(county)
    assert b"zqcontrol01" not in before
    write(county.server, "zqcontrol01", **plant)
    assert take_down(county, "zqcontrol01", **plant).status == 200
    kept = everything_kept(county)
    assert b"zqcontrol01" in kept and marker.encode() not in kept


def test_1_how_pressing_it_is_never_comes_from_the_person(county):
    """Catches an urgency that can be set from outside, or that grows or falls with how often somebody writes."""
    answers = [take_down(county, f"zqoften{index}", phone="13800000771", name="常来的人") for index in range(5)]
    numbers = {answer.number for answer in answers}
    assert len(numbers) == 5
    listed = ", ".join(f"'{number}'" for number in numbers)
    assert set(county.in_store(f"SELECT urgency FROM cases WHERE number IN ({listed})")) == {"normal"}
    assert len(set(county.in_store(f"SELECT due_on FROM cases WHERE number IN ({listed})"))) == 1
    for planted in ("keyPerson", "repeat", "重点"):
        number = take_down(county, "zqpressing", urgency=planted).number
        assert number is None or county.in_store(f"SELECT urgency FROM cases WHERE number = '{number}'") == ["normal"], planted


# 2 ------------------------------------------------------------------------------------------------------------------

def test_2_nobody_is_shut_out(stores, cluster):
    """Catches a limit that follows the person, a wall in front of the form, and a limit that leaves no other way."""
    store = stores.demo("sqlite")
    county = County(store, Server(store, "--letters-per-hour", "4", limited=True), cluster)
    try:
        numbers = [write(county.server, f"zqagain{index}", name="常来的人", phone="13800000772")[0] for index in range(4)]
        visitor = Visitor(county.server)
        stopped = visitor.post("/write", start(visitor) | letter(body="第五封也要收。", name="常来的人", phone="13800000772") | {"step": "send"})
        # The line rests for a while; what was typed stays, and telephone and counter are offered.
        assert stopped.status == 429 and "tel:12345" in stopped.text and "第五封也要收。" in stopped.text
        assert "Retry-After" in stopped.headers
        visitor.close()
        # The same person from another place is free at once, and so is whoever stands at the counter.
        elsewhere = Visitor(county.server)
        elsewhere.connection.source_address = ("127.0.0.88", 0)
        answer = elsewhere.post("/write", start(elsewhere) | letter(body="第五封也要收。", name="常来的人", phone="13800000772") | {"step": "send"})
        assert answer.number and answer.number not in numbers
        elsewhere.close()
        for index in range(6):
            assert take_down(county, f"zqcounter{index}", name="常来的人", phone="13800000772").number
        assert "captcha" not in Visitor(county.server).get("/write").text.lower()
    finally:
        county.server.stop()


SETTINGS = {
    2: ("blockedNumbers", "blacklist", "greylist", "lettersPerPerson", "coolingOffDays", "captcha", "blockedPersons"),
    3: ("deviceFingerprint", "locationTracking", "storeAddresses"),
    6: ("autoClose", "autoReply", "autoReject", "autoMerge", "closeAfterDays"),
    8: ("defaultJudgement", "judgementDefault", "satisfiedAfterDays"),
    12: ("clockIn", "staffTracking", "staffPoints"),
}


@pytest.mark.parametrize("number,setting", [(number, name) for number, names in SETTINGS.items() for name in names])
def test_no_setting_brings_it_in(number, setting, county, tmp_path):
    """Catches a setting for no. 2, 3, 6, 8 or 12: in the file, in the environment, on the command line."""
    file = tmp_path / "jiaxin.yaml"
    file.write_text(f"{setting}: \"1\"\n")
    done = county.store.run("config", "--config", str(file), check=False)
    assert done.returncode == 2 and setting in done.stderr, done.stderr
    flag = "--" + re.sub(r"([A-Z])", r"-\1", setting).lower()
    done = county.store.run("serve", flag, "1", check=False, timeout=20)
    assert done.returncode == 2 and flag in done.stderr, done.stderr
    variable = "JIAXIN_" + re.sub(r"([A-Z])", r"_\1", setting).upper()
    done = subprocess.run(
        county.store.command("config"), env=county.store.environment | {variable: "1"}, capture_output=True, text=True,
        cwd=county.store.folder, timeout=20)
    assert done.returncode == 2 or setting.lower() not in done.stdout.lower(), done.stdout


FORBIDDEN = re.compile(
    r"\b(block|ban|unban|blacklist|greylist|deny-?list|watch-?list|captcha|quota|score|scoring|risk|track|trail|locate|location|"
    r"gps|device|fingerprint|face|attendance|clock-?in|points|leader-?board|ranking|auto-?(close|reply|reject|merge)|credit|benefit)s?\b")


def test_2_and_others_have_no_address_and_no_command(county):
    """Catches a route or a command whose name is one of the forbidden things, for no. 1, 2, 3, 5, 6, 9 and 12."""
    named = [*routes("get"), *routes("post")]
    helps = [subprocess.run([str(BINARY), "--help"], capture_output=True, text=True).stdout]
    for command in re.findall(r"^  ([a-z]+)  ", helps[0].split("SUBCOMMANDS:")[1], re.M):
        helps.append(subprocess.run([str(BINARY), "help", command], capture_output=True, text=True).stdout)
        for below in re.findall(r"^  ([a-z]+)  ", (helps[-1].split("SUBCOMMANDS:") + [""])[1], re.M):
            helps.append(subprocess.run([str(BINARY), "help", command, below], capture_output=True, text=True).stdout)
    assert len(named) > 90 and len(helps) > 25
    assert FORBIDDEN.search("/desk/people/block"), "the search finds"
    assert [route for route in named if FORBIDDEN.search(route.lower())] == []
    # Options and commands; sentences may speak of a device or of what is never done.
    options = [word for text in helps for word in re.findall(r"(?:--|^  )([a-z][a-z-]+)", text, re.M)]
    assert len(options) > 60
    assert [option for option in options if FORBIDDEN.search(option)] == []
    staff = signed_in(county, *county.login("dispatcher"))
    number = county.in_store("SELECT MIN(number) FROM cases WHERE phase = 'inHand'")[0]
    token = staff.get("/desk/people").form("value").fields["_csrf"]
    for path in ("/desk/people/block", "/desk/block", f"/desk/matter/{number}/block", f"/desk/matter/{number}/blacklist", "/admin/blacklist"):
        assert staff.post(path, {"_csrf": token, "value": "13800000000", "reason": "x"}).status in (403, 404, 405), path
    staff.close()


# 3 ------------------------------------------------------------------------------------------------------------------

WHEREABOUTS = (
    "lat", "lng", "lon", "latitude", "longitude", "gps", "geo", "location", "device", "imei", "fingerprint", "face",
    "photo", "ticket", "train", "hotel", "route_of_travel", "openid", "wechat", "weibo")


def test_3_nothing_about_where_somebody_is(county, seen):
    """Catches fields, stored addresses or devices, log lines and headers about where people are or what they hold."""
    asked = tuple(part for part in WHEREABOUTS if part not in ("photo",))
    assert refused_fields(seen, *asked, "camera", "biometric", "trip", "travel") == []
    marker = "zqwhere33"
    visitor = Visitor(county.server)
    visitor.connection.source_address = (ADDRESS, 0)
    headers = {"User-Agent": AGENT, "X-Forwarded-For": "203.0.113.88", "X-Device-Id": marker, "DNT": "0"}
    form = start(visitor) | letter(body="记号 zqcontrol33") | {"step": "send"} | {name: marker for name in WHEREABOUTS}
    answer = visitor.post("/write", form, headers=headers)
    assert answer.number
    open_as(visitor, answer.number, answer.code)
    kept = everything_kept(county)
    assert b"zqcontrol33" in kept, "the search finds"
    for trace in (marker, AGENT, "PlantedDevice", ADDRESS, "203.0.113.88"):
        assert trace.encode() not in kept, trace
    assert "geolocation=()" in answer.headers["Permissions-Policy"] and "camera=()" in answer.headers["Permissions-Policy"]
    visitor.close()


@pytest.mark.timeout(120)
def test_3_no_page_asks_the_browser(county, open_page):
    """Catches a script that asks the browser for place, pictures, devices or network, or calls another host."""
    page = open_page(county, width=390)
    asked, hosts = [], set()
    page.expose_function("noteQuestion", lambda name: asked.append(name))
    page.context.grant_permissions(["geolocation"], origin=county.server.url)
    page.add_init_script("""
        const note = name => (...rest) => { window.noteQuestion(name); throw new Error(name); };
        const spy = (thing, name) => { try { Object.defineProperty(thing, name, { get: () => note(name) }); } catch {} };
        for (const name of ['getCurrentPosition', 'watchPosition']) spy(Geolocation.prototype, name);
        for (const name of ['sendBeacon', 'getBattery', 'requestMIDIAccess', 'share']) spy(Navigator.prototype, name);
        for (const name of ['plugins', 'deviceMemory', 'hardwareConcurrency', 'connection'])
          Object.defineProperty(Navigator.prototype, name, { get() { window.noteQuestion(name); } });
        spy(HTMLCanvasElement.prototype, 'toDataURL'); spy(CanvasRenderingContext2D.prototype, 'getImageData');
    """)
    page.on("request", lambda request: hosts.add(urllib.parse.urlsplit(request.url).netloc))
    page.goto("/")
    page.evaluate("try { navigator.sendBeacon('/') } catch {}")
    page.wait_for_timeout(100)
    assert asked == ["sendBeacon"], "the spies listen"
    for path in ("/write", "/follow", "/information", "/pressed", "/misconduct", "/sealed/write", "/settings", "/staff/sign-in"):
        page.goto(path)
        page.mouse.move(100, 200)
        page.wait_for_timeout(50)
    assert asked == ["sendBeacon"]
    assert hosts == {urllib.parse.urlsplit(county.server.url).netloc}


# 4 ------------------------------------------------------------------------------------------------------------------

@pytest.mark.timeout(170)
def test_4_whom_it_complains_of_sees_no_trace(counties, open_page):
    """Catches any page, list, search, count, file, document or answer by which the unit complained of learns of it."""
    county = counties("postgres")
    marker = "独一无二的收费窗口"
    resident, desk = open_page(county), open_page(county)
    number, _ = in_hand(county, resident, desk, body=f"{marker}乱收钱，收了不给票。")
    accused = {role: signed_in(county, *county.login(role, UNIT)) for role in ("handler", "approver")}

    def shown(visitor):
        found = walk(visitor, ["/desk", f"/desk/search?q={urllib.parse.quote(marker)}", f"/desk/search?q={number}"], most=24, alike=4)
        return [path for path, answer in found.items() if marker in answer.text or number in answer.text.replace(f'value="{number}"', "")]

    assert all(any("/desk/queue/" in path for path in shown(visitor)) for visitor in accused.values()), "before, they see it"
    counted = {role: visitor.get("/desk").text for role, visitor in accused.items()}
    dispatcher = signed_in(county, *county.login("dispatcher"))
    unit = county.in_store(f"SELECT id FROM {schema(county)}units WHERE name_zh = '{UNIT}'")[0]
    act(dispatcher, number, "accused", unit=unit, reason="来信投诉该单位的收费")
    counts = re.compile(r'wb-count">(\d+)')
    time.sleep(2.1)  # as long as a count is remembered
    for role, visitor in accused.items():
        # Its own words in the search field are all that is left.
        left = [path for path in shown(visitor) if not path.startswith("/desk/search")]
        assert left == [], (role, left)
        for query in (marker, number):
            found = visitor.get(f"/desk/search?q={urllib.parse.quote(query)}")
            assert f"/desk/matter/{number}" not in found.text
        assert counts.findall(visitor.get("/desk").text) != counts.findall(counted[role]), "it is not counted either"
        for path in ("", "/letter", "/file", "/slip", "/document/acceptanceNotice", "/document/acceptanceNotice?as=pdf"):
            assert visitor.get(f"/desk/matter/{number}{path}").status == 404, path
        hidden = start(visitor)
        for name in ("note", "reply", "accept", "object", "reveal", "recuse", "dispatch", "message", "restrict"):
            status = visitor.post(f"/desk/matter/{number}/{name}", hidden | {"version": "1", "reason": "x", "body": "x"}).status
            assert status in (403, 404), (role, name, status)
        # A number that nobody ever had answers the same.
        gone, never = (visitor.get(f"/desk/matter/{some}") for some in (number, "9912-0000-0"))
        assert gone.status == never.status
    # And nobody sends it back to them, not even as a copy for information.
    for name in ("dispatch", "helper"):
        answer = act(dispatcher, number, name, unit=unit, reason="请知悉", ask="请知悉")
        assert answer.status >= 400, (name, answer.status)
    involved = county.in_store(
        f"SELECT u.unit_id FROM {schema(county)}case_units u JOIN {schema(county)}cases c ON c.id = u.case_id WHERE c.number = '{number}'")
    assert unit not in involved
    for visitor in (*accused.values(), dispatcher):
        visitor.close()


# 5 ------------------------------------------------------------------------------------------------------------------

def test_5_who_grants_aid_sees_no_petition_history(county, seen):
    """Catches a look-up, a search or a role by which who decides on aid learns whether somebody complained."""
    number, _ = write(county.server, "zqhistory55", name="郝某某", phone="13800000555")
    clerk = signed_in(county, *county.login("receptionClerk"))
    found = clerk.submit(clerk.get("/desk/people"), "value", kind="phone", value="13800000555", reason="来电查进度")
    assert number in found.text, "who takes letters in finds it, with a reason"
    clerk.close()
    for role in ("handler", "approver"):
        officer = signed_in(county, *county.login(role, AID))
        home = officer.get("/desk")
        assert "/desk/people" not in links_of(home.text), "not offered"
        token = home.form("_csrf").fields["_csrf"]
        assert officer.get("/desk/people").status == 403
        assert officer.post("/desk/people", {"_csrf": token, "kind": "phone", "value": "13800000555", "reason": "低保复核"}).status == 403
        for query in (number, "郝某某", "13800000555", "zqhistory55"):
            assert f"/desk/matter/{number}" not in officer.get(f"/desk/search?q={urllib.parse.quote(query)}").text
        officer.close()
    # Not by being made a clerk of the unit that grants it either: one finds what lies with the own unit.
    unit = county.in_store(f"SELECT code FROM units WHERE name_zh = '{AID}'")[0]
    county.store.run("staff", "add", "--name", "aid-clerk", "--role", "receptionClerk", "--unit", unit, stdin="a password for aid\n")
    officer = signed_in(county, "aid-clerk", "a password for aid")
    found = officer.submit(officer.get("/desk/people"), "value", kind="phone", value="13800000555", reason="低保复核")
    assert found.status == 200 and number not in found.text and "郝某某" not in found.text
    officer.close()
    assert refused_fields(seen, "benefit", "benefits", "credit", "employer", "relative", "subsidy", "aid", "grid") == []
    done = county.store.run("staff", "role", "aid-clerk", "--role", "subsidyClerk", check=False)
    assert done.returncode == 2, done.stderr


# 6 ------------------------------------------------------------------------------------------------------------------

@pytest.mark.timeout(150)
def test_6_a_year_of_silence_decides_nothing(stores, cluster):
    """Catches any job of the server that closes, refuses, sends on, merges, sorts or answers by itself."""
    store = stores.empty("sqlite")
    year_ago = datetime.date.today() - datetime.timedelta(days=400)
    store.run("demo", "--matters", "60", "--seed", "7", "--now", str(year_ago), timeout=300)
    county = County(store, None, cluster)

    def stand():
        return {row.split("|")[0]: row for row in county.in_store(
            "SELECT number || '|' || phase || '|' || COALESCE(category, '') || '|' || responsible_unit || '|' || "
            "COALESCE(route, '') || '|' || COALESCE(outcome, '') || '|' || COALESCE(judgement, '') || '|' || urgency FROM cases")}

    last = county.in_store("SELECT COALESCE(MAX(id), 0) FROM events")[0]
    written = "SELECT DISTINCT kind || ' ' || json_extract(body, '$.by') FROM events WHERE json_extract(body, '$.rec') > {}"
    began = int(time.time() * 1000)
    before = stand()
    with Server(store):
        quiet, count = 0, None
        while quiet < 3:
            time.sleep(1)
            now = county.in_store("SELECT COUNT(*) FROM events")[0]
            quiet, count = (quiet + 1 if now == count and int(now) else 0), now
            if time.time() * 1000 - began > 60_000:
                break
    after = stand()
    wrote = set(county.in_store(written.format(began)))
    assert any(line.startswith("escalated ") for line in wrote), f"the server did work by itself: {wrote}, {last}"
    # Names and words of visits are forgotten after thirty days, as everybody who comes is told.
    assert wrote <= {"escalated system:clock", "windowEnded system:clock", "forgotten system:forget"}, wrote
    for number, row in before.items():
        allowed = {row, row.replace("|delivered|", "|unjudged|")}
        assert after[number] in allowed, (row, after[number])


def test_6_nobody_decides_without_a_name(county):
    """Catches an act that works without a sign-in, with a resident's code, or as "the system"; and merging by likeness."""
    first, code = write(county.server, "zqtwins66", place="同一个地方")
    second, _ = write(county.server, "zqtwins66", place="同一个地方")
    assert first != second
    assert set(county.in_store(f"SELECT phase FROM cases WHERE number IN ('{first}', '{second}')")) == {"registered"}
    stranger, resident = Visitor(county.server), Visitor(county.server)
    open_as(resident, first, code)
    for visitor in (stranger, resident):
        hidden = start(visitor)
        for name in ("close", "dispatch", "triage", "accept", "reply", "category", "link", "judge-on-behalf", "reopen", "rule-objection"):
            sent = hidden | {"version": "1", "reason": "系统", "by": "system", "actor": "system:clock"}
            answer = visitor.post(f"/desk/matter/{first}/{name}", sent, follow=False)
            assert answer.status in (302, 303, 403) and "/staff/sign-in" in (answer.headers["Location"] or "/staff/sign-in"), (name, answer.status)
        visitor.close()
    assert county.in_store(f"SELECT phase || version FROM cases WHERE number = '{first}'") == ["registered1"]
    # A named person who sends such fields along is written down by name.
    clerk = signed_in(county, *county.login("dispatcher"))
    act(clerk, first, "note", body="人写的", by="system:clock", actor="system:clock")
    assert set(county.in_store(
        f"SELECT substr(json_extract(body, '$.by'), 1, 5) FROM events WHERE stream_id = (SELECT id FROM cases WHERE number = '{first}') AND kind = 'noted'")) == {"staff"}
    clerk.close()


@pytest.mark.parametrize("plant", [
    ("  - { afterDays: 1, to: supervisor }", "  - { afterDays: 1, to: close }"),
    ("  - { afterDays: 1, to: supervisor }", "  - { afterDays: 1, to: supervisor, then: close }"),
    ("rules:\n", "autoClose: { afterDays: 30 }\nrules:\n"),
    ("rules:\n", "autoReply: 已收到，感谢来信\nrules:\n"),
    ("    ends: [triage, route]", "    ends: [triage, route]\n    onExpiry: reject"),
    ("judgementWindowDays: 30", "judgementWindowDays: 30\ndefaultJudgement: solved"),
    ("judgementWindowDays: 30", "judgementWindowDays: 30\nwindowEndsAs: satisfied"),
], ids=["escalate-to-close", "then-close", "auto-close", "auto-reply", "on-expiry", "default-judgement", "ends-as"])
def test_6_and_8_no_pack_decides(plant, pack, tmp_path):
    """Catches a pack format in which time closes, answers, rejects or praises."""
    done = check_pack(tmp_path, swapped(pack, *plant))
    assert done.returncode == 1 and any(line.startswith("line ") for line in done.stderr.splitlines()), done.stdout + done.stderr


# 7 ------------------------------------------------------------------------------------------------------------------

@pytest.mark.timeout(150)
def test_7_nothing_closes_over_somebody_who_was_not_told(counties, open_page):
    """Catches a way to close what is not answered or not delivered, to date back a delivery, to change or delete words."""
    county = counties()
    resident, desk = open_page(county), open_page(county)
    body = "钟楼街的灯，有错别子，请不要改。"
    number, code = in_hand(county, resident, desk, body=body)
    watcher, clerk = (signed_in(county, *county.login(role)) for role in ("supervisor", "receptionClerk"))

    def phase():
        return county.in_store(f"SELECT phase FROM cases WHERE number = '{number}'")[0]

    open_ones = dict(row.split("|") for row in county.in_store(
        "SELECT phase || '|' || MIN(number) FROM cases WHERE phase IN "
        "('registered', 'dispatched', 'objected', 'inHand', 'replied', 'reviewing') GROUP BY phase"))
    assert len(open_ones) >= 5
    for stands, some in open_ones.items():
        answer = act(watcher, some, "close", reason="已办结")
        assert answer.status >= 400, (stands, answer.status)
        assert county.in_store(f"SELECT phase FROM cases WHERE number = '{some}'") == [stands]
    reply(desk, number, "explained", "这条路还没有移交，今年先加临时灯。")
    assert phase() == "replied"
    assert act(watcher, number, "close", reason="已答复").status >= 400 and phase() == "replied", "signed is not delivered"
    reporter = county.in_store(f"SELECT r.id FROM reporters r JOIN cases c ON c.id = r.case_id WHERE c.number = '{number}'")[0]
    refused = act(clerk, number, "deliver", reporter=reporter, how="post", when="2026-01-01T09:00")
    assert refused.status == 422 and phase() == "replied", "not before the reply"
    read(resident, number, code)
    assert phase() == "delivered"
    assert act(watcher, number, "close", reason="已送达").status >= 400 and phase() == "delivered", "they can still speak"
    # The first words stay as they were written, whatever is sent.
    mine = Visitor(county.server)
    page = open_as(mine, number, code)
    for path, sent in {"/matter/words": {"body": "补充：在 12 号。"}, "/matter/correct": {"body": "改掉", "letter": "改掉", "title": "改掉"}}.items():
        form = next((form for form in page.forms() if form.action == path), None)
        token = page.form("_csrf").fields
        mine.post(path, (form.fields if form else {"_csrf": token["_csrf"], "submission": "w" * 22}) | sent)
    for name in ("words", "category", "note", "message"):
        act(clerk, number, name, body="改成别的话", title="改成别的话", letter="改成别的话")
    assert body in words_of(mine.get("/matter").text)
    for method in ("PUT", "DELETE", "PATCH"):
        for path in (f"/desk/matter/{number}", "/matter", f"/desk/matter/{number}/note"):
            assert watcher.send(method, path).status in (403, 404, 405), (method, path)
    assert not [route for route in routes("post") if re.search(r"delete|erase|destroy|edit|backdate", route)]
    assert county.store.run("verify").returncode == 0
    for visitor in (watcher, clerk, mine):
        visitor.close()


# 8 ------------------------------------------------------------------------------------------------------------------

@pytest.mark.timeout(150)
def test_8_silence_is_no_praise_and_the_judged_do_not_see_the_judge(counties, open_page):
    """Catches a ticked or default verdict, a verdict by or shown to whoever answered, and pressing about it."""
    county = counties()
    resident, desk = open_page(county), open_page(county)
    number, code = in_hand(county, resident, desk)
    reply(desk, number, "solved", "灯已经修好，请您看看。", execution="done")
    read(resident, number, code)
    assert resident.locator("form[action='/matter/judge'] input:checked").count() == 0, "nothing is ticked"
    assert resident.locator("form[action='/matter/judge'] [name=outcome]").count() == 3
    mine = Visitor(county.server)
    page = open_as(mine, number, code)
    judge = next(form for form in page.forms() if form.action == "/matter/judge")
    for sent in ({}, {"outcome": ""}, {"outcome": "satisfied"}, {"outcome": "default"}):
        assert mine.post("/matter/judge", judge.fields | sent).status == 422
    verdict = f"SELECT COALESCE(judgement, '-') FROM cases WHERE number = '{number}'"
    assert county.in_store(verdict) == ["-"]
    handlers = {role: signed_in(county, *county.login(role, UNIT)) for role in ("handler", "approver")}
    reporter = county.in_store(f"SELECT r.id FROM reporters r JOIN cases c ON c.id = r.case_id WHERE c.number = '{number}'")[0]
    for visitor in handlers.values():
        page = visitor.get(f"/desk/matter/{number}")
        assert not [form for form in page.forms() if "judge" in form.action]
        assert act(visitor, number, "judge-on-behalf", reporter=reporter, outcome="solved").status in (403, 404)
    assert county.in_store(verdict) == ["-"]
    words = "记号zqverdict灯还是不亮"
    mine.post("/matter/judge", judge.fields | {"outcome": "not", "words": words})
    assert county.in_store(verdict) == ["notSolved"]
    leader = signed_in(county, *county.login("supervisor"))
    assert words in leader.get(f"/desk/matter/{number}").text, "who watches sees it"
    for role, visitor in handlers.items():
        page = visitor.get(f"/desk/matter/{number}")
        shown = walk(visitor, [f"/desk/matter/{number}", "/desk"], most=50, alike=8)
        assert page.status == 200
        assert not [path for path, answer in shown.items() if words in answer.text], role
        assert visitor.get("/desk/queue/unsolved").status in (403, 404), role
        for answer in shown.values():
            assert not re.search(r'action="[^"]*(remind|press|ask-judgement|rate-me)', answer.text)
    for visitor in (mine, leader, *handlers.values()):
        visitor.close()


# 9 ------------------------------------------------------------------------------------------------------------------

def test_9_nothing_is_ranked_by_how_many_complained(county, seen):
    """Catches a list of units, places or people in the order of their letters, in pages and files, however it is asked."""
    leader = signed_in(county, *county.login("leader"))
    rows = re.compile(r'/oversight/list\?kind=open(?:&amp;|&)unit=(\d+)')
    plain = list(dict.fromkeys(rows.findall(leader.get("/oversight").text)))
    codes = dict(row.split("|") for row in county.in_store("SELECT id || '|' || code FROM units"))
    assert len(plain) > 10 and [codes[unit] for unit in plain] == sorted(codes[unit] for unit in plain), "in the order of their codes"
    for query in ("sort=open", "sort=received&order=desc", "order=count", "rank=1", "by=unit", "by=staff", "by=person", "by=household", "top=10"):
        assert list(dict.fromkeys(rows.findall(leader.get(f"/oversight?{query}").text))) == plain, query
    month = leader.get("/oversight/report.csv").text
    assert month.count("\n") > 20
    assert not re.search(r"排名|名次|前十|后十|倒数|\brank|\btop ten\b|league", month + leader.get("/oversight/report").text, re.I)
    leader.close()
    # The public is told totals and promises; no place, unit or person with a number of letters beside it.
    villages = county.in_store("SELECT name_zh FROM areas WHERE parent IS NOT NULL")
    for role, path, answer in pages(seen):
        if role == "nobody" and path in ("/", "/how", "/promises"):
            # What is said of not ranking is no ranking.
            shown = re.sub(r"[^。.]*(不拿|不按|not ranked|no ranking)[^。.]*", "", words_of(answer.text))
            assert not re.search(r"排名|名次|\brank", shown, re.I), path
            for village in villages:
                assert not re.search(rf"{re.escape(village)}\s*[:：]?\s*\d+\s*(件|封|letters)", shown), (path, village)


# 10 -----------------------------------------------------------------------------------------------------------------

def test_10_who_stays_unnamed_stays_unnamed(county):
    """Catches contact data kept of an unnamed letter, and a way back to its author by number, code, look-up or disclosure."""
    marker, phone = "zqunnamed10", "13800000910"
    number, _ = write(county.server, "zqcontrol10", anonymous="1", name=f"写了又不留{marker}", phone=phone, address=f"某街{marker}")
    taken = take_down(county, "zqcontrol10", anonymous="1", name=f"写了又不留{marker}", phone=phone, address=f"某街{marker}")
    kept = everything_kept(county)
    assert b"zqcontrol10" in kept and marker.encode() not in kept and phone.encode() not in kept
    persons = "SELECT COUNT(*) FROM reporters r JOIN cases c ON c.id = r.case_id WHERE c.number IN ('{}', '{}') AND r.person_id IS NOT NULL"
    assert county.in_store(persons.format(number, taken.number)) == ["0"]
    clerk = signed_in(county, *county.login("receptionClerk"))
    found = clerk.submit(clerk.get("/desk/people"), "value", kind="phone", value=phone, reason="想知道是谁")
    assert number not in found.text and taken.number not in found.text
    reporter = county.in_store(f"SELECT r.id FROM reporters r JOIN cases c ON c.id = r.case_id WHERE c.number = '{number}'")[0]
    shown = act(clerk, number, "reveal", reporter=reporter, reason="想知道是谁")
    assert marker not in shown.text and phone not in shown.text
    clerk.close()
    # Of named people the same columns are sealed: no name and no number stands in the open.
    named, _ = write(county.server, "zqcontrol10", name="欧阳某某zq", phone="13800000911")
    kept = everything_kept(county)
    assert "欧阳某某zq".encode() not in kept and b"13800000911" not in kept
    assert county.in_store(persons.format(named, named)) == ["1"]


# 11 -----------------------------------------------------------------------------------------------------------------

def test_11_there_is_no_file_on_a_person(county, seen):
    """Catches notes that hang on a person, a page about a person, and looking that the resident does not learn of."""
    posts = {route for route in routes("post") if re.search(r"people|person|resident|household", route)}
    assert posts == {"/desk/people"}
    clerk = signed_in(county, *county.login("receptionClerk"))
    number, code = write(county.server, "zqnotes11", name="纪某某", phone="13800000611")
    page = clerk.get("/desk/people")
    finder = page.form("value").fields
    assert set(finder) == {"_csrf", "kind", "value", "reason"}, "a number and a reason, and nothing to write about somebody"
    marker = "zqsecret11"
    found = clerk.post("/desk/people", finder | {"kind": "phone", "value": "13800000611", "reason": "来电查进度"} | {
        name: marker for name in ("note", "remark", "comment", "memo", "label", "text", "body")})
    assert number in found.text
    assert {form.action for form in found.forms() if form.method == "post"} == {"/desk/people", "/staff/sign-out"}
    assert not [link for link in links_of(found.text) if re.match(r"/desk/(people|person)/", link)]
    assert marker.encode() not in everything_kept(county)
    # Whoever looks is seen by whom it concerns, with the reason.
    reporter = county.in_store(f"SELECT r.id FROM reporters r JOIN cases c ON c.id = r.case_id WHERE c.number = '{number}'")[0]
    act(clerk, number, "reveal", reporter=reporter, reason="回电话说一声进度")
    resident = Visitor(county.server)
    assert "回电话说一声进度" in words_of(open_as(resident, number, code).text)
    # What staff note stands in the matter's file, which is what a request for access is answered with.
    act(clerk, number, "note", body="记号zqnoted11已电话联系")
    assert "记号zqnoted11已电话联系" in clerk.get(f"/desk/matter/{number}/file").text
    clerk.close()
    resident.close()


# 12 -----------------------------------------------------------------------------------------------------------------

def test_12_staff_are_not_watched(county, seen):
    """Catches clocking in, points, forced photos, time online, and numbers about single members of staff."""
    assert refused_fields(seen, "attendance", "checkin", "clockin", "photo", "points", "mileage", "track", "online") == []
    if county.store.engine == "sqlite":
        columns = county.in_store("SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'")
    assert "staff_sessions.last_seen_at" in columns and "staff.display_name" in columns
    kept = [column for column in columns if column.startswith("staff")]
    assert not [column for column in kept if re.search(r"online|seconds|minutes|duration|points|score|location|lat|lon|photo|device|address|agent", column)], kept
    # What a session must know to end after idling goes with it.
    clerk = signed_in(county, *county.login("approver", which=1))
    sessions = "SELECT COUNT(*) FROM staff_sessions"
    there = int(county.in_store(sessions)[0])
    clerk.post("/staff/sign-out", clerk.get("/desk").form("_csrf").fields)
    assert int(county.in_store(sessions)[0]) == there - 1
    clerk.close()
    # Names of staff stand on what they signed, never beside numbers.
    names = {cells[4] for cells in county.logins() if len(cells) > 4}
    assert len(names) > 30
    for role, path, answer in pages(seen):
        if path.startswith(("/oversight", "/supervision?", "/promises")) and "/list" not in path:
            own = {cells[4] for cells in county.logins() if cells[0] == role}
            shown = words_of(answer.text)
            assert [name for name in names - own if name in shown] == [], (role, path)


# 13 -----------------------------------------------------------------------------------------------------------------

SENSITIVE = (
    "religion", "faith", "ethnicity", "nation", "political", "party", "biometric", "fingerprint", "face", "blood", "health",
    "marital", "bank", "account", "card", "income", "education", "occupation", "gender", "birthday")


def test_13_nothing_is_asked_just_in_case(county, seen):
    """Catches a field, or a place in the store, for faith, origin, views, body or bank."""
    assert refused_fields(seen, *SENSITIVE) == []
    marker = "zqsensitive13"
    plant = {name: marker for name in SENSITIVE} | {"needs": marker, "needFaith": marker}
    write(county.server, "zqcontrol13", **plant)
    assert take_down(county, "zqcontrol13", **plant).number
    visitor = Visitor(county.server)
    page = visitor.get("/information")
    visitor.post("/information", page.form("description").fields | {
        "description": "清河大桥 2023 年的检测报告。zqcontrol13", "name": "王某某", "phone": "13800000000", "step": "send"} | plant)
    visitor.close()
    kept = everything_kept(county)
    assert kept.count(b"zqcontrol13") >= 3 and marker.encode() not in kept


# 14 -----------------------------------------------------------------------------------------------------------------

def test_14_no_public_map_or_feed_of_petitions(county, seen):
    """Catches a page, map, feed or file for everybody with a matter that its author did not allow to be shown."""
    numbers = set(county.in_store("SELECT number FROM cases WHERE publishable = 0"))
    hidden = county.in_store(
        "SELECT t.body FROM cases c JOIN texts t ON t.id = c.title_id WHERE c.publishable = 0 AND t.body IS NOT NULL ORDER BY c.id LIMIT 200")
    hidden = {title for title in hidden if len(title) >= 8}
    assert len(numbers) > 20 and len(hidden) > 10
    looked = 0
    for path, answer in seen["nobody"].items():
        assert answer.path == path
        looked += 1
        shown = words_of(answer.text)
        assert [number for number in numbers if number in shown] == [], path
        assert [title for title in hidden if title in shown] == [], path
    assert looked > 60
    visitor = Visitor(county.server)
    for path in ("/map", "/feed", "/rss", "/matters.json", "/requests.json", "/open311/requests.xml", "/api/matters", "/export.csv", "/sitemap.xml",
                 "/oversight/report.csv", "/oversight/precedents.csv", "/oversight/received"):
        answer = visitor.get(path, follow=False)
        assert answer.status in (303, 404), (path, answer.status)
    for number in sorted(numbers)[:3]:
        for path in (f"/matter/{number}", f"/desk/matter/{number}", f"/m/{number}"):
            assert visitor.get(path, follow=False).status in (303, 404), path
    assert "Disallow" in visitor.get("/robots.txt").text
    visitor.close()
