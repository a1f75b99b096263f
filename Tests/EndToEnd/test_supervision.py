"""Supervision in a real browser: finding, task, urge letter, the unit's answer; a suggestion adopted in part; a decision done."""

import datetime
import re

import pytest

from county import choose, open_details, sign_in, sign_out
from visitor import NUMBER

WAYS = {
    "sqlite-desktop": dict(engine="sqlite", width=1280, script=True, theme="light"),
    "postgres-phone-no-script": dict(engine="postgres", width=390, script=False, theme="light"),
}
LOOKS = {
    "zh-dark": dict(lang="zh-Hans", theme="dark", width=1280),
    "en-phone": dict(lang="en", theme="light", width=320),
    "zh-large-phone": dict(lang="zh-Hans", theme="light", width=390, large=True),
}


def day(ahead):
    return (datetime.date.today() + datetime.timedelta(days=ahead)).isoformat()


def act(page, name):
    """The form of an act, opened where it is folded away."""
    box = page.locator(f"#act-{name}")
    if box.evaluate("element => element.tagName") == "DETAILS":
        open_details(page, f"#act-{name}")
    return box.locator("form")


def send(form):
    form.locator("p.actions button").last.click()


def answerers(county):
    """Units for which somebody with one role alone can answer, with a sign-in."""
    return {cells[3]: cells[0] for cells in county.logins() if cells[0] in ("handler", "approver") and len(cells) > 3}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_from_the_finding_to_the_result(way, counties, open_page, axe):
    county = counties(way["engine"])
    page = open_page(county, width=way["width"], script=way["script"], theme=way["theme"])
    able = answerers(county)

    # The system found something; a named person makes a task of it.
    sign_in(page, county, "supervisor")
    page.goto("/supervision?list=findings")
    card = None
    while card is None:
        cards = page.locator(".sv-finding")
        assert cards.count(), "no finding about a unit with staff"
        texts = cards.all_inner_texts()
        found = next((index for index, text in enumerate(texts) if any(unit in text for unit in able)), None)
        if found is None:
            page.locator("a[rel=next]").click()
        else:
            card = cards.nth(found)
            unit = max((name for name in able if name in texts[found]), key=len)
    number = NUMBER.search(card.inner_text()).group()
    if way["script"]:
        assert axe(page, "findings") == []
    form = card.locator("form[action$='/finding/task']")
    form.locator("[name=due]").fill(day(3))
    form.locator("[name=reason]").fill("卡在哪一步，哪天答复？")
    send(form)
    task = page.url.split("?")[0]
    assert "卡在哪一步" in page.inner_text("main") and number in page.inner_text("main")
    page.goto(f"/supervision?list=findings")
    assert not any(number in text and unit in text for text in page.locator(".sv-finding").all_inner_texts())

    # An urge letter, on paper.
    page.goto(task)
    form = act(page, "urge")
    form.locator("[name=text]").fill("请写清办到哪一步。")
    form.locator("[name=due]").fill(day(6))
    send(form)
    page.locator("a[href*='/letter/']").first.click()
    letter = page.inner_text("main")
    for words in ("催办函", unit, "请写清办到哪一步。", number, "盖章"):
        assert words in letter, words
    if way["script"]:
        assert axe(page, "urge letter") == []
    page.goto(task)
    sign_out(page)

    # The unit answers in writing.
    sign_in(page, county, able[unit], unit)
    page.goto("/supervision/tasks")
    assert page.locator(f"a[href='{task[task.index('/supervision'):]}']").count(), "the unit sees what it was asked"
    page.goto(task)
    assert page.locator("form[action$='/urge']").count() == 0
    form = act(page, "answer")
    form.locator("[name=text]").fill("已经答复来信人，月底前办完。")
    send(form)
    assert "月底前办完" in page.inner_text("main")
    sign_out(page)

    # It is accepted, and a named person writes down the result.
    sign_in(page, county, "supervisor")
    page.goto(task)
    send(act(page, "accept"))
    form = act(page, "close")
    form.locator("[name=result][value=corrected]").check()
    form.locator("[name=text]").fill("按时办完。")
    send(form)
    page.goto("/supervision?list=finished")
    assert unit in page.inner_text("main")
    assert page.complaints == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_suggestion_is_adopted_in_part(script, counties, open_page, axe):
    county = counties()
    page = open_page(county, script=script)
    unit, role = next(iter(answerers(county).items()))
    sign_in(page, county, "supervisor")
    page.goto("/supervision/suggestions/new")
    form = page.locator("form[action='/supervision/suggestions/new']")
    form.locator("[name=kind][value=changePolicy]").check()
    choose(form.locator("[name=unit]"), (unit,))
    form.locator("[name=text]").fill("统一由一个单位接，统一公布电话。")
    send(form)
    suggestion = page.url.split("?")[0]
    sign_out(page)
    sign_in(page, county, role, unit)
    page.goto(suggestion)
    form = act(page, "reply")
    form.locator("[name=adoption][value=partly]").check()
    form.locator("[name=text]").fill("电话统一公布，养护费用还要商定。")
    send(form)
    assert "部分采纳" in page.inner_text("main")
    sign_out(page)
    sign_in(page, county, "supervisor")
    page.goto("/supervision/suggestions?reply=partly")
    assert "统一由一个单位接" in page.inner_text("main")
    if script:
        assert axe(page, "suggestions") == []


