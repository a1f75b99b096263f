"""Tags and ready texts: what others rely on changes with a reason and from a day on, and the administrator sees it among all
changes and takes it back while it has not begun."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from county import sign_in, today

GAP = "您好。您说的路灯[[哪天]]修好了。"


def confirm(page, *words):
    """The difference is looked at, then confirmed."""
    shown = page.inner_text(".ad-diff")
    for word in words:
        assert word in shown, shown
    page.locator("main .btn-primary").click()


@pytest.mark.timeout(150)
def test_what_others_rely_on_changes_with_a_reason(engine, counties, open_page, axe):
    county = counties(engine)
    desk = open_page(county)
    sign_in(desk, county, "dispatcher")
    later = f"{today() + timedelta(days=3):%Y-%m-%d}"

    # A text for oneself alone is kept in one step and without a reason.
    desk.goto("/desk/texts/new")
    desk.fill("#text-name", "我的开头")
    desk.fill("#text-body", "您好，来信收到了。")
    desk.select_option("#text-unit", "me")
    desk.locator("button[name=act][value=save]").click()
    assert "我的开头" in desk.inner_text("main") and "只给我自己用" in desk.inner_text("main")

    # One for the whole county asks why, shows the difference, and counts at once.
    desk.goto("/desk/texts/new")
    desk.fill("#text-name", "路灯修好了")
    desk.fill("#text-body", GAP)
    desk.locator("button[name=act][value=save]").click()
    assert "请写一句为什么改" in desk.inner_text("main") and desk.input_value("#text-body") == GAP
    assert axe(desk, "a text without a reason") == []
    desk.fill("#text-reason", "路灯的事常答")
    desk.locator("button[name=act][value=save]").click()
    assert axe(desk, "a text to confirm") == []
    confirm(desk, "路灯修好了", GAP)
    desk.locator("main a", has_text="路灯修好了").first.click()
    assert "路灯的事常答" in desk.inner_text(".wb-versions")

    # Another wording from a later day on waits; a second change is refused until it is taken back or has begun.
    text = desk.url.split("#")[0]
    desk.fill("#text-body", GAP + "谢谢您告诉我们。")
    desk.fill("#text-reason", "结尾客气些")
    desk.fill("#text-effective", later)
    desk.locator("button[name=act][value=save]").click()
    confirm(desk, "谢谢您告诉我们。")
    plan = desk.locator(".ad-plan", has_text="改常用文字“路灯修好了”")
    expect(plan).to_have_count(1)
    assert axe(desk, "texts with a change that waits") == []
    desk.goto(text)
    assert desk.input_value("#text-body") == GAP
    desk.fill("#text-name", "路灯")
    desk.fill("#text-reason", "短些")
    desk.locator("button[name=act][value=save]").click()
    assert "已有一项改动在等日子" in desk.inner_text("main")

    # A tag at once, and its end on a later day.
    desk.goto("/desk/tags/add")
    desk.fill("[name=zh]", "夜间照明")
    desk.fill("[name=reason]", "路灯的事要归在一起")
    desk.locator("main form .btn-primary").click()
    confirm(desk, "夜间照明")
    row = desk.locator("tr", has_text="夜间照明")
    row.locator("a", has_text="停用").click()
    desk.fill("[name=reason]", "到时并进别的")
    desk.fill("[name=effective]", later)
    desk.locator("main form .btn-primary").click()
    confirm(desk, "夜间照明")
    expect(desk.locator(".ad-plan", has_text="停用标签“夜间照明”")).to_have_count(1)
    assert axe(desk, "tags with a change that waits") == []

    # The administrator sees what waits and what happened, each with its reason, and takes both back.
    admin = open_page(county)
    sign_in(admin, county, "administrator")
    for name, reason in (("改常用文字“路灯修好了”", "新办法还没定"), ("停用标签“夜间照明”", "还要用一阵")):
        admin.goto("/admin/changes")
        waits = admin.locator(".ad-plan", has_text=name)
        waits.locator("summary").click()
        waits.locator("details [name=reason]").fill(reason)
        waits.locator("details .btn").click()
        assert "撤回了" in admin.inner_text("main")
        expect(admin.locator(".ad-plan", has_text=name)).to_have_count(0)
    admin.goto("/admin/changes?topic=vocabulary")
    shown = admin.inner_text("main")
    for words in ("路灯的事常答", "路灯的事要归在一起", "改了常用文字", "加了标签"):
        assert words in shown, shown
    admin.goto("/admin/changes?topic=plans")
    assert "新办法还没定" in admin.inner_text("main") and "还要用一阵" in admin.inner_text("main")
    assert axe(admin, "changes of tags and texts") == []

    # Taken back, the text can be changed again; English reads the same.
    english = open_page(county, lang="en", width=390)
    sign_in(english, county, "dispatcher")
    english.goto(text)
    assert english.input_value("#text-body") == GAP
    english.fill("#text-reason", "No longer needed")
    english.locator("button[name=act][value=retire]").click()
    assert "Retired" in english.inner_text(".ad-diff")
    assert axe(english, "a text to retire, on a telephone") == []
    english.locator("main .btn-primary").click()
    assert "路灯修好了" not in english.inner_text("main")
