"""The same engine for other matters than petitions: applications for government information, and a hotline with tiers."""

import datetime
import re
import time

import pytest

from county import UNIT, County, on_matter, open_details, pane, step, today
from harness import Server
from lawful import as_staff, due, fill, matter, opened, phase_of, read, schema, send
from planting import swapped
from visitor import CODE, NUMBER

WAYS = {
    "zh-sqlite": dict(engine="sqlite", lang="zh-Hans", script=True, width=390),
    "en-postgres-no-script": dict(engine="postgres", lang="en", script=False, width=1280),
}
WANTED = "清河大桥 2023 年的检测报告全文，电子版。"
LINE = "12345热线办公室"


def shows_time(text, moment):
    """Whether a page tells this time of day, as pages write it: 1:41."""
    return re.search(rf"(?<!\d){moment.hour}:{moment:%M}(?!\d)", text) is not None


def day_shown(lang, day):
    return f"{day.month} 月 {day.day} 日" if lang == "zh-Hans" else f"{day.day} {day:%B}"


def apply(resident):
    """An application through its two steps; gives number and code."""
    resident.goto("/information")
    resident.fill("[name=description]", WANTED)
    resident.fill("[name=form]", "发电子文件")
    resident.fill("[name=name]", "王某某")
    resident.fill("[name=phone]", "13800000000")
    step(resident, "review")
    assert WANTED in resident.inner_text("main")
    step(resident, "send")
    shown = resident.inner_text("main")
    return NUMBER.search(shown).group(), CODE.search(shown).group()


def to_unit(desk, number, unit):
    """Sent to a unit by its place in the list, whatever language the list is in."""
    matter(desk, number)
    box = desk.locator("#act-dispatch")
    field = box.locator("#dispatch-unit")
    if not field.is_visible():
        box.locator("details summary").first.click()
    field.select_option(value=unit)
    form = box.locator("form:has(#dispatch-unit)")
    fill(form, reason="这份信息在你们那里。")
    send(form)


