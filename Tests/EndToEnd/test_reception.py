"""Reception in a real browser: entrance, two desks, taken down and read back, receipt; booking on a phone; a leader's day; the display."""

import datetime
import re

import pytest

from county import choose, follow, open_details, sign_in, sign_out, step
from visitor import CODE, NUMBER

WAYS = {
    "sqlite-desktop": dict(engine="sqlite", width=1280, script=True),
    "postgres-phone-no-script": dict(engine="postgres", width=390, script=False),
}
LOOKS = {
    "zh-dark-phone": dict(lang="zh-Hans", theme="dark", width=390),
    "en-light": dict(lang="en", theme="light", width=1280),
}
TICKET = re.compile(r"[AB]\d{3}")
WORDS = "钟楼街 12 号门口的路灯坏了三个星期，晚上老人出门看不见路。"
NAME = "郑某某"


def act(page, name):
    """The form of an act, opened where it is folded away."""
    box = page.locator(f"[id='act-{name}']")
    if box.evaluate("element => element.tagName") == "DETAILS":
        open_details(page, f"[id='act-{name}']")
    return box.locator("form")


def send(form):
    form.locator("p.actions button").last.click()


def hall_of(page):
    """The address of the demo county's hall, wherever the person begins."""
    page.goto("/desk/reception")
    assert "/desk/reception/place/" in page.url, page.inner_text("main")
    return "/" + page.url.split("/", 3)[3].split("?")[0]


def give_number(page, hall, desk="1", **typed):
    page.goto(hall)
    if typed:
        open_details(page, ".rc-more")
        for name, value in typed.items():
            page.fill(f".rc-entrance [name={name}]", value)
    page.locator(f".rc-press button[value='{desk}']").click()
    # The slip is the answer; the visit is one link away.
    ticket = TICKET.search(page.inner_text("main")).group()
    visit = page.locator(".rc-slip-more a[href^='/desk/reception/visit/']").get_attribute("href")
    line = page.locator(".rc-slip-more a[href^='/line/']").get_attribute("href")
    return ticket, visit, line


