"""A matter that everybody may read: its author, a clerk, a neighbour who joins, a neighbour who follows, and the end of it."""

import re
import xml.etree.ElementTree as xml

import pytest

from county import follow, sign_in, sign_out, step, write_letter
from test_attachments import PICTURE
from test_axe import LOOKS

MARKER = "紫藤巷口那棵歪脖子槐树"
LETTER = f"我叫王小明，住在槐荫里3栋2单元502室，电话13800000027。{MARKER}旁边的路灯半个月不亮，老人晚上出门看不见路，请派人修一修。"
PUBLIC = re.compile(r"/matters/(P[0-9A-Z]{9})")


def publish(page, county, number):
    """The clerk's four pages: suggestions, own text, preview, signature. Gives the public address."""
    sign_in(page, county, "dispatcher")
    page.goto(f"/desk/matter/{number}/publish")
    marks = page.locator("main mark").all_inner_texts()
    for found in ("王小明", "502", "13800000027"):
        assert any(found in mark for mark in marks), (found, marks)
    step(page, "edit")
    body = page.input_value("#body")
    assert "王小明" not in body and "13800000027" not in body and "502" not in body and "〔姓名〕" in body
    page.fill("#title", "路灯半个月不亮")
    page.fill("#body", body.replace(MARKER, "巷口"))
    step(page, "preview")
    shown = page.inner_text(".publish-preview")
    assert MARKER not in shown and "路灯半个月不亮" in shown
    step(page, "publish")
    assert page.locator("#read-error").count() == 1, "nobody signs without having read"
    page.check("#read")
    step(page, "publish")
    address = PUBLIC.search(page.content()).group()
    sign_out(page)
    return address


@pytest.mark.timeout(240)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_whole_way(script, engine, counties, open_page):
    county = counties(engine)
    author, clerk = open_page(county), open_page(county)
    number, code = write_letter(author, LETTER, "槐荫里", name="王小明", phone="13800000027", publishable=True)
    address = publish(clerk, county, number)

    neighbour = open_page(county, script=script)
    neighbour.goto("/matters?q=路灯半个月不亮")
    assert neighbour.locator(f"a[href='{address}']").count() == 1
    neighbour.goto(address)
    for secret in (MARKER, "王小明", "13800000027", number, "502室"):
        assert secret not in neighbour.content(), secret
    feed = neighbour.request.get("/matters.atom?q=路灯半个月不亮")
    assert feed.headers["content-type"].startswith("application/atom+xml") and "max-age" in feed.headers["cache-control"]
    root = xml.fromstring(feed.text())
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) >= 1 and MARKER not in feed.text() and number not in feed.text()

    # Somebody writes about the same lamp: sees it, follows it, joins it with one press; nothing typed is lost before.
    neighbour.goto("/write")
    neighbour.fill("[name=body]", "我家附近的路灯半个月不亮，晚上看不见路。")
    neighbour.fill("[name=place]", "槐荫里")
    neighbour.fill("[name=wish]", "请一并修好我们这一盏")
    neighbour.set_input_files("#files", [PICTURE])
    step(neighbour, "contact")
    name = address.rsplit("/", 1)[1]
    neighbour.locator(f"button[value='follow:{name}']").click()
    assert neighbour.locator("[name=body]").input_value().startswith("我家附近")
    neighbour.locator(f"button[value='join:{name}']").click()
    shown = neighbour.inner_text("main")
    assert number in shown and code not in shown
    own = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b(?!-)", shown.replace(number, "")).group()
    follow(neighbour, number, own)
    content = neighbour.content()
    assert "我家附近的路灯" in content and "路灯半个月不亮" in content
    assert "请一并修好我们这一盏" in content and neighbour.locator("#files-list .file").count() == 1
    follow(author, number, code)
    assert "请一并修好我们这一盏" not in author.content() and author.locator("#files-list .file").count() == 0
    for secret in (MARKER, "王小明", "13800000027", "502室"):
        assert secret not in content, secret
    assert neighbour.locator("#consent").count() == 0, "what is another's is not theirs to take away"

    # Somebody only follows, and reads the list on another device with the code.
    watcher = open_page(county, script=script)
    watcher.goto(address)
    watcher.locator("form[action$='/follow'] button").click()
    watcher.goto("/following")
    assert watcher.locator(f"a[href='{address}']").count() == 1
    followed = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", watcher.inner_text("main")).group()
    other = open_page(county, width=390)
    other.goto("/following")
    other.fill("#code", followed.lower())
    other.locator("form[action='/following'] button").click()
    assert other.locator(f"a[href='{address}']").count() == 1

    # The author takes the agreement back under number and code: gone everywhere at once.
    follow(author, number, code)
    author.locator("#consent summary").click()
    author.locator("#consent button[value=no]").click()
    assert neighbour.goto(address).status == 404
    neighbour.goto("/matters?q=路灯半个月不亮")
    assert neighbour.locator(f"a[href='{address}']").count() == 0
    assert address not in neighbour.request.get("/matters.atom").text()
    watcher.goto("/following")
    assert watcher.locator(f"a[href='{address}']").count() == 0
    assert not [line for page in (author, clerk, neighbour, watcher) for line in page.complaints if "404" not in line and "422" not in line]