def unit_id(county, name):
    return county.in_store(f"SELECT id FROM {schema(county)}units WHERE name_zh = '{name}'")[0]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_third_party_is_asked_and_part_is_disclosed(way, counties, open_page, axe):
    county = counties(way["engine"])
    looks = dict(lang=way["lang"], script=way["script"])
    resident, desk = open_page(county, width=way["width"], **looks), open_page(county, **looks)
    found = []
    number, code = apply(resident)
    # Twenty working days, told at once and on the page; no sixty days of a petition.
    first = datetime.date.fromisoformat(due(today(), "--working-days", "20"))
    assert day_shown(way["lang"], first) in read(resident, number, code)

    def clock(rule="GI-ANSWER"):
        return county.in_store(
            f"SELECT k.due_on FROM {schema(county)}case_clocks k JOIN {schema(county)}cases c ON c.id = k.case_id "
            f"WHERE c.number = '{number}' AND k.rule = '{rule}' ORDER BY k.position DESC")[0]

    def kinds():
        return county.in_store(
            f"SELECT e.kind FROM {schema(county)}events e JOIN {schema(county)}cases c ON c.id = e.stream_id "
            f"WHERE c.number = '{number}' ORDER BY e.version")

    assert clock() == str(first)
    as_staff(desk, county, "dispatcher")
    to_unit(desk, number, unit_id(county, UNIT))
    as_staff(desk, county, "handler", UNIT)
    form = matter(desk, number).locator("form[action$='/accept']").first
    assert form.locator("[name=sort]").count() == 0, "an application is no petition"
    if form.locator("[name=route]").count():
        form.locator("[name=route][value=ordinary]").check()
        fill(form, reason="报告由本局保存。")
    send(form)
    assert phase_of(county, number) == "inHand"

    # The company that was inspected is asked; meanwhile the clock stands.
    form = opened(desk, number, "consult")
    form.locator("[name=kind][value=thirdParty]").check()
    fill(form, text="请检测公司说明报告里有无商业秘密。")
    send(form)
    assert "paused" in kinds()
    shown = desk.inner_text("main")
    assert ("暂停" if way["lang"] == "zh-Hans" else "paused") in shown.lower()
    if way["script"]:
        found += axe(matter(desk, number), "an application while somebody is asked")
    text = read(resident, number, code)
    assert ("征求第三方" if way["lang"] == "zh-Hans" else "third part") in text.lower(), "the applicant is told why it rests"
    assert "商业秘密" not in text, "but not what is asked of whom"
    form = opened(desk, number, "consultation-answer")
    form.locator("[name=answer][value=objects]").check()
    fill(form, text="附录三是我公司的计算方法，不同意公开。")
    send(form)
    assert "resumed" in kinds()

    # More time, with the head's approval and a reason that is told.
    form = opened(desk, number, "ask-extension")
    fill(form, length="10", reason="报告有四百页，逐页核对。")
    send(form)
    as_staff(desk, county, "approver", UNIT)
    form = opened(desk, number, "extension")
    form.locator("[name=decision][value=extend]").check()
    fill(form, length="10", reason="篇幅大，同意延长。")
    send(form)
    later = due(first, "--working-days", "10")
    assert clock() == later, "counted in working days"
    text = read(resident, number, code)
    assert "篇幅大，同意延长" in text and day_shown(way["lang"], datetime.date.fromisoformat(later)) in text

    # Disclosed but for one part; a part without its reason in law is not held back.
    as_staff(desk, county, "handler", UNIT)
    matter(desk, number)
    pane(desk, "reply")
    form = on_matter(desk, "reply")
    form.locator("[name=answer][value=disclosed]").check()
    form.locator("[name=body]").fill("检测报告正文和附录一、二附后，已发到您留的邮箱。")
    open_details(desk, "#write-reply details:has([name=withheldWhat1])")
    form.locator("[name=withheldWhat1]").fill("附录三：计算方法")
    form.locator("button[name=step][value=sign]:not([aria-hidden])").click()
    assert phase_of(county, number) == "inHand", "nothing is withheld without its article"
    form = on_matter(desk, "reply")
    assert form.locator("[name=body]").input_value().startswith("检测报告正文"), "the words are kept"
    form.locator("[name=withheldLaw1]").fill("GI-15")
    if form.locator("[name=basis]").count():
        form.locator("[name=basis]").fill("《政府信息公开条例》第三十六条")
    form.locator("button[name=step][value=sign]:not([aria-hidden])").click()
    assert phase_of(county, number) == "replied"

    # Reading is delivery; only now do the applicant's own sixty days and six months begin.
    text = read(resident, number, code)
    assert "附录一、二附后" in text and "附录三：计算方法" in text
    assert "政府信息公开条例" in text, "what is withheld stands with its article"
    assert "不同意公开" not in text, "who objected with which words is not passed on"
    assert phase_of(county, number) == "delivered"
    last = datetime.date.fromisoformat(due(today(), "--calendar-days", "60", "--roll"))
    assert clock("FY-APPLY") <= str(last) and clock("SS-SUE") > str(last)
    if way["script"]:
        found += axe(resident, "an answered application")
    assert resident.evaluate("document.documentElement.scrollWidth") <= way["width"]
    assert resident.locator("main a[href='/matter/document/informationAnswer']").count() == 1
    resident.goto("/matter/document/informationAnswer")
    shown = resident.inner_text("main")
    assert "附录三：计算方法" in shown and number in shown
    assert found == [] and resident.complaints == []
    assert [line for line in desk.complaints if "Failed to load resource" not in line] == []


@pytest.mark.timeout(150)
def test_completed_once_and_no_petition_in_disguise(counties, open_page):
    county = counties()
    resident, desk = open_page(county), open_page(county)
    number, code = apply(resident)
    as_staff(desk, county, "dispatcher")
    to_unit(desk, number, unit_id(county, UNIT))
    as_staff(desk, county, "handler", UNIT)
    form = matter(desk, number).locator("form[action$='/accept']").first
    form.locator("[name=route][value=ordinary]").check()
    fill(form, reason="报告由本局保存。")
    send(form)
    form = opened(desk, number, "ask-correction")
    fill(form, text="请说明要哪一座桥的报告。")
    send(form)
    assert "哪一座桥" in read(resident, number, code)
    matter(desk, number)
    assert desk.locator("#act-ask-correction").count() == 0, "once, for everything"
    box = resident.locator("form[action='/matter/correct']")
    box.locator("textarea").first.fill("清河大桥，不是清水桥。")
    send(box)
    starts = county.in_store(
        f"SELECT k.rule FROM case_clocks k JOIN cases c ON c.id = k.case_id WHERE c.number = '{number}' AND k.ended_at IS NULL")
    assert "GI-ANSWER-CORRECTED" in starts and "GI-ANSWER" not in starts, "the days count from the completed application"
    # What is a complaint after all is told where it goes, in plain words.
    other, key = apply(resident)
    as_staff(desk, county, "dispatcher")
    form = opened(desk, other, "triage")
    form.locator("[name=route][value=petition]").check()
    fill(form, reason="要求解决桥面坑洼", organ="清河县来信办理中心")
    send(form)
    assert phase_of(county, other) == "routed"
    text = read(resident, other, key)
    assert "不用重新写" in text and "不予受理" not in text


