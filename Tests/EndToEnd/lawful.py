"""What people do in the lawful process, by field names; each function is one act of one person."""

import subprocess

from county import UNIT, accept, decide, dispatch, follow, on_matter, open_details, pane, sign_in, sign_out, write_letter, write_opinion
from harness import BINARY
from visitor import CODE

COMMITTEE = "清源市信访事项复查复核委员会"
OFFICE = "清河县来信办理中心"


def due(start, *counting):
    """The last day as the command line counts it."""
    done = subprocess.run(
        [BINARY, "calendar", "due", "--from", str(start), *counting], capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


def as_staff(desk, county, role, unit=None, which=0):
    """Signs out whoever is there, and somebody else in."""
    if desk.locator("form[action='/staff/sign-out']").count():
        sign_out(desk)
    sign_in(desk, county, role, unit, which)


def matter(desk, number):
    desk.goto(f"/desk/matter/{number}")
    return desk


def in_hand(county, resident, desk, body=None, **decision):
    """A letter that the city management bureau has taken up; gives number and code, with its handler signed in."""
    number, code = write_letter(resident, **({"body": body} if body else {}))
    as_staff(desk, county, "dispatcher")
    dispatch(desk, number)
    as_staff(desk, county, "handler", UNIT)
    accept(desk, number, **decision)
    return number, code


def fill(form, **fields):
    for name, value in fields.items():
        form.locator(f"[name={name}]").first.fill(value)
    return form


def send(form, which=-1):
    """Presses the form's own button."""
    buttons = form.locator("button:not([aria-hidden])")
    buttons.nth(buttons.count() - 1 if which == -1 else which).click()


def opened(desk, number, act, action=None):
    """The form of an act, opened when it lies in a disclosure."""
    matter(desk, number)
    box = desk.locator(f"#act-{act}")
    assert box.count() == 1, f"{act} is not offered: {desk.inner_text('main')[:400]}"
    form = desk.locator(f"#act-{act} form[action$='/{action or act}']").first
    if not form.is_visible():
        box.locator("summary").first.click()
    return form


def reply(desk, number, outcome, body, execution=None, basis="《城市道路管理条例》", **fields):
    matter(desk, number)
    pane(desk, "reply")
    form = on_matter(desk, "reply")
    form.locator(f"[name=outcome][value={outcome}]").check()
    write_opinion(form, execution=execution)
    form.locator("[name=body]").fill(body)
    if basis:
        form.locator("[name=basis]").fill(basis)
    for name, value in fields.items():
        field = form.locator(f"[name={name}]").first
        if not field.is_visible():
            open_details(desk, "#write-reply details:has([name=promiseText1])" if "promise" in name else "#write-reply details:has([name=withheldWhat1])")
        field.fill(value)
    form.locator("button[name=step][value=sign]:not([aria-hidden])").click()


def phase_of(county, number):
    return county.in_store(f"SELECT phase FROM {schema(county)}cases WHERE number = '{number}'")[0]


def schema(county):
    return "jiaxin." if county.store.engine == "postgres" else ""


def read(resident, number, code):
    """Opens the matter as its resident: that is the delivery of whatever waits there."""
    follow(resident, number, code)
    return resident.inner_text("main")


def ask_review(resident, reason):
    resident.goto("/matter/review")
    resident.fill("[name=reason]", reason)
    resident.locator("button[name=step][value=send]").click()


def decide_review(desk, number, outcome, body="复查后认为原处理意见的结论可以成立。"):
    form = opened(desk, number, "review")
    form.locator(f"[name=outcome][value={outcome}]").check()
    fill(form, facts="调取材料并听取双方说明。", body=body, basis="《信访工作条例》第三十五条")
    send(form)


def codes(page):
    return CODE.findall(page.inner_text("main"))


__all__ = [name for name in dir() if not name.startswith("_")]
