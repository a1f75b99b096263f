"""The whole loop in a real browser: a letter is written, sent on, accepted, answered, delivered, judged, closed, re-opened."""

import pytest

from county import UNIT, accept, dispatch, follow, on_matter, open_details, pane, sign_in, sign_out, step, write_letter, write_opinion

WAYS = {
    "zh-sqlite": dict(engine="sqlite", lang="zh-Hans", width=1280, script=True, reads_online=False),
    "en-postgres-phone": dict(engine="postgres", lang="en", width=390, script=True, reads_online=True),
    "zh-postgres-no-script": dict(engine="postgres", lang="zh-Hans", width=1280, script=False, reads_online=False),
    "en-sqlite-no-script-phone": dict(engine="sqlite", lang="en", width=390, script=False, reads_online=True),
}
ANSWER = "您反映的路灯不亮，是地下电缆进水。昨天已经换好，当晚亮灯，我们又查了整条街，另有两盏一并修好。"
NOTE = "同一段电缆去年也进过水，要报维修科换管。"


@pytest.mark.timeout(180)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_letter_gets_its_answer(way, counties, open_page, axe):
    county = counties(way["engine"])
    options = dict(lang=way["lang"], width=way["width"], script=way["script"])
    resident = open_page(county, **options)
    desk = open_page(county, **options)

    number, code = write_letter(resident)
    matter = f"/desk/matter/{number}"

    # The dispatcher says what it is about, so that the catalogue can name the responsible unit, and follows it.
    sign_in(desk, county, "dispatcher")
    dispatch(desk, number)
    sign_out(desk)

    # The handler accepts, talks to the resident, notes, replies.
    sign_in(desk, county, "handler", UNIT)
    accept(desk, number)
    desk.goto(matter)
    open_details(desk, "#act-first-contact")
    contact = on_matter(desk, "first-contact")
    contact.locator("[name=how]").select_option("phone")
    contact.locator("[name=result]").fill("打过电话，约好周三上午去看。")
    contact.locator("button").last.click()
    desk.goto(matter)
    pane(desk, "note")
    note = on_matter(desk, "note")
    note.locator("[name=body]").fill(NOTE)
    note.locator("button[data-send]").click()
    desk.goto(matter)
    assert NOTE in desk.inner_text("main")

    pane(desk, "reply")
    reply = on_matter(desk, "reply")
    reply.locator("[name=outcome][value=solved]").check()
    write_opinion(reply)
    reply.locator("[name=body]").fill(ANSWER)
    reply.locator("[name=basis]").fill("《城市道路管理条例》")
    reply.locator("[name=remedies]").fill("不同意的，可以在 30 日内申请复查。")
    reply.locator("button[name=step][value=preview]:not([aria-hidden])").click()
    assert ANSWER in desk.inner_text("main"), "the preview shows the letter"
    step(desk, "edit")
    pane(desk, "reply")
    assert on_matter(desk, "reply").locator("[name=body]").input_value() == ANSWER, "going back keeps the text"
    # Not signed yet: the resident sees neither reply nor note, and cannot judge.
    follow(resident, number, code)
    assert NOTE not in resident.content() and ANSWER not in resident.content()
    assert resident.locator("form[action='/matter/judge']").count() == 0

    on_matter(desk, "reply").locator("button[name=step][value=preview]:not([aria-hidden])").click()
    step(desk, "sign")
    desk.goto(matter)
    assert on_matter(desk, "deliver").count() == 1
    if not way["reads_online"]:
        deliver = on_matter(desk, "deliver")
        deliver.locator("[name=how]").select_option("phone")
        deliver.locator("button").click()
        desk.goto(matter)
        assert on_matter(desk, "deliver").count() == 0

    follow(resident, number, code)
    assert ANSWER in resident.inner_text("main")
    assert NOTE not in resident.content()
    if way["script"]:
        assert axe(resident, "the answered matter") == []
    resident.locator("form[action='/matter/judge'] [name=outcome][value=partly]").check()
    resident.locator("form[action='/matter/judge'] [name=attitude][value=good]").check()
    resident.fill("form[action='/matter/judge'] [name=words]", "灯亮了，摔伤的药费还没有说。")
    resident.locator("form[action='/matter/judge'] button[type=submit]").click()
    assert resident.locator("#judged").count() == 1

    # Opening the reply online is a delivery too. The judgement is hidden from the handler.
    desk.goto(matter)
    assert on_matter(desk, "deliver").count() == 0
    assert "药费还没有说" not in desk.content()
    sign_out(desk)

    # A named human closes, and the resident can ask again.
    sign_in(desk, county, "supervisor")
    desk.goto(matter)
    assert "药费还没有说" in desk.content()
    on_matter(desk, "close").locator("[name=reason]").fill("已经解决，药费另行答复。")
    on_matter(desk, "close").locator("button").click()
    desk.goto(matter)
    assert on_matter(desk, "close").count() == 0

    follow(resident, number, code)
    open_details(resident, "#ask-again > details")
    resident.fill("[name=reasons]", "药费的事一个字也没有说。")
    resident.locator("form[action='/matter/reopen'] button[type=submit]").click()
    desk.goto(matter)
    assert "药费的事一个字也没有说" in desk.inner_text("main")

    assert resident.complaints == [] and desk.complaints == []