# The hotline -----------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def lines(stores, cluster):
    """A county with the example of tiers loaded, as its own, per engine."""
    running = {}

    def line(engine):
        if engine not in running:
            store = stores.demo(engine)
            text = store.run("rules", "show", "example-hotline-tiers").stdout
            # Where there are matters already, rules begin today or later.
            (store.folder / "tiers.yaml").write_text(swapped(text, "effectiveFrom: 2026-01-01", f"effectiveFrom: {today()}"))
            refused = store.run("rules", "load", "tiers.yaml", check=False)
            assert refused.returncode == 1 and "--checked" in refused.stderr, "an example is checked locally first"
            store.run("rules", "load", "tiers.yaml", "--checked")
            running[engine] = County(store, Server(store), cluster)
        return running[engine]

    yield line
    for county in running.values():
        county.server.stop()


def call(desk, county, body, **more):
    """A call taken down at the hotline; gives number and code."""
    as_staff(desk, county, "receptionClerk", LINE)
    desk.goto("/desk/new")
    desk.check("[name=channel][value=call]")
    desk.check("[name=kind][value=hotline]")
    for name, value in {"name": "赵某某", "phone": "13800000120", "body": body, "place": "钟楼街 12 号", **more}.items():
        desk.fill(f"#desk-form [name={name}]", value)
    desk.check("[name=urgency][value=normal]")
    desk.check("[name=readBack]")
    desk.locator("button[name=step][value=save]:not([aria-hidden])").first.click()
    shown = desk.inner_text("main")
    return NUMBER.search(shown).group(), CODE.search(shown).group()


def sort_out(desk, county, number, route, tier=None, **more):
    """The four-way decision, by a named dispatcher."""
    as_staff(desk, county, "dispatcher")
    form = opened(desk, number, "triage")
    form.locator(f"[name=route][value={route}]").check()
    if tier:
        form.locator(f"[name=tier][value={tier}]").check()
    fill(form, reason="按来电内容判断。", **more)
    send(form)


def clock_of(county, number, rule):
    """When a clock ends, to the minute."""
    found = county.in_store(
        f"SELECT k.due_at FROM {schema(county)}case_clocks k JOIN {schema(county)}cases c ON c.id = k.case_id "
        f"WHERE c.number = '{number}' AND k.rule = '{rule}' ORDER BY k.position DESC")
    assert found and found[0] not in ("", "None"), f"{rule} counts no hours"
    return datetime.datetime.fromtimestamp(int(found[0]) / 1000, datetime.timezone(datetime.timedelta(hours=8)))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_call_in_hours(way, lines, open_page, axe):
    county = lines(way["engine"])
    looks = dict(lang=way["lang"], script=way["script"])
    resident, desk = open_page(county, width=way["width"], **looks), open_page(county, **looks)
    number, code = call(desk, county, "钟楼街路面塌了一个大坑，晚上有人会摔下去。")
    began = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    first = clock_of(county, number, "HL-TRIAGE")
    assert abs((first - began).total_seconds() - 7200) < 180, "two hours for the decision, day or night"
    as_staff(desk, county, "dispatcher")
    assert shows_time(matter(desk, number).inner_text("main"), first), "the hour is shown, not only the day"
    sort_out(desk, county, number, "ordinary", tier="h24")
    answer = clock_of(county, number, "HL-ANSWER-H24")
    assert abs((answer - began).total_seconds() - 86400) < 300
    assert shows_time(matter(desk, number).inner_text("main"), answer)
    text = read(resident, number, code)
    assert shows_time(text, answer) and day_shown(way["lang"], answer.date()) in text, "both sides see the same hour"
    if way["script"]:
        assert axe(desk, "a call with hours") == [] and axe(resident, "a call as its caller sees it") == []
    to_unit(desk, number, unit_id(county, UNIT))
    as_staff(desk, county, "handler", UNIT)
    form = matter(desk, number).locator("form[action$='/accept']").first
    send(form)
    matter(desk, number)
    pane(desk, "reply")
    form = on_matter(desk, "reply")
    if form.locator("[name=outcome][value=solved]").count():
        form.locator("[name=outcome][value=solved]").check()
    form.locator("[name=body]").fill("坑已经围起来，今晚填好，明早请您再看。")
    form.locator("button[name=step][value=sign]:not([aria-hidden])").click()
    assert phase_of(county, number) == "replied"
    running = county.in_store(
        f"SELECT k.rule FROM {schema(county)}case_clocks k JOIN {schema(county)}cases c ON c.id = k.case_id "
        f"WHERE c.number = '{number}' AND k.ended_at IS NULL AND k.rule LIKE 'HL-%'")
    assert running == [], "the answer ends every clock of the hotline"
    called_back(county, resident, desk, number, code, way, axe)
    assert resident.complaints == []


