"""A dispatcher's hour with 200 matters: lists as files, many at once, what failed and why, tags, taking back."""

import re
import time

import openpyxl
import pytest

from county import UNIT_NAMES, County, choose, sign_in, sign_out
from harness import Server
from tour import signed_in
from visitor import Visitor

PIPES, LAMPS, NOTHING = "01.01", "02.01", ""


def exported(page, button="form[action='/desk/export'] button[value=xlsx]"):
    """The workbook that a press of the button gives: what its first sheet says, headings, rows."""
    with page.expect_download() as coming:
        page.locator(button).first.click()
    book = openpyxl.load_workbook(open(coming.value.path(), "rb"))
    about, rows = book.worksheets[:2]
    table = list(rows.iter_rows(values_only=True))
    return {row[0]: row[1] for row in about.iter_rows(values_only=True) if row[0]}, table[0], table[1:], book


def plant(county, categories):
    """Letters taken down on the phone, one for each category; gives their numbers."""
    clerk = signed_in(county, *county.login("receptionClerk"))
    known = set(county.in_store("SELECT number FROM cases"))
    for index, category in enumerate(categories):
        fields = clerk.get("/desk/new").form("body").fields | {
            "channel": "call", "body": f"第 {index} 通电话,说的是家门口的事,请看一看。", "place": f"东关街 {index} 号门口",
            "name": "王某某", "phone": "13800000000", "urgency": "normal", "readBack": "1", "category": category, "area": "",
            "step": "save"}
        answer = clerk.post("/desk/new", fields, follow=False)
        assert answer.status in (200, 303) and "number-error" not in answer.text, answer.text[:1500]
    clerk.close()
    return [number for number in county.in_store("SELECT number FROM cases ORDER BY id") if number not in known]


def numbers(county, condition):
    return sorted(county.in_store(f"SELECT number FROM cases WHERE restricted = 0 AND {condition}"))


def dispatched(county):
    """How often each matter was sent on, from the events themselves."""
    return county.in_store(
        "SELECT COUNT(*) FROM events WHERE body LIKE '%\"kind\":\"dispatched\"%' GROUP BY stream_id ORDER BY 1 DESC LIMIT 1")


def finished(page, seconds=60):
    """Waits on the page of a run, which comes up to date by itself."""
    page.wait_for_selector("[data-run]:not([data-running])", timeout=seconds * 1000)
    return page.inner_text("[data-run]")


def begin(page, kind, whole=False, pick=None):
    """Sends the selection, chooses where there is something to choose, and starts."""
    if whole:
        page.check("#bulk [name=scope][value=all]")
    page.locator(f"#bulk button[value={kind}]").click()
    if pick:
        pick(page)
        page.locator("form[action$='/plan'] button").click()
    page.locator("form[action$='/start'] button").click()
    return page.url


