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
    for path in ["/desk", *walked, "/desk/search?q=水", "/desk/search?q=zzzz", "/desk/password", "/desk/second-factor",
                 "/desk/no-such-page"]:
        page.goto(path)
        found += axe(page, path)
    found += matters(page, queues, axe)
    sign_out(page)

    sign_in(page, county, "dispatcher")
    queues = page.eval_on_selector_all("nav a[href^='/desk/queue/']", "links => links.map(l => l.getAttribute('href'))")
    found += matters(page, queues, axe, limit=2)
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
    for path in ("/oversight", "/oversight/list", "/oversight/definitions"):
        page.goto(path)
        found += axe(page, path)
    assert not found, "\n".join(found)


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
    return found