def called_back(county, resident, desk, number, code, way, axe):
    """The answer is told on the telephone; then the caller is asked how it went (接诉即办 Art. 23)."""
    chinese = way["lang"] == "zh-Hans"
    as_staff(desk, county, "receptionClerk", LINE)
    matter(desk, number)
    form = desk.locator("#act-deliver form").first
    form.locator("[name=how]").select_option("phone")
    send(form)
    desk.goto("/desk/queue/call-back")
    line = desk.locator(f"#wb-list a[href*='{number}'], main a[href*='{number}']").first
    line.click()
    assert ("打电话回访" if chinese else "Call and ask how it went") in desk.inner_text("main")
    if way["script"]:
        assert axe(desk, "asking how it went") == []
    form = desk.locator("#act-call-back form")
    assert form.locator("[name=result]:checked").count() == 0, "nothing is chosen beforehand"
    form.locator("[name=result][value=notReached]").check()
    form.locator("[name=again]").fill("")
    send(form)
    form = desk.locator("#act-call-back form")
    assert form.locator("[name=result][value=notReached]").is_checked() and form.locator(".field-error").count()
    form.locator("[name=again]").fill(str(today() + datetime.timedelta(days=1)))
    send(form)
    desk.goto("/desk/queue/call-back")
    assert number not in desk.inner_text("main"), "not before tomorrow"
    # Whoever handled it reads nothing of it.
    as_staff(desk, county, "handler", UNIT)
    matter(desk, number)
    assert desk.locator("#act-call-back").count() == 0
    assert ("没打通" if chinese else "Not reached") not in desk.inner_text("main")
    # The caller reads that somebody tried, judges both offices, and is not called again.
    text = read(resident, number, code)
    assert "今晚填好" in text and ("没打通" if chinese else "Not reached") in text
    assert ("会打电话问您" if chinese else "we call you to ask") in text
    if way["script"]:
        assert axe(resident, "judging both offices") == []
    resident.check("[name=outcome][value=partly]")
    resident.check("[name=attitude][value=fair]")
    resident.check("[name=intake][value=good]")
    resident.locator("#judge form button").click()
    assert ("会打电话问您" if chinese else "we call you to ask") not in resident.inner_text("main")
    assert phase_of(county, number) == "judged"
    rated = county.in_store(
        f"SELECT r.attitude || ' ' || r.intake FROM {schema(county)}reporters r JOIN {schema(county)}cases c "
        f"ON c.id = r.case_id WHERE c.number = '{number}'")
    assert rated == ["fair good"]
    as_staff(desk, county, "receptionClerk", LINE)
    matter(desk, number)
    assert desk.locator("#act-call-back").count() == 0


@pytest.mark.timeout(240)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_four_ways_for_a_call(way, lines, open_page):
    county = lines(way["engine"])
    looks = dict(lang=way["lang"], script=way["script"])
    resident, desk = open_page(county, width=way["width"], **looks), open_page(county, **looks)
    told = {
        "emergency": ("110", {"organ": "110"}),
        "litigation": ("法院" if way["lang"] == "zh-Hans" else "court", {"organ": "清河县人民法院"}),
        "explain": ("邻居家的隐私", {"words": "您问的是邻居家的隐私，不能替您查。"}),
    }
    for route, (words, more) in told.items():
        number, code = call(desk, county, f"来电的第 {route} 种情况，请指点。")
        sort_out(desk, county, number, route, **more)
        assert phase_of(county, number) == "routed", route
        text = read(resident, number, code)
        assert words in text and "按来电内容判断" not in text, (route, text[:600])
        assert not re.search("不予受理|驳回|拒绝|reject|refus", text), route
    # The first of the four ways needs its tier; nothing is guessed.
    number, _ = call(desk, county, "路灯不亮。")
    sort_out(desk, county, number, "ordinary")
    assert phase_of(county, number) == "registered" and desk.locator("[name=tier]").count(), "it asks for the tier"


