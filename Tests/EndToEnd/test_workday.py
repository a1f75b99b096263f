"""A day at the desk: a clerk, a dispatcher with a long list, the keyboard alone, and two people on one matter."""

import re

import pytest
from playwright.sync_api import expect

from county import PLACE, UNIT, County, accept, dispatch, on_matter, open_details, pane, sign_in, write_letter

from harness import Server
from lawful import fill, in_hand, matter, opened, schema, send

# "14:03 存好了", "1:09 存好了": not the sentence of a draft that was there before.
KEPT = re.compile(r"\d{1,2}:\d\d 存好了")
MATTER = re.compile(r"/desk/matter/(\d{4}-\d+-\d)")


@pytest.fixture(scope="module")
def busy(stores, cluster):
    """A county with long lists: more than two hundred open matters."""
    made = stores._at("sqlite", "busy")
    (made.folder / "logins.txt").write_text(made.run("demo", "--matters", "700", "--seed", "9", timeout=300).stdout)
    county = County(made, Server(made), cluster)
    yield county
    county.server.stop()


def number_of(page):
    return MATTER.search(page.url).group(1)


def rows(page):
    return page.locator("[data-row]")


@pytest.mark.timeout(120)
def test_a_list_is_narrowed_ordered_kept_and_walked(busy, open_page, axe):
    county = busy
    page = open_page(county)
    sign_in(page, county, "dispatcher")
    page.goto("/desk/queue/all")
    assert rows(page).count() == 25
    open_details(page, ".wb-narrow")
    page.select_option("#filter-sort", "changed")
    page.select_option("#filter-clock", "plenty")
    page.locator(".wb-filters button").click()
    assert "sort=changed" in page.url and "clock=plenty" in page.url
    assert page.locator(".clock-over, .clock-today, .clock-near").count() == 0
    assert axe(page, "a narrowed list") == []

    page.fill("#filter-name", "不急的")
    page.locator(".wb-save form").first.locator("button").click()
    assert "不急的" in page.inner_text(".wb-queues")
    page.locator(".wb-queues a", has_text="不急的").click()
    assert page.inner_text("h1") == "不急的"

    # Third line, next, next, back: the list shows the same place.
    numbers = page.locator(".c-number .tnum").all_inner_texts()
    rows(page).nth(2).locator(".c-title a").click()
    assert number_of(page) == numbers[2]
    page.locator("a[rel=next]").click()
    page.locator("a[rel=next]").click()
    assert number_of(page) == numbers[4]
    page.locator("a[rel=prev]").click()
    assert number_of(page) == numbers[3]
    pane(page, "note")
    on_matter(page, "note").locator("[name=body]").fill("问过了，等回话。")
    on_matter(page, "note").locator("button[data-send]").click()
    assert number_of(page) == numbers[3], "an act comes back to its matter"
    page.locator("[data-queue]").click()
    assert "sort=changed" in page.url and "clock=plenty" in page.url
    page.goto("/desk/queue/all?clock=plenty&sort=changed")
    page.locator(".wb-save form").last.locator("button").click()
    assert "不急的" not in page.inner_text(".wb-queues")
    assert page.complaints == []


@pytest.mark.timeout(120)
def test_a_dispatcher_works_through_a_long_list(busy, open_page):
    county = busy
    page = open_page(county, script=False)
    sign_in(page, county, "dispatcher")
    page.goto("/desk/queue/all?sort=registered")
    seen = page.locator(".c-number .tnum").all_inner_texts()
    while page.locator(".wb-paging a[rel=next]").count() and len(seen) < 225:
        page.locator(".wb-paging a[rel=next]").click()
        seen += page.locator(".c-number .tnum").all_inner_texts()
    assert len(seen) == len(set(seen)) >= 200
    # The last line of one page and the first of the next are neighbours on the pages of matters too.
    page.goto("/desk/queue/all?sort=registered")
    rows(page).nth(24).locator(".c-title a").click()
    page.locator("a[rel=next]").click()
    assert number_of(page) == seen[25]
    page.locator("[data-queue]").click()
    assert page.locator("#here .c-number .tnum").inner_text() == seen[25]
    assert page.locator(".c-number .tnum").first.inner_text() == seen[25]
    page.go_back()
    page.locator("a[rel=prev]").click()
    assert number_of(page) == seen[24]


