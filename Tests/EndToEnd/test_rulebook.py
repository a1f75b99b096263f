"""The administration of rules: what is loaded counts on every server at once; packs, calendar, catalogue, categories
and the whole configuration, as an administrator works with them."""

import time
import urllib.request

import pytest

from county import sign_in
from harness import Server


def within_seconds(seconds, check, why):
    """Waits for something that must come by itself."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {why}")


def says(server, path, words):
    with urllib.request.urlopen(server.url + path, timeout=10) as answer:
        return words in answer.read().decode()


def next_calendar(store, version="county-2027.1"):
    """The program's own calendar with the next year's notice, as an operator writes it."""
    text = "version\t" + version + "\n"
    years = ["2020", "2021", "2022", "2023", "2024", "2025", "2026", "2027"]
    text += "".join(f"year\t{year}\t{year}\t通知 {year}\n" for year in years)
    text += "off\t2027-01-01\t2027-01-03\t元旦\nwork\t2027-02-14\t2027-02-14\t春节\n"
    (store.folder / "next.tsv").write_text(text)


def own_pack(store, first="2099-01-01", name="qinghe-hotline", version=1, length=5):
    text = store.run("rules", "show", "example-hotline-five-days").stdout
    for old, new in {
        "example-hotline-five-days": name, "example: true\n": "", "2026-01-01": first, "version: 2": f"version: {version}",
        "length: 5": f"length: {length}",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_what_a_command_loads_counts_in_servers_that_run(stores, engine):
    store = stores.empty(engine)
    store.run("staff", "init")
    with Server(store) as one:
        others = [Server(store)] if engine == "postgres" else []
        try:
            assert not says(one, "/how", "county-2027.1")
            today = time.strftime("%Y-%m-%d")
            (store.folder / "own.yaml").write_text(own_pack(store, first=today))
            next_calendar(store)
            said = store.run("calendar", "load", "next.tsv").stdout
            assert "within seconds" in said, said
            store.run("rules", "load", "own.yaml")
            for server in [one, *others]:
                within_seconds(8, lambda server=server: says(server, "/how", "county-2027.1"), "calendar")
                within_seconds(8, lambda server=server: says(server, "/how", "rules-hotline"), "pack")
        finally:
            for server in others:
                server.stop()
    assert store.run("verify").stdout.rstrip().endswith("no difference")


# The pages, as an administrator works with them.


@pytest.fixture
def admin(counties, open_page):
    def sign(engine="sqlite", **options):
        county = counties(engine)
        page = open_page(county, **options)
        sign_in(page, county, "administrator")
        return county, page

    return sign


def load(page, reason, **more):
    """Looks at what would change is done; gives the reason and puts it in force."""
    form = page.locator("#form-load")
    for name, value in more.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=reason]").fill(reason)
    form.locator("button").click()


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_pack_is_looked_at_tried_loaded_and_taken_back(admin, lang):
    county, page = admin(lang=lang)
    name = "story-zh" if lang == "zh-Hans" else "story-en"
    page.goto("/admin/rules")
    upload = page.locator("#form-upload")
    bad = own_pack(county.store, name=name).replace("length: 5", "length: five")
    upload.locator("[name=text]").fill(bad)
    upload.locator("button").click()
    # Line and reason stand beside the text, and nothing is lost.
    line = bad.split("\n").index(next(text for text in bad.split("\n") if "length: five" in text)) + 1
    assert str(line) in page.locator(".rb-faults").inner_text() and "length: five" in page.locator(".rb-faults").inner_text()
    assert page.locator("#upload-text").input_value() == bad
    page.locator("#upload-text").fill(own_pack(county.store, name=name))
    page.locator("#form-upload button").click()
    assert page.locator("#clocks tbody tr").count() >= 1
    draft = page.url
    page.locator("#form-try button").click()
    trial = page.url
    within_seconds(20, lambda: page.goto(trial) and page.locator("#running").count() == 0, "trial")
    page.goto(draft)
    load(page, "  ")
    assert page.locator("#load-reason-error").count() == 1
    load(page, "本县热线办理办法第三条")
    assert f"/admin/rules/pack/{name}/1" in page.url and page.locator("main [role=status]").count() >= 1
    page.locator("#withdraw-reason").fill("先不用")
    page.locator("#form-withdraw button").click()
    assert page.locator("#form-withdraw").count() == 0
    assert "本县热线办理办法第三条" in page.goto("/admin/rules").text()
    # A refused form is told as 422, which the browser notes.
    assert [line for line in page.complaints if "422" not in line] == []


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_catalogue_in_numbers_then_from_a_day_on(admin, engine, open_page):
    county, page = admin(engine)
    text = page.request.get("/admin/catalogue/text").text()
    rows = text.lstrip("\ufeff").splitlines()
    # The water bureau's first entry goes to another bureau.
    first = next(row for row in rows if ",GS," in row)
    other = next(row.split(",")[3] for row in rows[1:] if ",GS," not in row)
    changed = "\r\n".join(row if row != first else row.replace(",GS,", f",{other},", 1) for row in rows) + "\r\n"
    page.goto("/admin/catalogue")
    page.set_input_files("#upload-file", {"name": "c.csv", "mimeType": "text/csv", "buffer": changed.encode("gb18030")})
    page.locator("#form-upload button").click()
    assert page.locator(".rb-changes .rb-changed").count() == 1, page.inner_text("main")
    draft = page.url
    page.locator("#try-period").select_option("all")
    page.locator("#form-try button").click()
    trial = page.url
    within_seconds(20, lambda: page.goto(trial) and page.locator("#running").count() == 0, "trial")
    assert page.locator("#moves").count() == 1 and page.locator("a[href*='/matters?']").count() == 0
    page.goto(draft)
    load(page, "机构改革", **{"from": "2099-01-01"})
    assert page.locator("#coming").count() == 1
    page.locator("#coming summary").click()
    page.locator("#coming [name=reason]").fill("缓一缓")
    page.locator("#coming button").click()
    assert page.locator("#coming").count() == 0
    # Whoever may see matters opens the lists behind the numbers.
    desk = open_page(county)
    sign_in(desk, county, "supervisor")
    desk.goto(trial)
    assert desk.locator("#moves").count() == 1
    link = desk.locator("a[href*='/matters?']")
    if link.count():
        link.first.click()
        assert desk.locator("#matters").count() == 1


def done(page, trial):
    within_seconds(40, lambda: page.goto(trial) and page.locator("#running").count() == 0, "trial")


def lists_are_as_long_as_numbers(page, most=6):
    """Opens the lists behind the first numbers that fit on a page of a list."""
    numbers = [
        (link.get_attribute("href"), int(link.text_content().replace(",", "")))
        for link in page.locator("a[href*='/matters?']").all()]
    assert numbers, page.inner_text("main")
    for url, number in [found for found in numbers if found[1] < 50][:most]:
        rows = 0
        while url:
            page.goto(url)
            rows += page.locator("#matters tbody tr").count()
            further = page.locator("#matters .rb-links a")
            url = further.get_attribute("href") if further.count() else None
        assert rows == number, (page.url, rows, number)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("engine, look", [
    ("sqlite", {}), ("postgres", dict(lang="en", width=390, theme="dark"))], ids=["sqlite", "postgres-en-phone"])
def test_a_category_and_a_unit_are_tried_before_they_end(admin, engine, look, open_page, axe):
    """The questions before a merger: what would have gone elsewhere, and what would be handed over?"""
    county, page = admin(engine, **look)
    busiest, = county.in_store(
        "SELECT category FROM cases WHERE category LIKE '%.%' AND restricted = 0 "
        "GROUP BY category ORDER BY COUNT(*) DESC, category LIMIT 1")
    page.goto(f"/admin/categories/line?code={busiest}")
    page.locator("#form-retire button").click()
    page.locator("#try-period").select_option("all")
    page.locator("#form-try button").click()
    tree = page.url
    done(page, tree)
    count, = county.in_store(f"SELECT COUNT(*) FROM cases WHERE category = '{busiest}' AND restricted = 0")
    assert page.locator("#carried tbody tr").first.locator(".num").inner_text().replace(",", "") == count
    assert page.locator("a[href*='/matters?']").count() == 0 and page.locator("#limits").count() == 1
    assert axe(page, "a trial of categories") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # A bureau goes into another one; the trial stands where the difference is shown.
    unit, = county.in_store(
        "SELECT u.id FROM cases c JOIN units u ON u.id = c.acting_unit WHERE u.kind = 'department' "
        "AND c.restricted = 0 AND c.phase = 'inHand' GROUP BY u.id ORDER BY COUNT(*) DESC, u.id LIMIT 1")
    page.goto(f"/admin/units/{unit}/end")
    page.locator("[name=successor]").select_option(index=5)
    page.fill("[name=reason]", "机构改革")
    page.locator("main form .btn-primary").click()
    assert axe(page, "a difference that can be tried") == []
    page.locator("#try-period").select_option("1")
    page.locator("#form-try button").click()
    units = page.url
    done(page, units)
    assert page.locator("#duties tbody tr").count() >= 2 and page.locator("#open tbody tr").count() >= 1
    assert axe(page, "a trial of units") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The way on: the same difference, and nothing is changed before it is confirmed.
    page.fill("#go-reason", "试过了")
    page.locator("#form-go button").click()
    assert "试过了" in page.inner_text("main") and page.locator("#trial").count() == 1
    assert county.in_store(f"SELECT COUNT(*) FROM units WHERE id = {unit} AND successor_id IS NOT NULL") == ["0"]
    assert page.complaints == []

    desk = open_page(county)
    sign_in(desk, county, "supervisor")
    for trial in (tree, units):
        desk.goto(trial)
        lists_are_as_long_as_numbers(desk)


def test_bad_files_are_refused_with_a_sentence(admin):
    county, page = admin()
    page.goto("/admin/catalogue")
    page.set_input_files("#upload-file", {"name": "c.csv", "mimeType": "text/csv", "buffer": "编号,类别,责任单位,依据\n1,天气,nobody,\n".encode()})
    page.locator("#form-upload button").click()
    assert page.locator(".rb-faults li").count() == 3 and "天气" in page.locator(".rb-faults").inner_text()
    page.goto("/admin/categories")
    page.set_input_files("#upload-file", {"name": "big.csv", "mimeType": "text/csv", "buffer": b"a" * (10 << 20)})
    page.locator("#form-upload button").click()
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1 and "jiaxin" not in page.inner_text("main").lower()
    page.goto("/admin/categories")
    page.set_input_files("#upload-file", {"name": "x.csv", "mimeType": "text/csv", "buffer": bytes([0xFF, 0xFE, 0x00, 0x41])})
    page.locator("#form-upload button").click()
    assert page.locator("h1").count() == 1
    assert county.store.run("verify", check=False).stdout.rstrip().endswith("no difference")


def test_notice_categories_and_configuration(admin, stores, axe):
    county, page = admin(script=False)
    page.goto("/admin/calendar")
    page.locator("#year-source").fill("国办发明电〔2026〕7号")
    page.locator("#year-year").fill("2031")
    page.locator("#year-days").fill("休 2031-01-01 2031-01-03 元旦\n班 2031-01-04 元旦")
    page.locator("#form-year button").click()
    assert page.locator(".rb-month .rb-off").count() == 3 and page.locator(".rb-month .rb-makeUp").count() == 1
    load(page, "国务院通知")
    assert "2031" in page.locator("#years").inner_text()
    page.goto("/admin/categories/line")
    page.locator("#add-zh").fill("测试分类")
    page.locator("#form-add button").click()
    load(page, "新领域")
    page.goto("/admin/configuration")
    text = page.request.get("/admin/configuration/text").text()
    assert "测试分类" in text and "=== calendars.tsv" in text
    target = stores.empty("sqlite")
    (target.folder / "county.txt").write_text(text)
    said = target.run("config", "import", "county.txt", "--apply", "--reason", "新店").stdout
    assert "changes are made" in said, said
    target.run("config", "export", "again.txt")
    assert (target.folder / "again.txt").read_text() == text
    assert target.run("config", "import", "again.txt").stdout.rstrip().endswith("nothing to change")


def test_pages_stand_wide_and_narrow(admin, axe):
    county, page = admin(width=390)
    for path in ["rules", "calendar", "catalogue", "categories", "configuration", "rules/pack/national-petition/2"]:
        page.goto(f"/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found = axe(page, path)
        assert not found, "\n".join(found)