@pytest.mark.timeout(150)
def test_a_clock_that_ran_out_goes_up(stores, cluster, open_page):
    """Somebody further up hears of it, by the server alone; nothing else happens by itself."""
    store = stores.empty("sqlite")
    store.run("staff", "init")
    (store.folder / "tiers.yaml").write_text(store.run("rules", "show", "example-hotline-tiers").stdout)
    store.run("rules", "load", "tiers.yaml", "--checked")
    logins = []
    for role in ("receptionClerk", "supervisor"):
        store.run("staff", "add", "--name", role, "--role", role, stdin="correct horse battery\n")
        logins.append(f"{role}\t{role}\tcorrect horse battery\t\t")
    (store.folder / "logins.txt").write_text("\n".join(logins))
    county = County(store, Server(store), cluster)
    try:
        goes_up(county, open_page)
    finally:
        county.server.stop()


def goes_up(county, open_page):
    desk = open_page(county)
    late = str(today() - datetime.timedelta(days=3))
    as_staff(desk, county, "receptionClerk")
    desk.goto("/desk/new")
    desk.check("[name=channel][value=letter]")
    desk.check("[name=kind][value=hotline]")
    desk.fill("#desk-form [name=name]", "赵某某")
    desk.fill("#desk-form [name=body]", "三天前就写了，一直没有人问。")
    desk.fill("#desk-form [name=receivedOn]", late)
    desk.check("[name=urgency][value=normal]")
    if desk.locator("[name=readBack]").count() and desk.locator("[name=readBack]").is_visible():
        desk.check("[name=readBack]")
    desk.locator("button[name=step][value=save]:not([aria-hidden])").first.click()
    number = NUMBER.search(desk.inner_text("main")).group()
    # The sweep runs when a server starts, and every few minutes from then on.
    county.server.stop()
    county.server = Server(county.store)
    heard = f"SELECT escalated FROM cases WHERE number = '{number}'"
    end = time.monotonic() + 40
    while county.in_store(heard) == ["0"] and time.monotonic() < end:
        time.sleep(0.2)
    # Three days over a clock in hours: the hour and the first day have both passed, and one event tells the higher.
    assert county.in_store(heard) == ["2"]
    assert phase_of(county, number) == "registered"
    desk = open_page(county)
    as_staff(desk, county, "supervisor")
    assert "督办" in matter(desk, number).inner_text(".wb-trail")
    desk.goto("/desk/queue/overdue")
    assert number in desk.inner_text("main")


@pytest.mark.timeout(150)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_call_that_nobody_took(way, lines, open_page, axe):
    """It is called back in its order; the form knows what is known, and afterwards nothing of it stays."""
    county = lines(way["engine"])
    desk = open_page(county, lang=way["lang"], script=way["script"], width=way["width"])
    as_staff(desk, county, "receptionClerk", LINE)
    desk.goto("/desk/reception")
    assert desk.url.endswith("/desk/reception/calls"), "an office without a hall begins with its calls"
    form = desk.locator("form[action='/desk/reception/calls']")
    fill(form, phone="12", about="停水，说本地话")
    form.locator("[name=needs][value=dialect]").check()
    send(form)
    form = desk.locator("form[action='/desk/reception/calls']")
    assert form.locator("[name=about]").input_value() == "停水，说本地话" and form.locator(".field-error").count()
    assert form.locator("[name=needs][value=dialect]").is_checked()
    fill(form, phone="13800000121", name="李大爷")
    send(form)
    line = desk.locator("main li:has(a[href='tel:13800000121'])")
    assert line.count() == 1 and "李大爷" in line.inner_text()
    if way["script"]:
        assert axe(desk, "calls that nobody took") == []
    send(line.locator("form[action$='/try']"))
    line = desk.locator("main li:has(a[href='tel:13800000121'])")
    assert ("回拨过 1 次" if way["lang"] == "zh-Hans" else "1 try") in line.inner_text()
    line.locator("a[href^='/desk/new?call=']").click()
    assert "13800000121" not in desk.url
    taken = desk.locator("#desk-form")
    assert taken.locator("[name=phone]").input_value() == "13800000121"
    assert taken.locator("[name=channel][value=call]").is_checked()
    desk.check("[name=kind][value=hotline]")
    desk.fill("#desk-form [name=body]", "河西三巷停水两天了，想问什么时候来水。")
    desk.check("[name=urgency][value=normal]")
    desk.check("[name=readBack]")
    desk.locator("button[name=step][value=save]:not([aria-hidden])").first.click()
    number = NUMBER.search(desk.inner_text("main")).group()
    desk.goto("/desk/reception/calls")
    assert desk.locator("a[href='tel:13800000121']").count() == 0
    found = county.in_store(
        f"SELECT state || ' ' || matter_number FROM {schema(county)}missed_calls WHERE sealed IS NULL")
    assert found == [f"registered {number}"]
