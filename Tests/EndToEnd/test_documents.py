"""Official documents in a real browser: read, printed, downloaded as PDF, by staff and by the resident, in both languages."""

import subprocess

import pytest

from county import UNIT, dispatch, follow, on_matter, sign_in, sign_out, write_letter

WAYS = {
    "zh-sqlite": dict(engine="sqlite", lang="zh-Hans", title="受理告知书", seal="盖章处"),
    "en-postgres": dict(engine="postgres", lang="en", title="Notice of acceptance", seal="Space for the seal"),
}


def text_of(pdf):
    done = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def download(page, folder):
    with page.expect_download() as waiting:
        page.locator("a[href*='as=pdf']").first.click()
    got = waiting.value
    file = folder / got.suggested_filename
    got.save_as(file)
    return got.suggested_filename, file


@pytest.mark.timeout(180)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_notice_is_read_printed_and_downloaded(way, counties, open_page, axe, tmp_path):
    county = counties(way["engine"])
    resident = open_page(county, lang=way["lang"], width=390)
    desk = open_page(county, lang=way["lang"])
    number, code = write_letter(resident)
    sign_in(desk, county, "dispatcher")
    dispatch(desk, number)
    sign_out(desk)
    sign_in(desk, county, "handler", UNIT)
    accept(desk, number)

    # Staff: on the screen, on paper, as a file that is called by the number alone.
    address = f"/desk/matter/{number}/document/acceptanceNotice"
    desk.goto(address)
    assert desk.locator("h1").inner_text() == way["title"]
    assert way["seal"] in desk.inner_text("main")
    problems = axe(desk, f"{way['lang']} desk document")
    printed = tmp_path / "printed.pdf"
    desk.pdf(path=printed, prefer_css_page_size=True)
    words = text_of(printed)
    assert way["title"] in words and number in words
    assert "as=pdf" not in words and desk.locator("[data-print]").first.inner_text() not in words
    name, file = download(desk, tmp_path)
    assert name == f"{number}.pdf"
    words = text_of(file)
    assert way["title"] in words and number in words

    # The resident: the same document, after the matter's own page.
    follow(resident, number, code)
    resident.goto("/matter/document/acceptanceNotice")
    assert resident.locator("h1").inner_text() == way["title"]
    width = resident.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing scrolls sideways"
    problems += axe(resident, f"{way['lang']} portal document")
    name, file = download(resident, tmp_path)
    assert name == f"{number}.pdf" and way["title"] in text_of(file)
    assert resident.goto("/matter/document/opinion").status == 404
    assert not problems, "\n".join(problems)
    assert not desk.complaints
    assert [line for line in resident.complaints if "404" not in line] == []


def accept(desk, number):
    """Takes a matter up; where the rules ask for category and route, they are chosen first."""
    desk.goto(f"/desk/matter/{number}")
    form = on_matter(desk, "accept")
    for name, value in (("sort", "claim"), ("route", "ordinary")):
        choice = form.locator(f"[name={name}]")
        if choice.count() == 0:
            continue
        if choice.first.evaluate("field => field.tagName") == "SELECT":
            choice.first.select_option(value)
        else:
            form.locator(f"[name={name}][value={value}]").check()
    reason = form.locator("[name=reason]")
    if reason.count():
        reason.first.fill("归我们管，按一般程序办。")
    form.locator("button").last.click()
