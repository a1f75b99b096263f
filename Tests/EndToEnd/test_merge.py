"""Two letters about one lamp become one matter and can part again; one letter about two things becomes two matters."""

import pytest

from county import PLACE, UNIT, accept, dispatch, follow, on_matter, open_details, pane, sign_in, sign_out, step, write_letter, write_opinion

FIRST = "钟楼街 12 号门口的路灯半个月不亮，晚上看不见路，老人不敢出门。"
SECOND = "我家孩子下晚自习，钟楼街 12 号门口的路灯半个月不亮，请尽快修好。"
ANSWER = "两位反映的路灯都已修好。"
REASON = "同一处路灯，已打电话核对。"


def compare(desk, number, other):
    """From the matter to both sides next to each other, by the key and by the suggestion where there is one."""
    desk.goto(f"/desk/matter/{number}")
    desk.locator("[data-merge]").click()
    box = desk.locator(f"input[name=with][value='{other}']")
    if box.count():
        box.check()
    else:
        desk.fill("#other", other)
    desk.locator("main form[method=get] button.btn-primary").click()


def merge(desk, number, other, reason=REASON):
    compare(desk, number, other)
    desk.fill("#reason", reason)
    desk.locator("#merge-form button").click()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_two_letters_one_matter(script, engine, counties, open_page):
    county = counties(engine)
    one, two, desk = open_page(county), open_page(county, script=script), open_page(county, script=script)
    kept, kept_code = write_letter(one, FIRST, PLACE, name="王大有", phone="13800000011")
    own, own_code = write_letter(two, SECOND, PLACE, name="丁小满", phone="13800000022")

    # A page that is open goes on, before and after.
    follow(two, own, own_code)
    sign_in(desk, county, "dispatcher")
    desk.goto(f"/desk/matter/{own}/merge")
    told = desk.inner_text("main")
    assert kept in told and "路灯半个月不亮" in told, "the suggestion says why"
    assert "王大有" not in told, "people are not compared"
    desk.fill("#other", "2605-0001-1")
    desk.locator("main form[method=get] button.btn-primary").click()
    assert desk.locator("#other-error").count() == 1 and desk.input_value("#other") == "2605-0001-1"
    compare(desk, own, kept)
    sides = desk.locator(".merge-side")
    assert sides.count() == 2 and FIRST in sides.nth(0).inner_text() and SECOND in sides.nth(1).inner_text()
    assert desk.locator(".merge-side.is-kept").inner_text().count(kept) >= 1, "the older one is kept"
    assert "丁小满" in desk.inner_text(".merge-after"), "who is told"
    desk.locator(".merge-mark a").click()
    assert own in desk.locator(".merge-side.is-kept").inner_text(), "the other one can be kept"
    desk.locator(".merge-mark a").click()
    # Without a reason nothing happens; with one it does, once.
    desk.evaluate("document.getElementById('reason').removeAttribute('required')") if script else desk.fill("#reason", " ")
    desk.locator("#merge-form button").click()
    assert desk.locator("#reason-error").count() == 1
    desk.fill("#reason", REASON)
    desk.locator("#merge-form button").click()
    assert f"/desk/matter/{kept}" in desk.url and SECOND in desk.inner_text(".letter-absorbed")

    desk.goto(f"/desk/matter/{own}")
    assert kept in desk.inner_text(".merged-banner") and desk.locator("form[action$='/reply']").count() == 0
    desk.goto(f"/desk/search?q={own}")
    assert own in desk.content()
    desk.goto("/desk/queue/unassigned")
    assert desk.locator(f"a[href*='{own}']").count() == 0

    two.goto("/matter")
    shown = two.inner_text("main")
    assert own in shown and SECOND in shown and "并在一起" in shown
    assert kept not in two.content() and "老人不敢出门" not in two.content() and "王大有" not in two.content()
    open_details(two, "#add-words details")
    two.fill("#words", "这不是同一盏灯，我说的是西口。")
    two.locator("form[action='/matter/words'] button[type=submit]").last.click()
    desk.goto(f"/desk/matter/{kept}")
    assert "我说的是西口" in desk.inner_text("main"), "it reaches the desk"
    assert follow_fails(open_page(county), kept, own_code), "a code opens its own number only"

    # Taken back: both as before, and the words went along.
    desk.goto(f"/desk/matter/{own}")
    details = open_details(desk, ".merged-banner details")
    details.locator("[name=reason]").fill("来信人说是西口那一盏。")
    details.locator("button").click()
    assert "我说的是西口" in desk.inner_text("main") and desk.locator(".merged-banner").count() == 0
    desk.goto(f"/desk/matter/{kept}")
    assert "我说的是西口" not in desk.inner_text("main") and desk.locator(".letter-absorbed").count() == 0
    two.goto("/matter")
    assert own in two.inner_text("main") and "我说的是西口" in two.inner_text("main")

    # Merged again for good: answered once, and each has the reply and the say.
    merge(desk, own, kept)
    dispatch(desk, kept)
    handler = open_page(county, script=script)
    sign_in(handler, county, "handler", unit=UNIT)
    accept(handler, kept)
    handler.goto(f"/desk/matter/{kept}")
    assert SECOND in handler.inner_text(".letter-absorbed")
    pane(handler, "reply")
    form = on_matter(handler, "reply")
    form.locator("[name=outcome][value=solved]").check()
    write_opinion(form)
    form.locator("[name=body]").fill(ANSWER)
    form.locator("button[name=step][value=preview]:not([aria-hidden])").click()
    step(handler, "sign")
    two.goto("/matter")
    assert ANSWER in two.inner_text("main"), two.inner_text("main")
    two.locator("input[name=outcome][value=not]").check()
    two.locator("form[action='/matter/judge'] button[type=submit]").last.click()
    follow(one, kept, kept_code)
    assert ANSWER in one.inner_text("main") and one.locator("input[name=outcome]:checked").count() == 0
    desk.goto(f"/desk/matter/{own}")
    assert desk.locator(".merged-banner details").count() == 1
    details = open_details(desk, ".merged-banner details")
    details.locator("[name=reason]").fill("反悔")
    details.locator("button").click()
    desk.goto(f"/desk/matter/{own}")
    assert desk.locator(".merged-banner").count() == 1, "a signed reply stays where it went"