@pytest.mark.timeout(120)
def test_the_keyboard_alone(busy, open_page):
    county = busy
    page = open_page(county)
    sign_in(page, county, "dispatcher")
    page.goto("/desk/queue/all")
    numbers = page.locator(".c-number .tnum").all_inner_texts()
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("o")
    page.wait_for_url(MATTER)
    assert number_of(page) == numbers[1]
    page.keyboard.press("n")
    page.keyboard.type("jk?/o")
    assert page.locator("#note-body").input_value() == "jk?/o", "keys rest while somebody types"
    page.locator("#note-body").fill("")
    page.keyboard.press("Escape")
    page.locator("#note-body").blur()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_url(re.compile(numbers[2]))
    page.keyboard.press("/")
    page.keyboard.type(numbers[0])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(numbers[0]))
    # Whoever does not want them switches them off, in this browser.
    page.keyboard.press("?")
    page.locator("[data-keys-off]").check()
    page.keyboard.press("Escape")
    before = page.url
    page.keyboard.press("n")
    page.keyboard.press("?")
    assert page.url == before and not page.locator("#keys").is_visible()
    assert page.complaints == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_two_browsers_on_one_matter(engine, counties, open_page, axe):
    county = counties(engine)
    resident = open_page(county)
    number, _ = write_letter(resident)
    matter = f"/desk/matter/{number}"
    clerk = open_page(county)
    sign_in(clerk, county, "dispatcher")
    dispatch(clerk, number)

    desk = open_page(county)
    sign_in(desk, county, "handler", UNIT)
    accept(desk, number)
    desk.goto(matter)
    desk.goto("/desk")
    desk.goto(matter)
    kept = desk.locator("[data-draft-status]").all_inner_texts()
    assert kept and not any(kept), "a page that is only looked at leaves no draft behind"
    name = desk.locator(".wb-me a").inner_text()
    desk.wait_for_timeout(800)
    clerk.goto(matter)
    assert name in clerk.inner_text("[data-here]"), "who else is here is said in words"

    # What is typed is kept within seconds and comes back on another computer, also where an answer got lost on the way.
    lost = []

    def lose_first(route):
        answer = route.fetch()
        lost.append(answer.status)
        route.fulfill(response=answer) if len(lost) > 1 else route.abort()

    desk.route("**/draft?form=reply", lose_first)
    pane(desk, "reply")
    desk.locator("#reply-body").fill("电缆已经查过，")
    desk.locator("#reply-body").press_sequentially("周三换。")
    expect(desk.locator("#write-reply [data-draft-status]")).to_have_text(KEPT, timeout=10_000)
    other = open_page(county)
    sign_in(other, county, "handler", UNIT)
    other.goto(matter)
    assert other.locator("#reply-body").input_value() == "电缆已经查过，周三换。"
    assert axe(other, "a matter with a draft") == []

    # The older page never writes over the newer one.
    pane(other, "reply")
    other.locator("#reply-body").fill("电缆已经查过，周四换。")
    expect(other.locator("#write-reply [data-draft-status]")).to_have_text(KEPT, timeout=10_000)
    desk.locator("#reply-body").fill("旧的一份")
    desk.locator("#write-reply [data-draft-trouble]").wait_for(state="visible", timeout=8000)
    fresh = open_page(county)
    sign_in(fresh, county, "handler", UNIT)
    fresh.goto(matter)
    assert fresh.locator("#reply-body").input_value() == "电缆已经查过，周四换。"

    # Thrown away here, it is gone everywhere.
    pane(fresh, "reply")
    fresh.locator("#write-reply button[value=discard]").click()
    fresh.goto(matter)
    assert fresh.locator("#reply-body").input_value() == ""
    assert clerk.complaints == [] and other.complaints == []
    assert len(lost) > 1 and set(lost) == {200}


@pytest.mark.timeout(120)
def test_a_draft_without_a_script(counties, open_page):
    county = counties()
    resident = open_page(county)
    number, _ = write_letter(resident)
    page = open_page(county, script=False, width=390)
    sign_in(page, county, "dispatcher")
    page.goto(f"/desk/matter/{number}")
    on_matter(page, "note").locator("[name=body]").fill("先记半句")
    page.locator("#write-note [data-keep]").click()
    page.goto(f"/desk/matter/{number}")
    assert on_matter(page, "note").locator("[name=body]").input_value() == "先记半句"
    on_matter(page, "note").locator("[name=body]").fill("写完了这一句")
    on_matter(page, "note").locator("button[data-send]").click()
    page.goto(f"/desk/matter/{number}")
    assert on_matter(page, "note").locator("[name=body]").input_value() == ""
    assert "写完了这一句" in page.inner_text("main") and PLACE


@pytest.mark.timeout(60)
def test_three_panes_and_one(busy, open_page, axe):
    county = busy
    wide = open_page(county, width=1920)
    sign_in(wide, county, "dispatcher")
    wide.goto("/desk/queue/all")
    rows(wide).nth(1).locator(".c-title a").click()
    wide.locator(".wb-listpane li").first.wait_for(state="visible")
    assert wide.locator(".wb-listpane [aria-current]").count() == 1
    assert axe(wide, "three panes") == []
    phone = open_page(county, width=390)
    sign_in(phone, county, "dispatcher")
    phone.goto("/desk/queue/all")
    rows(phone).nth(1).locator(".c-title a").click()
    assert not phone.locator(".wb-queues").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("[data-queue]").click()
    assert rows(phone).count() == 25
    assert wide.complaints == [] and phone.complaints == []


@pytest.mark.timeout(150)
@pytest.mark.parametrize("look", [{}, {"lang": "en", "width": 390}], ids=["sqlite", "postgres-en-phone"])
def test_a_matter_in_hand_goes_to_a_colleague(look, counties, open_page, axe):
    """Who is away gives a matter over; who has an interest in it says so themselves, and is out."""
    county = counties("postgres" if look else "sqlite")
    desk = open_page(county, **look)
    number, _ = in_hand(county, open_page(county), desk)

    def handler():
        return county.in_store(
            f"SELECT s.sign_in_name FROM {schema(county)}cases c JOIN {schema(county)}staff s ON s.id = c.handler_id "
            f"WHERE c.number = '{number}'")

    first = handler()
    matter(desk, number)
    desk.keyboard.press("a")
    expect(desk.locator("#give-staff")).to_be_focused()
    assert axe(desk, "a matter is given over") == []
    form = desk.locator("#act-give form")
    form.locator("[name=staff]").select_option(index=1)
    send(fill(form, reason="出差两周"))
    assert handler() not in ([], first) and "出差两周" in desk.inner_text("main")

    form = opened(desk, number, "recuse")
    assert form.locator("[name=staff] option").count() == 2, "of others they cannot say it"
    form.locator("[name=staff]").select_option(index=1)
    send(fill(form, reason="来信人是我表哥"))
    assert "来信人是我表哥" in matter(desk, number).inner_text("main")
    assert desk.locator("#act-recuse").count() == 0 and on_matter(desk, "reply").count() == 0