@pytest.mark.timeout(150)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_from_the_entrance_to_the_receipt(way, counties, open_page):
    county = counties(way["engine"])
    page = open_page(county, width=way["width"], script=way["script"])
    visitor = open_page(county, width=390)
    sign_in(page, county, "receptionClerk")
    hall = hall_of(page)

    # Bad input: nothing typed is lost.
    page.goto(hall)
    open_details(page, ".rc-more")
    page.fill(".rc-entrance [name=people]", "很多")
    page.fill(".rc-entrance [name=name]", NAME)
    page.locator(".rc-press button").first.click()
    assert page.locator("#people-error").count() == 1
    assert page.input_value(".rc-entrance [name=name]") == NAME

    ticket, visit, line = give_number(page, hall, about="路灯不亮", name=NAME)
    visitor.goto(line)
    shown = visitor.inner_text("body")
    assert ticket in shown and NAME not in shown and "路灯" not in shown
    assert visitor.goto(line[:-1] + ("0" if line[-1] != "0" else "1")).status == 404

    # Called at desk 1; the display shows number and desk, nothing personal.
    page.goto(visit)
    send(act(page, "visit.call"))
    visitor.goto(f"/hall/{hall.rsplit('/', 1)[1]}")
    display = visitor.inner_text("body")
    assert ticket in display and NAME not in display and "路灯" not in display
    assert visitor.locator("meta[http-equiv=refresh]").get_attribute("content").startswith("10;")
    assert visitor.locator("script").count() == 0
    send(act(page, "visit.begin"))

    # On to the second desk with a word, and received there; the first desk stays the owner.
    form = act(page, "visit.pass")
    form.locator("[name=desks]").first.check()
    form.locator("[name=word]").fill("灯杆在 12 号门口")
    send(form)
    send(act(page, "visit.call"))
    send(act(page, "visit.begin"))
    way_through = page.inner_text(".rc-way")
    assert "灯杆在 12 号门口" in way_through

    # Without a matter it cannot be "taken down"; an empty answer is told.
    form = act(page, "visit.end")
    assert form.locator("[value=taken]").count() == 0
    form.locator("[value=answered]").check()
    send(form)
    assert page.locator(".field-error").count() >= 1

    # Taken down: what is known is there; read back; corrected; confirmed; receipt.
    page.locator("a[href^='/desk/new?visit=']").click()
    assert page.input_value("#name") == NAME and page.input_value("#body") == "路灯不亮"
    page.fill("#body", WORDS)
    page.fill("#place", "钟楼街 12 号")
    page.locator("button[name=step][value=readback]").click()
    assert WORDS in page.inner_text(".rc-readback")
    page.locator("form[action='/desk/new'] .btn-primary").click()
    assert page.locator("#confirmation-error").count() == 1, "registered without the visitor's yes"
    page.locator("button[name=step][value=edit]").click()
    assert page.input_value("#body") == WORDS and page.input_value("#place") == "钟楼街 12 号"
    page.fill("#body", WORDS + "请尽快修好。")
    page.locator("button[name=step][value=readback]").click()
    page.check("[name=confirmation][value=said]")
    page.locator("form[action='/desk/new'] .btn-primary").click()
    shown = page.inner_text("main")
    number, code = NUMBER.search(shown).group(), CODE.search(shown).group()

    # The visit knows its matter and how it was confirmed; the matter knows who received.
    page.goto(visit)
    assert number in page.inner_text("main") and "念给本人听" in page.inner_text("main")
    form = act(page, "visit.end")
    form.locator("[value=taken]").check()
    send(form)
    assert "/desk/reception/place/" in page.url
    page.goto(f"/desk/matter/{number}")
    assert ticket in page.inner_text("section[aria-labelledby=panel-receptions]")
    follow(visitor, number, code)
    visitor.goto(line)
    assert "结束" in visitor.inner_text("main")
    assert not [line for line in page.complaints if "422" not in line], page.complaints
    done = county.store.run("verify")
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(120)
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_booking_and_moving_on_a_phone(engine, counties, open_page):
    county = counties(engine)
    page = open_page(county, width=390, script=engine == "sqlite")
    page.goto("/")
    page.locator("a[href='/visit']").first.click()
    page.fill("#about", " ")
    page.locator("#when option:not([value=''])").first.wait_for(state="attached")
    times = page.eval_on_selector_all("#when option", "all => all.map(o => o.value).filter(v => v)")
    page.select_option("#when", times[0])
    page.fill("#phone", "12")
    page.locator("form[action='/visit'] button[type=submit]").click()
    assert page.locator("#about-error").count() == 1 and page.locator("#phone-error").count() == 1
    assert page.input_value("#when") == times[0], "the chosen time was lost"
    page.fill("#about", "宅基地边界")
    page.fill("#phone", "13800000000")
    page.locator("form[action='/visit'] button[type=submit]").click()
    shown = page.inner_text("main")
    number = re.search(r"Y\d{4}-\d{4}-\d", shown).group()
    code = CODE.search(shown).group()

    # A wrong code and a wrong number get the same answer.
    answers = []
    for wrong in ((number, "0000-0000"), ("Y2601-0001-0", code)):
        page.goto("/visit/mine")
        page.fill("#number", wrong[0])
        page.fill("#code", wrong[1])
        page.locator("form[action='/visit/mine'] button").click()
        answers.append(page.inner_text(".message-error"))
        assert page.locator("form[action='/visit/move']").count() == 0
    assert answers[0] == answers[1]

    if engine == "sqlite":
        # As from a slip: the page is opened anew.
        page.goto("/")
        page.goto(f"/visit/mine#{number}.{code.replace('-', '')}")
        assert page.input_value("#number") == number
    else:
        page.fill("#number", number)
        page.fill("#code", code)
    page.locator("form[action='/visit/mine'] button").click()
    page.select_option("#when", times[-1])
    page.locator("form[action='/visit/move'] button").click()
    day, minute = times[-1].split("/")
    moved = f"{int(minute) // 60}:{int(minute) % 60:02d}"
    assert moved in page.inner_text("section[aria-labelledby=own-title] h2")
    page.locator("form[action='/visit/cancel'] button").click()
    assert page.locator("form[action='/visit/move']").count() == 0
    assert county.in_store(f"SELECT COUNT(*) FROM appointments WHERE number = '{number}' AND sealed IS NULL") == ["1"]


