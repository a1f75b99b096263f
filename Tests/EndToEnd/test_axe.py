"""WCAG 2.2 AA, by axe in a real browser: every page, light and dark, Chinese and English, ordinary and large print."""

import pytest

from county import follow, on_matter, sign_in, sign_out, step, write_letter, write_opinion

LOOKS = {
    "zh-light": dict(lang="zh-Hans", theme="light"),
    "zh-dark-phone": dict(lang="zh-Hans", theme="dark", width=390),
    "en-light-phone": dict(lang="en", theme="light", width=390),
    "en-dark": dict(lang="en", theme="dark"),
    "zh-large-phone": dict(lang="zh-Hans", theme="light", large=True, width=390),
}
PORTAL = ("/", "/write", "/follow", "/how", "/who-sees", "/accessibility", "/misconduct", "/settings", "/no-such-page")


@pytest.fixture(params=LOOKS.values(), ids=LOOKS.keys())
def look(request):
    return request.param


@pytest.mark.timeout(120)
def test_portal(look, counties, open_page, axe):
    page = open_page(counties(), **look)
    found = []
    for path in PORTAL:
        page.goto(path)
        found += axe(page, path)

    # Each step of writing, also with errors.
    page.goto("/write")
    step(page, "contact")
    found += axe(page, "/write without words")
    page.fill("[name=body]", "路灯坏了，晚上很黑。")
    page.fill("[name=place]", "东关街")
    step(page, "contact")
    found += axe(page, "/write contact")
    page.fill("input[name=phone]", "1380013800")
    step(page, "review")
    assert page.locator("#phone-error").count() == 1
    found += axe(page, "/write contact with an error")
    page.fill("input[name=phone]", "")
    step(page, "review")
    found += axe(page, "/write review")

    number, code = write_letter(page)
    found += axe(page, "/write sent")
    follow(page, number, "0000-0000", opens=False)
    found += axe(page, "/follow missed")
    follow(page, number, code)
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    found += axe(page, "/matter")
    assert not found, "\n".join(found)


def many_at_once(page, axe):
    """A list with ticks, what would happen, the vocabulary, the report of a run that only puts words on matters."""
    page.goto("/desk/tags/add")
    page.fill("[name=reason]", "入冬")
    page.fill("[name=zh]", "缠访")
    page.locator("main form .btn-primary").click()
    found = axe(page, "/desk/tags/add with an error")
    page.fill("[name=zh]", "入冬供暖")
    page.locator("main form .btn-primary").click()
    page.locator("main .btn-primary").click()
    found += axe(page, "/desk/tags")
    for act in ("dispatch", "tag"):
        page.goto("/desk/queue/unassigned")
        page.locator("[data-tick]").first.check()
        found += axe(page, "a list with ticks")
        page.locator(f"#bulk button[value={act}]").click()
        found += axe(page, f"what would happen: {act}")
    page.select_option("#mark", index=1)
    page.locator("form[action$='/plan'] button").click()
    if page.locator("form[action$='/start']").count():
        page.locator("form[action$='/start'] button").click()
        page.wait_for_selector("[data-run]:not([data-running])")
        found += axe(page, "the report of a run")
    page.goto("/desk/runs")
    return found + axe(page, "/desk/runs")


@pytest.mark.timeout(180)
def test_desk(look, counties, open_page, axe):
    county = counties()
    page = open_page(county, **look)
    found = []
    page.goto("/staff/sign-in")
    found += axe(page, "/staff/sign-in")

    sign_in(page, county, "handler", county.busiest())
    queues = page.eval_on_selector_all("nav a[href^='/desk/queue/']", "links => links.map(l => l.getAttribute('href'))")
    assert queues, "no queues"
    # Queues differ by their rows only: one look walks through all, the others through the first few.
    walked = queues if look == LOOKS["zh-light"] else queues[:3]
    for path in ["/desk", *walked, "/desk/search?q=水", "/desk/search?q=zzzz", "/desk/texts", "/desk/texts/new",
                 "/desk/password", "/desk/second-factor", "/desk/no-such-page"]:
        page.goto(path)
        found += axe(page, path)
    found += matters(page, queues, axe)
    sign_out(page)

    sign_in(page, county, "dispatcher")
    queues = page.eval_on_selector_all("nav a[href^='/desk/queue/']", "links => links.map(l => l.getAttribute('href'))")
    found += matters(page, queues, axe, limit=2)
    found += many_at_once(page, axe)
    sign_out(page)

    sign_in(page, county, "receptionClerk")
    page.goto("/desk/people")
    found += axe(page, "/desk/people")
    page.goto("/desk/new")
    found += axe(page, "/desk/new")
    step(page, "save")
    found += axe(page, "/desk/new with errors")
    sign_out(page)

    sign_in(page, county, "leader")
    page.goto("/oversight/reports")
    report = page.locator("tbody th a").first.get_attribute("href")
    for path in (
        "/oversight", "/oversight/list", "/oversight/definitions", "/oversight/by/unit?period=year", "/oversight/by/time?period=year",
        "/oversight/by/category?period=own&from=x&to=y", "/oversight/map?period=year", "/oversight/matters?period=year",
        "/oversight/promises", "/oversight/reports", report,
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle" if "/by/" in path or "/map" in path else "load")
        found += axe(page, path)
    sign_out(page)
    found += administration(page, county, axe)
    assert not found, "\n".join(found)


def administration(page, county, axe):
    """What the three administrators see: lists, one of each, forms."""
    found = []
    paths = {
        "administrator": (
            "/admin", "/admin/units", "/admin/areas", "/admin/areas/add", "/admin/areas/outlines", "/admin/staff", "/admin/staff/new", "/admin/staff/import", "/admin/changes",
            "/admin/look", "/admin/health"),
        "auditAdministrator": ("/admin/access", "/admin/sign-ins", "/admin/readings", "/admin/looks"),
    }
    for role, all_paths in paths.items():
        sign_in(page, county, role)
        for path in all_paths:
            page.goto(path)
            found += axe(page, path)
            first = page.locator(".ad-tree a, .ad-table a").first
            if path in ("/admin/units", "/admin/areas", "/admin/staff") and first.count():
                first.click()
                found += axe(page, f"one of {path}")
        sign_out(page)
    return found


def matters(page, queues, axe, limit=4):
    """The page of one matter from each of some queues, with everything unfolded, and its prints."""
    found, seen = [], set()
    for queue in queues:
        if len(seen) >= limit:
            break
        page.goto(queue)
        links = page.locator("[data-row] a[href^='/desk/matter/']")
        if not links.count():
            continue
        path = links.first.get_attribute("href")
        if path in seen:
            continue
        seen.add(path)
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        found += axe(page, f"{path} from {queue}")
        casefile = page.locator(".wb-print-links a").first
        if casefile.count():
            page.goto(casefile.get_attribute("href"))
            found += axe(page, f"case file of {path}")
        page.goto(path)
        reply = on_matter(page, "reply")
        if reply.count():
            reply.locator("[name=outcome], [name=answer], [name=adoption]").first.check()
            write_opinion(reply)
            reply.locator("[name=body]").fill("已经处理。")
            reply.locator("button[name=step][value=preview]:not([aria-hidden])").click()
            found += axe(page, f"preview of {path}")
    assert seen, "no matter was looked at"
    page.goto(min(seen).split("?")[0] + "/cover")
    found += axe(page, "a cover sheet")
    return found