@pytest.mark.timeout(150)
def test_a_dispatchers_hour(engine, stores, cluster, open_page):
    store = stores.demo(engine)
    server = Server(store)
    county = County(store, server, cluster)
    try:
        planted = plant(county, [PIPES] * 110 + [LAMPS] * 80 + [NOTHING] * 10)
        assert len(planted) == 200
        page = open_page(county)
        sign_in(page, county, "dispatcher")

        # The list as a file: all rows, the filter on the first sheet, days as days.
        page.goto(f"/desk/queue/unassigned?category={PIPES}&channel=call")
        facts, head, rows, book = exported(page)
        pipes = numbers(county, f"phase = 'registered' AND category LIKE '{PIPES}%' AND channel = 'call'")
        assert len(pipes) >= 110 and sorted(row[0] for row in rows) == pipes
        assert facts["行数"] == str(len(rows)) and "供水" in facts["筛选条件"] and "来电" in facts["筛选条件"], facts
        assert book.worksheets[1].freeze_panes == "A2" and book.worksheets[1].auto_filter.ref.startswith("A1:")
        due = head.index("最近时限")
        assert all(hasattr(row[due], "year") for row in rows)
        assert "13800000000" not in str(rows) and "王某某" not in str(rows)

        # By keyboard: three ticked, tagged with a word of the vocabulary.
        page.goto("/desk/tags/add")
        page.fill("[name=zh]", "上访老户")
        page.fill("[name=reason]", "老城改造")
        page.locator("main form .btn-primary").click()
        assert "说的是人" in page.inner_text("main") and page.input_value("[name=zh]") == "上访老户"
        page.fill("[name=zh]", "老城管网")
        page.locator("main form .btn-primary").click()
        page.locator("main .btn-primary").click()
        page.goto(f"/desk/queue/unassigned?category={PIPES}&sort=registered")
        # The script for many comes after the page; it shows that it is there.
        page.wait_for_selector("[data-tick-page]:not([hidden])")
        for _ in range(3):
            page.keyboard.press("j")
            page.keyboard.press("x")
        assert page.locator("[data-tick]:checked").count() == 3 and "3" in page.inner_text("#bulk [data-count]")
        begin(page, "tag", pick=lambda p: p.select_option("#mark", label="老城管网"))
        assert "办成 3 件" in " ".join(finished(page).split())
        tagged = county.in_store("SELECT c.number FROM case_tags t JOIN cases c ON c.id = t.case_id ORDER BY 1")
        tagged = [number for number in tagged if number in planted]
        page.goto("/desk/queue/unassigned")
        page.locator(".wb-narrow summary").click()
        page.select_option("#filter-mark", label="老城管网")
        page.locator(".wb-filters button").click()
        assert sorted(page.locator(".c-number .tnum").all_inner_texts()) == sorted(tagged) and len(tagged) == 3
        _, head, rows, _ = exported(page)
        assert [row[head.index("标签")] for row in rows] == ["老城管网"] * 3

        # Everything by the catalogue. In the middle of it the server dies.
        page.goto("/desk/queue/unassigned?channel=call")
        page.check("#bulk [name=scope][value=all]")
        page.locator("#bulk button[value=dispatch]").click()
        summary = page.inner_text(".run-sum")
        assert "目录第" in summary and "还没有分类" in summary, summary
        run = page.url
        page.locator("form[action$='/start'] button").click()
        end = time.monotonic() + 20
        while len(numbers(county, "phase = 'dispatched' AND channel = 'call'")) < 40 and time.monotonic() < end:
            time.sleep(0.02)
        server.kill()
        in_time = len(numbers(county, "phase = 'dispatched' AND channel = 'call'"))
        left = [number for number in planted if number in numbers(county, "phase = 'registered'")]
        assert len(left) > 10, f"it was over before it could be killed: {in_time}"
        server = Server(store)
        county.server = server
        # The new server has another port: the same person goes on in another window.
        signed = page.context.cookies()
        page = open_page(county)
        page.context.add_cookies(signed)
        page.goto(re.sub(r"^https?://[^/]+", "", run))
        text = finished(page)
        assert dispatched(county) == ["1"], "sent twice"
        still = [number for number in planted if number in numbers(county, "phase = 'registered'")]
        assert len(still) == 10 and all(number in text for number in still), text
        assert store.run("verify", check=False).returncode == 0

        # The report says why; what was wrong is repaired, and those are tried again.
        visitor = Visitor(server)
        visitor.cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        for number in still:
            answer = visitor.get(f"/desk/matter/{number}")
            fields = next(form for form in answer.forms() if form.action.endswith("/category")).fields
            visitor.post(f"/desk/matter/{number}/category", fields | {"category": LAMPS, "area": "", "reason": "说的是路灯"})
        visitor.close()
        page.locator("form[action$='/again'] button").click()
        assert "还没有分类" not in page.inner_text("main")
        page.locator("form[action$='/start'] button").click()
        assert "办成 10 件" in " ".join(finished(page).split())
        assert not [number for number in planted if number in numbers(county, "phase = 'registered'")]

        # One of them was wrong: it comes back, and its clocks are as they were.
        page.locator("#done [name=item]").first.check()
        back = page.locator("#done .c-number").first.inner_text().strip()
        page.locator("#undo button[value=ticked]").click()
        assert "办成 1 件" in " ".join(finished(page).split())
        assert county.in_store(f"SELECT phase FROM cases WHERE number = '{back}'") == ["registered"]
        assert county.in_store(
            f"SELECT COUNT(*) FROM case_clocks k JOIN cases c ON c.id = k.case_id WHERE c.number = '{back}' "
            "AND k.ended_at IS NULL AND k.rule = 'XF-OBJECT'") == ["0"]
        # On the page of a matter too.
        page.goto(f"/desk/matter/{still[-1]}")
        page.locator("#act-recall button").click()
        assert page.locator("#act-recall").count() == 0
        assert county.in_store(f"SELECT phase FROM cases WHERE number = '{still[-1]}'") == ["registered"]

        unit = county.in_store(
            f"SELECT u.name_zh FROM case_recalls r JOIN units u ON u.id = r.unit_id "
            f"JOIN cases c ON c.id = r.case_id WHERE c.number = '{back}'")[0]
        sign_out(page)
        sign_in(page, county, "handler", unit)
        page.goto("/desk/queue/incoming")
        assert any(back in line for line in page.locator(".wb-recalled").all_inner_texts())
        assert page.goto(f"/desk/matter/{back}").status == 404
        assert "撤回" in page.inner_text("main")
        assert store.run("verify", check=False).returncode == 0
        assert not [line for line in page.complaints if "404" not in line and "ERR_" not in line], page.complaints
    finally:
        server.kill()