@pytest.mark.timeout(60)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_resident_adds_words_and_withdraws(script, counties, open_page):
    page = open_page(counties(), script=script, width=390)
    number, code = write_letter(page, anonymous=True)
    follow(page, number, code)
    open_details(page, "#add-words > details")
    page.fill("form[action='/matter/words'] [name=words]", "昨天夜里又停水了。")
    page.locator("form[action='/matter/words'] button[type=submit]").click()
    assert "昨天夜里又停水了" in page.inner_text("main")
    open_details(page, "#withdraw > details")
    page.check("form[action='/matter/withdraw'] [name=confirm]")
    page.locator("form[action='/matter/withdraw'] button[type=submit]").click()
    follow(page, number, code)
    assert page.locator("form[action='/matter/withdraw']").count() == 0
    assert page.locator("form[action='/matter/judge']").count() == 0


@pytest.mark.timeout(60)
def test_a_clerk_takes_down_a_visit(counties, open_page, axe):
    county = counties()
    desk = open_page(county)
    sign_in(desk, county, "receptionClerk")
    desk.goto("/desk/new")
    desk.check("[name=channel][value=visit]")
    desk.fill("#desk-form [name=name]", "李某某")
    desk.fill("#desk-form [name=phone]", "13900000000")
    desk.fill("#desk-form [name=body]", "路灯坏了三个星期，晚上老人不敢出门。")
    desk.fill("#desk-form [name=place]", "东关街 12 号门口")
    desk.check("[name=urgency][value=normal]")
    desk.check("[name=readBack]")
    step(desk, "save")
    assert desk.locator(".wb-number .big-code").count() == 2, desk.inner_text("main")
    assert axe(desk, "registered") == []
    number = desk.locator(".wb-number .big-code").first.inner_text()
    desk.goto(f"/desk/search?q={number}")
    assert number in desk.inner_text("main"), "a number in the search box leads to its matter"
    desk.goto("/desk/search?q=路灯")
    assert number in desk.inner_text("main")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("width", [390, 320])
def test_nothing_scrolls_sideways(width, counties, open_page):
    county = counties()
    page = open_page(county, width=width)
    number, code = write_letter(page)
    sideways = []

    def check(path=None):
        if path:
            page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            sideways.append(page.url)

    for path in ("/", "/write", "/follow", "/how", "/who-sees", "/accessibility", "/misconduct", "/settings"):
        check(path)
    follow(page, number, code)
    check()
    sign_in(page, county, "handler")
    for path in ("/desk", "/desk/search?q=水", "/desk/people"):
        check(path)
    assert sideways == []
