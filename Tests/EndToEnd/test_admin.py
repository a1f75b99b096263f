"""Administration: a county is set up from an empty store without touching a file, by three administrators who share no power."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from playwright.sync_api import expect

from county import County, sign_in, step
from harness import Server

PASSWORD = "a long enough sentence"
STAFF = """登录名,姓名,单位代码,角色
wang.jie,王接待,county,接待员；分派员
li.ban,李经办,water,经办人
zhao.qian,赵签发,water,签发人
"""


def one_time_code(secret, offset=0):
    key = base64.b32decode(secret.replace(" ", ""))
    step = int(time.time()) // 30 + offset
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def enter(page, name, password):
    page.goto("/staff/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.locator("form[action='/staff/sign-in'] button").click()


def first_entry(page, name, password):
    """The one-time password, an own one, and where the role asks for it the second factor."""
    enter(page, name, password)
    page.fill("#current", password)
    page.fill("#new", PASSWORD)
    page.fill("#again", PASSWORD)
    page.locator("form[action='/desk/password'] button").click()
    page.goto("/desk")
    if page.url.endswith("/desk/second-factor"):
        page.fill("#code", one_time_code(page.inner_text(".factor-secret")))
        page.locator("form[action='/desk/second-factor'] button").click()
        page.goto("/desk")


def confirm(page):
    """The difference is looked at, then confirmed."""
    assert page.locator(".ad-diff ins").count() > 0, page.inner_text("main")
    page.locator("main .btn-primary").click()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def new_county(request, stores, cluster):
    """An empty store, its three administrators, and a server."""
    store = stores.empty(request.param)
    lines = [line.split("\t") for line in store.run("staff", "init").stdout.splitlines()]
    assert [cells[0] for cells in lines] == ["system", "security", "audit"]
    assert store.run("staff", "init").stdout == "", "the passwords are told once"
    county = County(store, Server(store, "--second-factor", "required"), cluster)
    county.first = {cells[0]: cells[1] for cells in lines}
    yield county
    county.server.stop()


@pytest.mark.timeout(150)
def test_a_county_is_set_up_without_touching_a_file(new_county, open_page, axe):
    county = new_county
    county.is_set_up = True
    system, security = open_page(county), open_page(county)
    first_entry(system, "system", county.first["system"])
    assert system.url.endswith("/admin") and "系统管理员" in system.inner_text("main")

    # A unit: what is missing is said, what is typed stays, the difference comes before the change.
    system.goto("/admin/units")
    system.locator(".ad-tree a").first.click()
    root = system.url
    system.locator(".wb-head-actions .btn-primary").click()
    system.fill("[name=code]", "water")
    system.fill("[name=nameZh]", "县水务局")
    system.select_option("[name=kind]", "department")
    system.locator("[name=reason]").evaluate("field => field.removeAttribute('required')")
    system.locator("main form .btn-primary").click()
    assert "请写一句为什么改" in system.inner_text("main") and system.input_value("[name=nameZh]") == "县水务局"
    assert axe(system, "a unit with an error") == []
    system.fill("[name=reason]", "建县时设立")
    system.locator("main form .btn-primary").click()
    assert axe(system, "a change to confirm") == []
    confirm(system)
    assert "改好了" in system.inner_text("main")
    system.goto(root)
    assert "县水务局" in system.inner_text("main")

    # Staff by a table: wrong lines first, nothing is written; then accounts with one-time passwords.
    system.goto("/admin/staff/import")
    system.set_input_files("#file", {
        "name": "staff.csv", "mimeType": "text/csv",
        "buffer": (STAFF + "x,某人,nowhere,\n").encode("gb18030")})
    system.fill("#reason", "建县时的名册")
    system.locator("main form .btn-primary").click()
    shown = system.inner_text("main")
    assert "nowhere" in shown and "王接待" in shown and system.locator("main .btn-primary").count() == 0
    assert axe(system, "a table to correct") == []
    system.goto("/admin/staff")
    assert "王接待" not in system.inner_text("main")
    system.goto("/admin/staff/import")
    system.set_input_files("#file", {
        "name": "staff.csv", "mimeType": "text/csv", "buffer": STAFF.encode("gb18030")})
    system.fill("#reason", "建县时的名册")
    system.locator("main form .btn-primary").click()
    system.locator("main .btn-primary").click()
    slips = system.locator(".ad-slips li")
    assert slips.count() == 3
    passwords = {slips.nth(n).locator("dd").nth(0).inner_text(): slips.nth(n).locator("code").inner_text() for n in range(3)}
    assert axe(system, "slips with passwords") == []

    # The same table again: nothing differs.
    system.goto("/admin/staff/import")
    system.fill("#text", STAFF)
    system.fill("#reason", "再来一次")
    system.locator("main form .btn-primary").click()
    assert "3 人有改动" in system.inner_text("main"), "their roles still wait"

    # Roles wait until another person consents.
    first_entry(security, "security", county.first["security"])
    security.goto("/admin/changes")
    plan = security.locator(".ad-plan")
    assert "李经办" in plan.inner_text()
    plan.locator("[name=reason]").first.fill("名册核过")
    plan.locator(".btn-primary").click()
    assert "角色已经给到" in security.inner_text("main")
    assert security.goto("/admin/staff/new").status == 403, "who gives rights makes no account"
    assert system.goto("/admin/staff").status == 200

    # A letter is taken and sent on by the people who were just made.
    desk = open_page(county)
    first_entry(desk, "wang.jie", passwords["wang.jie"])
    desk.goto("/desk/new")
    desk.check("[name=channel][value=visit]")
    desk.fill("#desk-form [name=name]", "孙某某")
    desk.fill("#desk-form [name=phone]", "13900000000")
    desk.fill("#desk-form [name=body]", "文明路的自来水停了两天，没有人说为什么。")
    desk.fill("#desk-form [name=place]", "文明路 8 号")
    desk.check("[name=urgency][value=normal]")
    desk.check("[name=readBack]")
    step(desk, "save")
    number = desk.locator(".wb-number .big-code").first.inner_text()
    desk.goto(f"/desk/matter/{number}")
    form = desk.locator("form[action$='/dispatch']").last
    assert "县水务局" in form.inner_html()
    for page in (system, security):
        page.goto(f"/desk/matter/{number}")
        assert "文明路" not in page.content(), "an administrator sees a letter"


@pytest.mark.timeout(90)
def test_the_audit_administrator_reads_and_changes_nothing(new_county, open_page, axe):
    county = new_county
    if not hasattr(county, "is_set_up"):  # on another worker than the story before
        test_a_county_is_set_up_without_touching_a_file(county, open_page, axe)
    audit = open_page(county)
    first_entry(audit, "audit", county.first["audit"])
    audit.goto("/admin/changes?topic=roles")
    text = audit.inner_text("main")
    assert "名册核过" in text and "安全管理员" in text
    audit.goto("/admin/sign-ins")
    assert "李经办" not in audit.inner_text("main") and "系统管理员" in audit.inner_text("main")
    audit.goto("/admin/access?name=li.ban&permission=reply")
    assert "安全管理员" in audit.inner_text("main") and axe(audit, "who may do what") == []
    assert audit.locator("main form[method=post]").count() == 0
    assert audit.goto("/admin/health").status == 403


@pytest.mark.timeout(90)
def test_a_change_waits_for_its_day_and_can_be_taken_back(counties, open_page):
    county = counties()
    page = open_page(county, script=False)
    sign_in(page, county, "administrator")
    page.goto("/admin/staff?q=wen.ruyan")
    page.locator(".ad-table a").first.click()
    page.locator(".wb-head-actions a", has_text="调到别的单位").click()
    page.select_option("[name=unit]", index=6)
    page.fill("[name=reason]", "轮岗")
    page.fill("[name=effective]", time.strftime("%Y-%m-%d", time.localtime(time.time() + 40 * 86400)))
    page.locator("main form .btn-primary").click()
    confirm(page)
    assert "到那天自动生效" in page.inner_text("main")
    plan = page.locator(".ad-plan", has_text="温如砚")
    assert plan.count() == 1
    plan.locator("summary").click()
    plan.locator("details [name=reason]").fill("不轮了")
    plan.locator("details button").click()
    assert "撤回了" in page.inner_text("main") and page.locator(".ad-plan").count() == 0


@pytest.mark.timeout(120)
@pytest.mark.parametrize("engine, look", [("sqlite", {}), ("postgres", dict(lang="en", width=390))], ids=["sqlite", "postgres-en-phone"])
def test_whoever_must_go_at_once_leaves_work_for_later(engine, look, stores, cluster, open_page, axe):
    """An account at risk is closed although letters are open; they stay, and go to a colleague afterwards."""
    store = stores.demo(engine)
    server = Server(store)
    county = County(store, server, cluster)
    try:
        page = open_page(county, **look)
        sign_in(page, county, "administrator")
        rows = county.in_store(
            "SELECT s.sign_in_name || '|' || s.display_name || '|' || count(*) FROM cases c JOIN staff s ON s.id = c.handler_id "
            "WHERE c.phase = 'inHand' GROUP BY s.sign_in_name, s.display_name ORDER BY count(*) DESC, s.sign_in_name")
        # Somebody who has a colleague that could answer in their place.
        units = {line[1]: line[3] for line in county.logins() if line[0] in ("handler", "approver")}
        name, shown, count = next(
            row for row in (line.split("|") for line in rows)
            if row[0] in units and list(units.values()).count(units[row[0]]) > 1)

        def held():
            return county.in_store(
                "SELECT c.number FROM cases c JOIN staff s ON s.id = c.handler_id "
                f"WHERE s.sign_in_name = '{name}' AND c.phase = 'inHand' ORDER BY 1")

        before = held()
        assert len(before) == int(count) > 0
        page.goto(f"/admin/staff?q={name}")
        page.locator(".ad-table a").first.click()
        person = page.url.split("?")[0]
        page.goto(f"{person}/deactivate")
        assert page.locator("[name=keepsWork]").count() == 0, "nothing is offered before there is something to decide"
        page.fill("[name=reason]", "账号被人用了")
        # Without a word about the open letters it is refused, also the second time; what was typed stays.
        for _ in range(2):
            page.locator("main form .btn-primary").click()
            text = page.inner_text("main")
            assert ("没办完的来信" if not look else "open letters") in text and shown in text, text
            assert page.input_value("[name=reason]") == "账号被人用了" and not page.locator("[name=keepsWork]").is_checked()
        assert axe(page, "somebody who leaves with open work") == []
        page.locator("[name=keepsWork]").check()
        page.locator("main form .btn-primary").click()
        confirm(page)
        assert county.in_store(f"SELECT is_active FROM staff WHERE sign_in_name = '{name}'") == ["0"]
        assert held() == before, "the letters stay where they are"
        left = open_page(county)
        left.goto("/staff/sign-in")
        password = next(line[2] for line in county.logins() if line[1] == name)
        enter(left, name, password)
        assert left.locator("form[action='/staff/sign-out']").count() == 0

        # Later they go to a colleague, from the page of somebody who is gone.
        page.goto(person)
        page.locator("a[href$='/hand-over']").click()
        page.select_option("#to", index=1)
        page.fill("#reason", "接着办")
        page.locator("main form .btn-primary").click()
        page.wait_for_url("**/admin/hand-over/*")
        assert held() == [], page.inner_text("main")
        assert store.run("verify").returncode == 0
    finally:
        server.stop()


@pytest.mark.timeout(90)
def test_seeing_as_a_role_shows_screens_only(counties, open_page, axe):
    county = counties()
    page = open_page(county)
    sign_in(page, county, "administrator")
    page.goto("/admin/look")
    page.select_option("[name=role]", "handler")
    page.select_option("[name=unit]", index=1)
    page.fill("[name=reason]", "核对菜单")
    page.locator("main form .btn-primary").click()
    expect(page.locator(".ad-look")).to_be_visible()
    assert page.locator("[data-row]").count() == 0
    for path in ("/desk/queue/unit", "/desk/search?q=路灯"):
        page.goto(path)
        expect(page.locator(".ad-look")).to_be_visible()
        assert page.locator("[data-row]").count() == 0
    assert axe(page, "seeing as a role") == []
    number = county.in_store("SELECT number FROM cases ORDER BY id LIMIT 1")[0]
    assert page.goto(f"/desk/matter/{number}").status == 403
    page.goto("/desk/queue/unit")
    page.locator(".ad-look button").click()
    assert page.url.endswith("/admin") and page.locator(".ad-look").count() == 0
    page.goto("/admin/staff")
    assert page.locator(".ad-table [data-row]").count() > 20


@pytest.mark.timeout(60)
def test_health_is_told_on_the_page_and_on_the_command_line(counties, open_page, axe):
    county = counties()
    page = open_page(county)
    sign_in(page, county, "administrator")
    page.goto("/admin/health")
    assert "备份" in page.inner_text("main") and page.locator(".ad-tone-over").count() > 0, "there is no backup yet"
    assert axe(page, "health") == []
    told = county.store.run("health", check=False)
    assert told.returncode == 1 and "over\tbackup" in told.stdout
    assert county.store.database.split(":", 1)[1] not in told.stdout
    secret = county.store.folder / "passphrase"
    secret.write_text("a passphrase of some length\n")
    county.store.run("backup", str(county.store.folder / "kept"), "--passphrase-file", str(secret))
    county.store.run("verify")
    told = county.store.run("health", check=False)
    assert "ok\tbackup" in told.stdout and "ok\tverify" in told.stdout
    assert told.returncode == 0, told.stdout