@pytest.mark.timeout(120)
def test_a_leaders_day_with_its_result(counties, open_page):
    county = counties("sqlite")
    page = open_page(county)
    sign_in(page, county, "dispatcher")
    page.goto("/desk/reception/days/new")
    form = act(page, "day.plan")
    choose(form.locator("[name=leader]"), ["陆望舒"])
    form.locator("[name=office]").fill("主任")
    form.locator("[name=day]").fill(datetime.date.today().isoformat())
    form.locator("[name=hours]").fill("0:00-23:59")
    form.locator("[name=room]").select_option(index=1)
    form.locator("[name=seats]").fill("999")
    send(form)
    assert page.locator(".field-error").count() >= 1, "999 seats were taken"
    form = act(page, "day.plan")
    assert form.locator("[name=office]").input_value() == "主任"
    form.locator("[name=seats]").fill("3")
    form.locator("[name=topics]").fill("路灯、供水")
    send(form)
    day = "/" + page.url.split("/", 3)[3].split("?")[0]

    # Anybody sees it and books it.
    visitor = open_page(county, width=390)
    visitor.goto("/reception-days")
    assert "路灯、供水" in visitor.inner_text("main")
    calendar = visitor.request.get("/reception-days.ics")
    assert calendar.headers["content-type"].startswith("text/calendar") and "BEGIN:VEVENT" in calendar.text()
    visitor.locator(f"a[href='/visit?for={day.rsplit('/', 1)[1]}']").click()
    visitor.fill("#about", "楼道灯一直不亮")
    visitor.locator("form[action='/visit'] button[type=submit]").click()
    assert CODE.search(visitor.inner_text("main"))

    # On the day: who booked has come; a matter of the county with its result; the print for the leader.
    page.goto(day)
    assert "楼道灯一直不亮" in page.inner_text("main")
    page.locator("form[action$='/arrive'] button").click()
    assert TICKET.search(page.inner_text("main")).group().startswith("B")
    number = county.in_store(
        "SELECT number FROM cases WHERE restricted = 0 AND phase = 'inHand' ORDER BY id DESC LIMIT 1")[0]
    page.goto(day)
    form = act(page, "day.receive")
    form.locator("[name=number]").fill("2601-0001-0")
    form.locator("[value=handedOver]").check()
    form.locator("[name=words]").fill("十天内给答复。")
    send(form)
    assert "十天内给答复。" == act(page, "day.receive").locator("[name=words]").input_value()
    form = act(page, "day.receive")
    form.locator("[name=number]").fill(number)
    choose(form.locator("[name=unit]"), ["县城市管理局", "City Management"])
    form.locator("[name=due]").fill((datetime.date.today() + datetime.timedelta(days=10)).isoformat())
    send(form)
    assert "十天内给答复。" in page.inner_text(".sv-agenda")
    page.goto(f"{day}/list")
    assert number in page.inner_text("main")
    page.goto("/desk/reception/days")
    assert number in page.inner_text("section[aria-labelledby=open-title]")
    page.goto(f"/desk/matter/{number}")
    assert "十天内给答复。" in page.inner_text("section[aria-labelledby=panel-receptions]")

    # What came of it closes the open line.
    page.goto(day)
    page.locator(".sv-agenda .sv-more summary").first.click()
    form = page.locator(".sv-agenda .sv-more form").first
    form.locator("[name=words]").fill("灯修好了。")
    send(form)
    page.goto("/desk/reception/days")
    open_now = page.locator("section[aria-labelledby=open-title]").inner_text()
    assert number not in open_now
    sign_out(page)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_axe(look, counties, open_page, axe):
    county = counties("sqlite")
    page = open_page(county, **look)
    found = []
    for path in ("/visit", "/visit/mine", "/reception-days"):
        page.goto(path)
        found += axe(page, path)
    sign_in(page, county, "receptionClerk")
    hall = hall_of(page)
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    found += axe(page, "hall")
    _, visit, line = give_number(page, hall)
    found += axe(page, "slip")
    page.goto(visit)
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    found += axe(page, "visit")
    page.goto(line)
    found += axe(page, "line")
    # The display that renews itself is for the wall; the one to be read stands still.
    page.goto(f"/hall/{hall.rsplit('/', 1)[1]}?still=1")
    found += axe(page, "display")
    page.goto(f"/desk/new?visit={visit.rsplit('/', 1)[1]}")
    page.fill("#body", WORDS)
    page.locator("button[name=step][value=readback]").click()
    found += axe(page, "read-back")
    page.goto("/desk/reception/days")
    found += axe(page, "days")
    page.locator(".wb-results a").last.click()
    found += axe(page, "day")
    sign_out(page)
    sign_in(page, county, "administrator")
    page.goto("/desk/reception/places")
    found += axe(page, "places")
    page.locator(".wb-results h2 a").first.click()
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    found += axe(page, "setup")
    page.goto("/desk/reception/places/new")
    found += axe(page, "new place")
    assert not found, "\n".join(found)
