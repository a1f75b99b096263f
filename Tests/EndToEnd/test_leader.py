"""A leader's ten minutes: the first screen, from every number to its list and its definition, breakdowns as tables and
pictures, the map, kept reports; and two servers on one store that show each other's acts."""

import json
import re
import time

import pytest

from county import County, pane, sign_in, write_letter
from harness import Server

LOOKS = {
    "zh-desktop-light": dict(lang="zh-Hans", width=1440),
    "en-phone-dark": dict(lang="en", width=390, theme="dark"),
}


def lines_of(page, rows="main tbody tr:has(a[href^='/desk/matter/'])"):
    """How many lines a list has over all its pages."""
    count = 0
    while True:
        count += page.locator(rows).count()
        following = page.locator("a[rel=next]")
        if not following.count():
            return count
        following.click()


def follow_number(page, link):
    """Opens the list of a number and compares; comes back."""
    here = page.url
    wanted = int(re.sub(r"\D", "", link.inner_text()))
    link.click()
    assert lines_of(page) == wanted, page.url
    page.goto(here)


def stays_within(page):
    """Nothing scrolls sideways but tables in their own box."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1, page.url


def painted(page):
    """Whether the picture has colour in it."""
    return page.evaluate("""() => {
        const canvas = document.querySelector('[data-chart] canvas');
        const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let seen = 0;
        for (let at = 3; at < bytes.length; at += 4) if (bytes[at] > 0) seen += 1;
        return seen > 500;
    }""")


@pytest.fixture(scope="module")
def served(stores, cluster):
    """A county of its own, so that no other test changes a number between a page and its list."""
    store = stores.demo("sqlite")
    with Server(store) as server:
        yield County(store, server, cluster)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_a_leaders_ten_minutes(served, open_page, look):
    page = open_page(served, **look)
    sign_in(page, served, "leader")
    page.goto("/oversight")
    stays_within(page)

    # What is due, overdue, not solved, promised: each one click from its list, one from its definition.
    follow_number(page, page.locator("section[aria-labelledby=tile-due] .ov-figure a").first)
    days = page.locator(".ov-day a")
    if days.count():
        follow_number(page, days.first)
    overdue = page.locator(".ov-over a")
    if overdue.count():
        words = page.locator(".ov-over b").inner_text()
        overdue.click()
        assert lines_of(page) == int(re.sub(r"\D", "", words))
        page.goto("/oversight")
    follow_number(page, page.locator("section[aria-labelledby=tile-unsolved] .ov-figure a").first)
    for row in range(min(3, page.locator(".ov-units tbody tr").count())):
        follow_number(page, page.locator(".ov-units tbody tr").nth(row).locator(".ov-open a"))
    promises = page.locator(".ov-promises a[href^='/oversight/promises']")
    for link in range(promises.count()):
        target = promises.nth(link).get_attribute("href")
        wanted = int(re.search(r"\d+", promises.nth(link).inner_text()).group())
        page.goto(target)
        assert page.locator("[data-row]").count() == wanted, target
        page.goto("/oversight")
    page.locator(".ov-promises .ov-how a").click()
    assert page.locator("#promises:target").count() == 1
    page.goto("/oversight")

    # By unit, as a table and as a picture that says the same.
    page.locator(".ov-nav a[href='/oversight/by/unit']").click()
    page.select_option("#period", "year")
    page.locator(".by-form button").click()
    page.wait_for_selector("[data-chart]:not([hidden])")
    page.wait_for_timeout(300)
    assert painted(page) and page.locator("canvas[aria-hidden=true]").count() == 1
    stays_within(page)
    codes = dict(row.split("|") for row in served.in_store("SELECT id || '|' || code FROM units"))
    order = [codes[re.search(r"unit=(\d+)", link).group(1)] for link in page.eval_on_selector_all(
        ".by-table tbody th a", "links => links.map(link => link.getAttribute('href'))")]
    assert len(order) > 5 and order == sorted(order), "in the order of codes"
    for measure in ("in-time", "late", "open", "overdue", "unsolved"):
        link = page.locator(f".by-table tfoot a[href*='measure={measure}&']")
        if link.count():
            follow_number(page, link)
    if page.viewport_size["width"] > 760:  # On a phone the rows are cards; the link below the table leads there.
        page.locator("thead [data-column=late] .by-how").click()
        assert page.url.endswith("/oversight/definitions#by-late") and page.locator("#by-late").is_visible()
        page.go_back()

    # Deeper and other ways; the period and what narrows it stay.
    page.locator(".by-table tbody th a").first.click()
    assert "/by/category?" in page.url and "period=year" in page.url and "unit=" in page.url
    for tab in range(5):
        page.locator(".by-tabs a").nth(tab).click()
        assert page.locator(".by-tabs a[aria-current]").count() == 1 and "unit=" in page.url
        link = page.locator(".by-table tfoot a").first
        if link.count():
            follow_number(page, link)
        stays_within(page)

    # The map says what the list says, with the keyboard too.
    page.goto("/oversight/map?period=year")
    page.wait_for_selector("path.map-area")
    assert page.locator("path.map-area").count() == page.locator("tr[data-area]:not([data-area=''])").count() == 4
    labels = page.eval_on_selector_all("path.map-area", "paths => paths.map(path => path.getAttribute('aria-label')).sort()")
    assert labels == page.eval_on_selector_all("tr[data-area]:not([data-area=''])", "rows => rows.map(row => row.dataset.label).sort()")
    stays_within(page)
    first = page.locator("path.map-area").first
    first.focus()
    assert page.locator("tr.is-chosen").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/oversight/by/category?**area=**")

    # A report as it was counted then, as a page and as files.
    page.goto("/oversight/reports")
    for _ in range(40):
        if page.locator("tbody tr").count() >= 2:
            break
        time.sleep(.5)
        page.reload()
    page.locator("tbody th a").first.click()
    assert page.locator(".rp-table").count() == 4 and page.locator("#meanings dd").count() == 8
    stays_within(page)
    for kind in ("csv", "xlsx"):
        with page.expect_download() as taken:
            page.locator(f".rp-tools a[href$='/{kind}']").click()
        assert taken.value.path().stat().st_size > 400
    assert page.complaints == []


def test_everything_without_a_script(served, open_page):
    page = open_page(served, script=False, width=390)
    sign_in(page, served, "leader")
    page.goto("/oversight/by/area?period=year")
    assert page.locator(".by-table tbody tr").count() >= 3 and not page.locator("[data-chart]").is_visible()
    follow_number(page, page.locator(".by-table tfoot a").first)
    page.fill("#from", "gestern")
    page.select_option("#period", "own")
    page.locator(".by-form button").click()
    assert page.locator("#from-error").is_visible() and page.input_value("#from") == "gestern"
    page.goto("/oversight/map")
    assert page.locator("tr[data-area]").count() >= 4 and not page.locator(".map-box").is_visible()
    page.goto("/oversight")
    assert page.locator(".ov-promises").is_visible() and not page.locator(".ov-live").is_visible()


def numbers(page):
    return json.loads(page.locator("[data-live-region]").get_attribute("data-numbers"))


def wait_until(check, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(.2)
    return False


@pytest.mark.timeout(120)
def test_two_servers_on_one_store(stores, cluster, open_page):
    """Sessions, drafts and live numbers are the store's: whichever server one comes to."""
    store = stores.demo("postgres")
    with Server(store) as one, Server(store) as other:
        here, there = County(store, one, cluster), County(store, other, cluster)
        leader = open_page(there, width=1280)
        sign_in(leader, there, "leader")
        leader.goto(f"{other.url}/oversight")
        leader.wait_for_selector(".ov-live[data-state=on]")
        before = numbers(leader)
        marked = leader.evaluate("document.querySelector('[data-live-region]').dataset.seen = 'old'")

        # A letter to the first server shows on the page of the second.
        writer = open_page(here, width=390)
        number, _ = write_letter(writer)
        assert wait_until(lambda: numbers(leader)["open"] == before["open"] + 1), (before, numbers(leader))
        assert marked == "old" and leader.locator("[data-live-region]").get_attribute("data-seen") is None, "the tiles are new"
        assert leader.locator("[data-live-say]").inner_text() != ""
        # Paused, the page stays as it is; then it goes on.
        leader.click("[data-live-pause]")
        assert leader.locator(".ov-live[data-state=paused]").count() == 1
        writer.goto("/")
        write_letter(writer, body="钟楼街的井盖松了，晚上很响，请来看看。")
        time.sleep(5)
        assert numbers(leader)["open"] == before["open"] + 1
        leader.click("[data-live-pause]")
        assert wait_until(lambda: numbers(leader)["open"] == before["open"] + 2)

        # The session that the second server opened holds on the first; its numbers are the same at once.
        leader.goto(f"{one.url}/oversight")
        assert numbers(leader)["open"] == before["open"] + 2

        # A draft that is written on one is there on the other.
        clerk = open_page(here, width=1280)
        sign_in(clerk, here, "handler", here.busiest())
        clerk.goto(f"{one.url}/desk/queue/unit")
        matter = clerk.locator("a[href^='/desk/matter/']").first.get_attribute("href").split("?")[0]
        clerk.goto(f"{one.url}{matter}")
        pane(clerk, "note")
        clerk.locator("#write-note textarea").fill("写了一半的备注，换一台服务器接着写。")
        assert wait_until(lambda: here.in_store("SELECT COUNT(*) FROM desk_drafts") != ["0"])
        clerk.evaluate("localStorage.clear()")
        clerk.goto(f"{other.url}{matter}")
        assert "换一台服务器接着写" in clerk.locator("#write-note textarea").input_value()

        # Reports are made once, though both try.
        assert wait_until(lambda: here.in_store("SELECT COUNT(*) FROM kept_reports") != ["0"], 30)
        assert here.in_store("SELECT COUNT(*) FROM kept_reports GROUP BY unit_id, kind, from_on HAVING COUNT(*) > 1") == []
        assert number in "".join(here.in_store("SELECT number FROM cases"))

        # A page that listens does not keep a server from stopping, and goes on with whoever serves.
        leader.goto(f"{other.url}/oversight")
        leader.wait_for_selector(".ov-live[data-state=on]")
        began = time.monotonic()
        other.stop()
        assert time.monotonic() - began < 8
    store.run("verify")


def test_the_stream_ends_with_its_session(served, open_page):
    page = open_page(served, width=1280)
    sign_in(page, served, "leader", which=0)
    page.goto("/oversight")
    page.wait_for_selector(".ov-live[data-state=on]")
    other = page.context.new_page()
    other.goto("/oversight")
    other.locator("form[action='/staff/sign-out'] button").click()
    page.bring_to_front()
    assert wait_until(lambda: page.locator(".ov-live[data-state=ended]").count() == 1)
    assert page.locator("[data-live-pause]").is_hidden()


@pytest.mark.parametrize("text, told", [
    ('{"type": "Feature"}', "FeatureCollection"),
    ('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "1"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}', "feature 1"),
    ("not json", "GeoJSON"),
])
def test_wrong_outlines_change_nothing(served, tmp_path, text, told):
    before = served.in_store("SELECT COUNT(*) FROM area_shapes")
    file = tmp_path / "wrong.geojson"
    file.write_text(text)
    done = served.store.run("import", "boundaries", str(file), check=False)
    assert done.returncode == 1 and told in done.stderr
    assert served.in_store("SELECT COUNT(*) FROM area_shapes") == before == ["4"]