@pytest.mark.timeout(120)
def test_the_joint_conference_decides_and_it_is_done(counties, open_page, axe):
    county = counties()
    page = open_page(county)
    unit, role = next(iter(answerers(county).items()))
    sign_in(page, county, "supervisor")
    page.goto("/supervision/conferences/new")
    form = page.locator("form[action='/supervision/conferences/new']")
    form.locator("[name=on]").fill(day(0))
    form.locator("[name=time]").fill("9:00")
    form.locator("[name=place]").fill("三楼会议室")
    form.get_by_label(unit, exact=True).check()
    send(form)
    meeting = page.url.split("?")[0]
    form = act(page, "addItem")
    form.locator("[name=title]").fill("夜间施工谁来管")
    send(form)
    send(act(page, "hold"))
    form = act(page, "decide-1")
    form.locator("[name=text]").fill("每周两次联合巡查。")
    choose(form.locator("[name=owner]"), (unit,))
    form.locator("[name=due]").fill(day(20))
    send(form)
    assert "每周两次联合巡查" in page.inner_text("main")
    sign_out(page)
    sign_in(page, county, role, unit)
    page.goto("/supervision/tasks")
    assert "每周两次联合巡查" in page.inner_text("main")
    page.goto(meeting)
    form = act(page, "report-1")
    form.locator("[name=outcome][value=done]").check()
    form.locator("[name=text]").fill("第一周已经巡查两次。")
    send(form)
    assert "第一周已经巡查两次" in page.inner_text("main")
    page.goto(f"{meeting}/minutes")
    minutes = page.inner_text("main")
    assert "联席会议纪要" in minutes and "第一周已经巡查两次" in minutes
    assert axe(page, "minutes") == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_pages_are_accessible_and_fit(look, counties, open_page, axe):
    county = counties()
    page = open_page(county, **look)
    found, sideways = [], []

    def visit(path):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        found.extend(axe(page, path))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            sideways.append(path)

    sign_in(page, county, "supervisor")
    for path in (
        "/supervision", "/supervision?list=findings", "/supervision?list=overdue", "/supervision/new",
        "/supervision/suggestions", "/supervision/suggestions/new", "/supervision/conferences",
        "/supervision/conferences/new",
    ):
        visit(path)
    # With errors everywhere.
    page.goto("/supervision/new")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.fill("[name=reason]", "说明")
    page.fill("[name=due]", "2020-01-01")
    send(page.locator("form[action='/supervision/new']"))
    assert page.locator("#errors a").count() >= 2
    found.extend(axe(page, "/supervision/new with errors"))
    # A task, a suggestion and a meeting with everything unfolded.
    form = page.locator("form[action='/supervision/new']")
    form.locator("[name=trigger]").select_option("contraryToRules")
    form.locator("[name=unit]").select_option(index=2)
    form.locator("[name=reason]").fill("没有书面告知。")
    form.locator("[name=due]").fill(day(3))
    send(form)
    visit(page.url.split("?")[0])
    for listing, pattern in (
        ("/supervision/suggestions", r"/supervision/suggestion/\d+"),
        ("/supervision/conferences", r"/supervision/conference/\d+"),
    ):
        page.goto(listing)
        hrefs = page.eval_on_selector_all("main a", "links => links.map(l => l.getAttribute('href'))")
        first = next((href for href in hrefs if re.fullmatch(pattern, href)), None)
        if first:
            visit(first)
    sign_out(page)
    sign_in(page, county, "handler")
    visit("/supervision/tasks")
    assert not found, "\n".join(found)
    assert not sideways
    # A refused form (422) is a failed resource to the browser's console; anything else would be a fault of ours.
    assert [line for line in page.complaints if "422" not in line] == []