@pytest.mark.timeout(240)
def test_pages_are_accessible(counties, open_page, axe):
    county = counties()
    author, clerk = open_page(county), open_page(county)
    number, code = write_letter(author, LETTER, "槐荫里", name="王小明", phone="13800000027", publishable=True)
    address = publish(clerk, county, number)
    found = []
    for look in LOOKS.values():
        page = open_page(county, **look)
        for path in ("/matters", "/matters?q=zzzz", address, "/matters/P000000000", "/following"):
            page.goto(path)
            page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
            found += axe(page, path)
        page.goto(address)
        page.locator("form[action$='/follow'] button").click()
        page.goto("/following")
        found += axe(page, "/following with a matter")
        page.goto("/write")
        page.fill("[name=body]", "附近的路灯半个月不亮，晚上看不见路。")
        step(page, "contact")
        assert page.locator(".alike").count() == 1
        found += axe(page, "/write alike")
        sign_in(page, county, "dispatcher")
        page.goto(f"/desk/matter/{number}/publish")
        found += axe(page, "publish: marks")
        step(page, "edit")
        found += axe(page, "publish: edit")
        step(page, "preview")
        found += axe(page, "publish: preview")
    assert not found, "\n".join(found)


@pytest.mark.timeout(120)
def test_an_old_resident_on_a_phone(counties, open_page):
    """Large print, 390 px: nothing scrolls sideways, and one press joins."""
    county = counties()
    author, clerk = open_page(county), open_page(county)
    number, _ = write_letter(author, LETTER, "槐荫里", name="王小明", phone="13800000027", publishable=True)
    address = publish(clerk, county, number)
    page = open_page(county, width=390, large=True)
    for path in ("/matters", address, "/following"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(address)
    page.locator("#join summary").click()
    page.locator("form[action$='/join'] button").click()
    assert number in page.inner_text("main")


@pytest.mark.timeout(120)
def test_a_helper_writes(counties, open_page):
    county = counties()
    page = open_page(county, width=390)
    page.goto("/write")
    page.fill("[name=body]", "我母亲的低保停了两个月，请查一查是怎么回事。")
    step(page, "contact")
    page.fill("input[name=name]", "李奶奶")
    page.locator("#helper-part summary").click()
    page.check("input[name=helper]")
    step(page, "review")
    assert page.locator("#helperConsent-error").count() == 1
    page.select_option("#helperRelation", "relative")
    page.select_option("#helperConsent", "spoken")
    page.fill("#helperName", "李女儿")
    step(page, "review")
    assert "李女儿" in page.inner_text("main")
    step(page, "send")
    number = re.search(r"\d{4}-\d{4}-\d", page.inner_text("main")).group()
    desk = open_page(county)
    sign_in(desk, county, "dispatcher")
    desk.goto(f"/desk/matter/{number}")
    assert "李女儿" in desk.inner_text("body")


@pytest.mark.timeout(120)
def test_a_replacement_code(counties, open_page):
    """A clerk checks who somebody is and hands out a new code on a printed slip; the old one is dead."""
    county = counties()
    author, desk = open_page(county), open_page(county)
    number, code = write_letter(author, publishable=True)
    sign_in(desk, county, "receptionClerk")
    desk.goto(f"/desk/matter/{number}")
    form = desk.locator("form[action$='/reissue']").first
    form.locator("xpath=ancestor::details[1]/summary").click()
    form.locator("[name=check][value=document]").check()
    form.locator("[name=reason]").fill("本人来窗口")
    form.locator("button").last.click()
    shown = desk.inner_text("main")
    fresh = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b(?!-)", shown.replace(number, "")).group()
    assert fresh != code and desk.locator(".slip").count() >= 1 and fresh in desk.locator(".slip").first.inner_html()
    follow(author, number, code, opens=False)
    assert author.locator("[role=alert]").count() == 1
    follow(author, number, fresh)
    assert "换" in author.inner_text("main") or "新" in author.inner_text("main")
