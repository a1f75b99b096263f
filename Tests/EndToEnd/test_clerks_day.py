"""A clerk's day at the counter, an old resident on a phone, and a handler who never touches the mouse."""

import re

import pytest
from playwright.sync_api import expect

from county import (
    PLACE, UNIT, accept, choose, dispatch, follow, on_matter, open_details, pane, sign_in, sign_out, step, today,
    write_letter, write_opinion)
from files import png
from lawful import reply, schema
from visitor import CODE, NUMBER

MATTER = re.compile(r"/desk/matter/(\d{4}-\d+-\d)")
READY = "您好。{{place}}的路灯，我们[[哪天]]修好了。有事请打 {{hotline}}。"
PICTURE = {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": png(320, 240)}


def faults(page):
    """What a page complains of; that a form came back or the connection was cut is no fault of it."""
    return [line for line in page.complaints if "Failed to load resource" not in line]


def take_down(desk, channel, body, **fields):
    """The one page of a visit, a call or a letter; the number of what was written down."""
    desk.goto("/desk/new")
    desk.check(f"[name=channel][value={channel}]")
    for name, value in ({"name": "李某某", "phone": "13900000000", "place": PLACE} | fields).items():
        desk.fill(f"#desk-form [name={name}]", value)
    desk.fill("#desk-form [name=body]", body)
    desk.check("[name=urgency][value=normal]")
    if desk.locator("[name=readBack]").is_visible():
        desk.check("[name=readBack]")
    step(desk, "save")
    shown = desk.locator(".wb-number .big-code").all_inner_texts()
    assert len(shown) == 2, desk.inner_text("main")
    return shown


def keep_text(page, name, body, form="reply", category=None):
    """Keeps a text ready."""
    page.goto("/desk/texts/new")
    page.fill("#text-name", name)
    page.check(f"[name=form][value={form}]")
    page.fill("#text-body", body)
    if category:
        choose(page.locator("#text-category"), category)
    page.fill("#text-reason", "常写的话")
    page.locator("button[name=act][value=save]").click()
    page.locator("main .btn-primary").click()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_day_at_the_counter(engine, counties, open_page, axe):
    county = counties(engine)
    desk = open_page(county)
    sign_in(desk, county, "receptionClerk")

    # A visit is read back to the visitor before it counts.
    desk.goto("/desk/new")
    desk.check("[name=channel][value=visit]")
    desk.fill("#desk-form [name=body]", "楼下的井盖松了，车一过就响。")
    desk.check("[name=urgency][value=normal]")
    step(desk, "save")
    assert desk.locator("[name=readBack]").count() == 1 and desk.locator("#errors").count() == 1
    assert desk.input_value("#desk-form [name=body]") == "楼下的井盖松了，车一过就响。"
    visit, code = take_down(desk, "visit", "楼下的井盖松了，车一过就响。")
    assert code in desk.locator(".slip").first.inner_html(), "the slip carries the code"
    call, _ = take_down(desk, "call", "水压太低，四楼洗不了澡。")
    assert call != visit

    # A letter on paper: where it is put is written down, its cover sheet leads back to it.
    letter, _ = take_down(desk, "letter", "纸上写的：桥边的护栏断了一截。")
    matter = f"/desk/matter/{letter}"
    desk.goto(matter)
    open_details(desk, "#act-shelve")
    on_matter(desk, "shelve").locator("[name=mark]").fill("窗口待归档盒")
    on_matter(desk, "shelve").locator("button").click()
    assert "窗口待归档盒" in desk.inner_text(".wb-shelf")
    open_details(desk, "#act-shelve")
    on_matter(desk, "shelve").locator("[name=mark]").fill("东库 3 柜 2 层")
    on_matter(desk, "shelve").locator("button").click()
    assert desk.inner_text(".wb-shelf") == "东库 3 柜 2 层"
    assert axe(desk, "a matter with a shelf mark") == []
    desk.locator("a[href$='/cover']").click()
    assert letter in desk.inner_text(".a4-cover-number") and desk.locator(".a4-cover .qr svg").count() == 1
    assert "窗口待归档盒" in desk.inner_text("main") and not CODE.search(desk.inner_text("main"))
    assert axe(desk, "cover sheet") == []
    # A scanner types the number and presses Enter.
    desk.goto("/desk/search?q=" + "桥边")
    desk.fill("#find", letter)
    desk.press("#find", "Enter")
    desk.wait_for_url(re.compile(letter))
    for words, found in (("东库", True), ("待归档盒", False)):
        desk.goto("/desk/search?q=" + words)
        assert (letter in desk.inner_text("main")) == found, words
    assert faults(desk) == []


@pytest.mark.timeout(120)
def test_a_lost_slip(counties, open_page, axe):
    """The old code is dead at once, also where it is still open."""
    county = counties()
    desk, thief = open_page(county), open_page(county, width=390)
    sign_in(desk, county, "receptionClerk")
    number, code = take_down(desk, "visit", "回执弄丢了，想知道办到哪一步。")
    follow(thief, number, code)
    desk.goto(f"/desk/matter/{number}")
    form = on_matter(desk, "reissue")
    form.locator("xpath=ancestor::details[1]/summary").click()
    form.locator("[name=check][value=other]").check()
    form.locator("button").click()
    # Which other way has to be said; what was chosen is still there.
    form = on_matter(desk, "reissue")
    assert form.locator(".field-error").count() == 1 and form.locator("[value=other]").is_checked()
    form.locator("[name=check][value=document]").check()
    form.locator("[name=reason]").fill("本人来窗口")
    assert axe(desk, "new code") == []
    form.locator("button").click()
    fresh = desk.locator(".wb-number .big-code").last.inner_text()
    assert fresh != code and fresh in desk.locator(".slip").first.inner_html()
    thief.goto("/matter")
    assert number not in thief.inner_text("main") and "/matter" not in thief.url.split("?")[0][-7:]
    follow(thief, number, code, opens=False)
    assert thief.locator("[role=alert]").count() == 1
    owner = open_page(county, width=390)
    follow(owner, number, fresh)
    desk.goto(f"/desk/matter/{number}")
    assert "看过身份证件：本人来窗口" in desk.inner_text(".wb-trail")
    assert faults(desk) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_reply_with_a_ready_text(script, counties, open_page, axe):
    county = counties()
    resident, desk = open_page(county), open_page(county, script=script)
    number, code = write_letter(resident)
    sign_in(desk, county, "dispatcher")
    dispatch(desk, number)
    sign_out(desk)
    sign_in(desk, county, "handler", UNIT)
    accept(desk, number)

    # Wrong: told beside the field, nothing lost.
    name = f"路灯修好了 {number}"
    keep_text(desk, name, "您好。{{street}}的路灯修好了。")
    assert desk.locator("#text-body-error").count() == 1 and "{{street}}" in desk.input_value("#text-body")
    if script:
        assert axe(desk, "a ready text with an error") == []
    keep_text(desk, name, READY, category=("路灯", "Street lights"))
    assert name in desk.inner_text("main")
    if script:
        assert axe(desk, "ready texts") == []

    desk.goto(f"/desk/matter/{number}")
    pane(desk, "reply")
    form = on_matter(desk, "reply")
    form.locator("[name=body]").fill("先写的一句。")
    if script:
        form.locator("#canned-reply").fill(number)
        form.locator("[role=option]").first.click()
        expect(desk.locator("#reply-body")).to_have_value(re.compile(r"\[\["))
    else:
        form.locator("#canned-reply").select_option(label=name)
        form.locator("[data-canned-button]").click()
    form = on_matter(desk, "reply")
    typed = form.locator("[name=body]").input_value()
    assert typed.startswith("先写的一句。") and f"{PLACE}的路灯，我们[[哪天]]修好了。" in typed

    # A gap is never sent.
    form.locator("[name=outcome][value=solved]").check()
    write_opinion(form)
    form.locator("button[name=step][value=preview]:not([aria-hidden])").click()
    assert "哪天" in desk.inner_text("#reply-body-error")
    as_it_is = typed.replace("先写的一句。", "").strip().replace("[[哪天]]", "周三")
    on_matter(desk, "reply").locator("[name=body]").fill(as_it_is)
    on_matter(desk, "reply").locator("button[name=step][value=preview]:not([aria-hidden])").click()
    told = desk.locator(".wb-check-near", has_text=name)
    assert told.count() == 1, "whoever signs is told that nobody changed a word"
    if script:
        assert axe(desk, "preview with a ready text") == []
    step(desk, "sign")
    desk.goto(f"/desk/matter/{number}")
    assert desk.locator(".wb-used").count() == 1
    stored = county.in_store(
        f"SELECT e.body FROM {schema(county)}events e JOIN {schema(county)}cases c ON c.id = e.stream_id "
        f"WHERE c.number = '{number}' AND e.kind = 'replied'")[0]
    assert '"edited":false' in stored.replace("\\", "") and "路灯" not in stored
    follow(resident, number, code)
    shown = resident.inner_text("main")
    assert "周三修好了" in shown and "常用文字" not in shown and name not in resident.content()
    assert faults(desk) == []


@pytest.mark.timeout(150)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_old_resident_on_a_phone(script, counties, open_page, axe):
    county = counties()
    phone = open_page(county, width=390, large=True, script=script)
    body = "我七十八岁了，门口的路灯坏了三个星期，晚上不敢出门，请帮我看看。"
    phone.goto("/write")
    phone.fill("[name=body]", body)
    phone.fill("[name=place]", PLACE)
    if script:
        expect(phone.locator("[data-draft-saved]")).not_to_be_empty()
        assert axe(phone, "writing in large print") == []
    phone.set_input_files("#files", [PICTURE])

    # In the stairwell there is no signal.
    phone.context.set_offline(True)
    phone.locator("button[name=step][value=contact]:not([aria-hidden])").first.click(no_wait_after=True)
    expect(phone.locator("[name=body]")).to_have_count(0)
    phone.context.set_offline(False)
    if script:
        phone.goto("/write")
        assert phone.locator("[data-draft-found]").is_visible()
    else:
        # Without a script the browser itself still has the form: trying again sends it. The picture came empty.
        phone.reload()
        assert phone.locator("#errors").count() == 1
    assert phone.input_value("[name=body]") == body, "what was written is still there"
    phone.set_input_files("#files", [PICTURE])
    step(phone, "contact")
    phone.fill("input[name=name]", "赵某某")
    phone.fill("input[name=phone]", "13800000000")
    step(phone, "review")
    assert PICTURE["name"] in phone.inner_text("main")
    step(phone, "send")
    shown = phone.inner_text("main")
    number, code = NUMBER.search(shown).group(), CODE.search(shown).group()

    desk = open_page(county)
    sign_in(desk, county, "dispatcher")
    dispatch(desk, number)
    sign_out(desk)
    sign_in(desk, county, "handler", UNIT)
    accept(desk, number)
    assert desk.goto(f"/desk/matter/{number}").ok and desk.locator("#files-list .file").count() == 1
    reply(desk, number, "solved", "赵老师傅，灯昨天换好了，您晚上出门看看。", execution="done")

    # Typed as people type: with blanks and small letters.
    follow(phone, f" {number} ", code.lower().replace("-", " "), opens=False)
    assert "灯昨天换好了" in phone.inner_text("main")
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if script:
        assert axe(phone, "the answered matter in large print") == []
    judge = phone.locator("form[action='/matter/judge']")
    assert judge.locator("[name=outcome]:checked").count() == 0, "nothing is chosen beforehand"
    judge.locator("[name=outcome][value=solved]").check()
    judge.locator("button[type=submit]").click()
    assert phone.locator("#judged").count() == 1
    assert faults(phone) == []


@pytest.mark.timeout(150)
def test_a_handler_without_a_mouse(counties, open_page):
    county = counties()
    resident = open_page(county)
    number, _ = write_letter(resident)
    desk = open_page(county)
    sign_in(desk, county, "dispatcher")
    dispatch(desk, number)
    sign_out(desk)
    sign_in(desk, county, "handler", UNIT)
    accept(desk, number)
    keep_text(desk, f"键盘 {number}", READY)
    sign_out(desk)

    page = open_page(county)
    keys = page.keyboard

    def focused(where):
        """What has the focus, which must be visible: on the screen, and drawn as focused."""
        seen = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
            return { id: e.id, tag: e.tagName, name: e.name ?? "", value: e.value ?? "", text: (e.textContent ?? "").trim().slice(0, 40),
              ring: parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== "none" || s.boxShadow !== "none",
              on: b.width > 0 && b.bottom > 0 && b.top < innerHeight }; }""")
        assert seen["ring"] and seen["on"], f"{where}: the focus cannot be seen: {seen}"
        return seen

    def tab_to(wanted, where, most=60, key="Tab"):
        for _ in range(most):
            keys.press(key)
            if page.evaluate("selector => document.activeElement?.matches(selector)", wanted):
                return focused(where)
        raise AssertionError(f"{where}: {wanted} is not reached with {key}")

    name, password = county.login("handler", UNIT)
    page.goto("/staff/sign-in")
    if not page.evaluate("document.activeElement.matches('[name=name]')"):
        tab_to("[name=name]", "sign-in")
    keys.type(name)
    tab_to("[name=password]", "password")
    keys.type(password)
    keys.press("Enter")
    page.wait_for_url(re.compile("/desk"))

    # The queue: down, up, open. The own letter is found by its number, as one reads it from a slip.
    page.wait_for_selector("[data-row]")
    keys.press("j")
    focused("the first line")
    keys.press("j")
    keys.press("k")
    focused("the line before")
    keys.press("o")
    page.wait_for_url(MATTER)
    keys.press("/")
    focused("search")
    keys.type(number)
    # It may be the one that is open already.
    with page.expect_navigation(url=re.compile(f"/matter/{number}")):
        keys.press("Enter")

    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    sheet = page.locator("#keys kbd").all_inner_texts()
    for key in ("j", "k", "o", "r", "n", "t", "a", "m", "/", "?", "Ctrl", "Enter", "Esc"):
        assert key in sheet, f"{key} is not on the sheet"
    focused("the sheet")
    keys.press("Escape")

    keys.press("n")
    assert focused("note")["id"] == "note-body"
    keys.type("电话约好了，周三去。")
    with page.expect_navigation():
        keys.press("Control+Enter")
    assert "电话约好了，周三去。" in page.inner_text(".wb-trail")

    keys.press("r")
    assert focused("reply")["id"] == "reply-body"
    keys.press("Escape")
    focused("after Esc")
    keys.press("t")
    assert focused("ready texts")["id"] == "canned-reply"
    keys.type(f"键盘 {number}")
    keys.press("Enter")
    expect(page.locator("#reply-body")).to_have_value(re.compile("路灯"))
    assert focused("the letter")["id"] == "reply-body"
    # The first gap is marked: what is typed takes its place.
    keys.type("昨天")
    assert "我们昨天修好了" in page.input_value("#reply-body")
    tab_to("#write-reply [name=outcome]", "outcome", key="Shift+Tab")
    keys.press("Space")
    assert page.locator("#write-reply [name=outcome]:checked").count() == 1
    # Backwards one comes to the last of them; what was refused has nothing to carry out.
    for _ in range(6):
        if page.locator("#write-reply [name=outcome]:checked").get_attribute("value") not in ("explained", "notSupported"):
            break
        keys.press("ArrowRight")
    if page.locator("#reply-request").count():
        tab_to("#reply-facts", "facts", key="Shift+Tab")
        keys.type("到现场看过，电缆进水。")
        tab_to("#write-reply [name=execution]", "execution")
        keys.press("Space")
        for _ in range(4):
            if page.locator("#write-reply [name=execution][value=done]").is_checked():
                break
            keys.press("ArrowRight")
        assert page.locator("#write-reply [name=execution][value=done]").is_checked()
        tab_to("#reply-executedOn", "the day")
        # The browser's own language says in which order the parts stand.
        for parts in ("%m%d%Y", "%d%m%Y", "%Y>%m%d"):
            for digits in today().strftime(parts).split(">"):
                keys.type(digits)
                keys.press("ArrowRight") if len(digits) == 4 else None
            if page.input_value("#reply-executedOn") == str(today()):
                break
            for _ in range(3):
                keys.press("ArrowLeft")
        assert page.input_value("#reply-executedOn") == str(today())
        tab_to("#reply-executionText", "the proof")
        keys.type("照片归档，可以来看。")
    tab_to("#write-reply button[name=step][value=preview]:not([aria-hidden])", "preview")
    with page.expect_navigation():
        keys.press("Enter")
    assert "我们昨天修好了" in page.inner_text(".wb-preview")
    tab_to("button[name=step][value=sign]", "sign")
    with page.expect_navigation():
        keys.press("Enter")
    assert page.locator(".wb-reply").count() == 1
    before = page.url
    if page.locator("a[rel=next]").count():
        keys.press("j")
        page.wait_for_url(lambda url: url != before)
    assert faults(page) == []