def follow_fails(page, number, code):
    follow(page, number, code, opens=False)
    return page.locator("form[action='/leave']").count() == 0


@pytest.mark.timeout(180)
@pytest.mark.parametrize("look", [("zh-Hans", 1280, "light"), ("en", 390, "dark")], ids=["wide", "phone"])
def test_one_letter_two_things(look, counties, open_page, axe):
    county = counties("sqlite")
    lang, width, theme = look
    resident, desk = open_page(county), open_page(county, lang=lang, width=width, theme=theme)
    found = []

    def look_at(page, where):
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        found.extend(axe(page, where))
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
        assert not wide, f"{where} scrolls sideways"

    number, code = write_letter(resident, "钟楼街路灯不亮，12 号楼水压也低。", PLACE, name="王大有", phone="13800000011")
    sign_in(desk, county, "dispatcher")
    desk.goto(f"/desk/matter/{number}")
    desk.locator("a[href$='/split']").click()
    look_at(desk, "split, the list")
    desk.fill("#lines", "1、路灯不亮 @ 钟楼街")
    desk.locator("main form button.btn-primary").click()
    assert desk.locator("#lines-error").count() == 1 and "路灯不亮" in desk.input_value("#lines")
    desk.fill("#lines", "1、路灯不亮 @ 钟楼街\n2. 水压低 @ 12 号楼\n")
    desk.locator("main form button.btn-primary").click()
    assert desk.input_value("#title1") == "路灯不亮" and desk.input_value("#place2") == "12 号楼"
    look_at(desk, "split, the table")
    desk.locator("#unit2").select_option(index=1)
    desk.fill("#reason", "两件事归两家管")
    desk.locator("button[name=step][value=split]").click()
    panel = desk.locator("section:has(#panel-parts)")
    assert panel.locator("li").count() == 2, desk.inner_text("main")
    part = panel.locator("a").nth(1).get_attribute("href")
    desk.goto(part)
    assert number in desk.inner_text(".wb-next") and "水压低" in desk.inner_text("h1")
    follow(resident, number, code)
    assert resident.locator(".resident-part").count() == 2
    look_at(resident, "a matter in parts")
    resident.locator(".resident-part button").nth(1).click()
    assert "水压低" in resident.inner_text("h1") and number in resident.inner_text("main")
    resident.locator("form[action='/matter/whole'] button").click()
    assert resident.locator(".resident-part").count() == 2
    # A link says the same of two letters that were written apart.
    assert desk.locator("input[name=kind][value=child]").count() == 1

    other, _ = write_letter(open_page(county), FIRST, PLACE)
    another, _ = write_letter(open_page(county), SECOND, PLACE)
    desk.goto(f"/desk/matter/{other}")
    desk.keyboard.press("m")
    desk.wait_for_url("**/merge")
    look_at(desk, "merge, the suggestions")
    compare(desk, other, another)
    look_at(desk, "merge, side by side")
    desk.fill("#reason", REASON)
    desk.locator("#merge-form button").click()
    look_at(desk, "the kept matter")
    desk.goto(f"/desk/matter/{another}")
    look_at(desk, "the merged matter")
    assert not found, "\n".join(found)