@pytest.mark.timeout(60)
def test_without_a_script(counties, open_page):
    county = counties()
    page = open_page(county, script=False, lang="en", width=390)
    sign_in(page, county, "dispatcher")
    page.goto("/desk/queue/unassigned")
    page.locator("#bulk button[value=dispatch]").click()
    assert "Nothing is ticked" in page.inner_text("main")
    page.locator("[data-tick]").first.check()
    page.locator("#bulk button[value=dispatch]").click()
    page.check("[name=how][value=unit]")
    choose(page.locator("#unit"), UNIT_NAMES)
    page.locator("form[action$='/plan'] button").click()
    assert page.locator(".field.is-error").count() == 1 and page.is_checked("[name=how][value=unit]")
    page.fill("#reason", "It is about their pipes")
    page.locator("form[action$='/plan'] button").click()
    page.locator("form[action$='/start'] button").click()
    for _ in range(40):
        if page.locator("[data-running]").count() == 0:
            break
        time.sleep(0.25)
        page.locator(".run-progress a").click()
    assert "Finished: 1 of 1" in page.inner_text("#run-now")
    page.locator("#undo button[value=all]").click()
    time.sleep(1.5)
    page.reload()
    assert "Finished: 1 of 1" in page.inner_text("#run-now")
    page.goto("/desk/runs")
    assert page.locator(".run-list li").count() >= 2
    # Somebody else's run is not there.
    run = page.locator(".run-list a").first.get_attribute("href")
    sign_out(page)
    sign_in(page, county, "supervisor")
    assert page.goto(run).status == 404


@pytest.mark.timeout(60)
def test_two_servers_share_one_run(stores, cluster, open_page):
    store = stores.demo("postgres")
    first, second = Server(store), Server(store)
    county = County(store, first, cluster)
    try:
        plant(county, [PIPES] * 60)
        page = open_page(county)
        sign_in(page, county, "dispatcher")
        page.goto(f"/desk/queue/unassigned?category={PIPES}&channel=call")
        begin(page, "dispatch", whole=True)
        assert "没办成 0 件" in " ".join(finished(page).split())
        assert dispatched(county) == ["1"]
    finally:
        first.kill()
        second.kill()
