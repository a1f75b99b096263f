"""A served county and the things that people do in it, by field names rather than by wording."""

import datetime
import re

from visitor import CODE, NUMBER

LETTER = "钟楼街 12 号门口的路灯坏了三个星期，晚上老人出门看不见路。请尽快修好，修不好也说一声为什么。"
PLACE = "钟楼街 12 号门口"
# The catalogue of the demo county sends street lights of the town to this unit.
CATEGORY = ("路灯", "Street lights")
UNIT = "县城市管理局"
UNIT_NAMES = (UNIT, "City Management Bureau")


def today():
    """The day in the county."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


class County:
    def __init__(self, store, server, cluster=None):
        self.store = store
        self.server = server
        self.cluster = cluster

    def logins(self):
        """The lines that `jiaxin demo` printed: role, sign-in name, password, unit, name."""
        rows = []
        for line in (self.store.folder / "logins.txt").read_text().splitlines():
            cells = [cell.strip() for cell in line.split("\t")]
            if len(cells) >= 3:
                rows.append(cells)
        assert rows, "jiaxin demo printed no sign-in names"
        return rows

    def login(self, role, unit=None, which=0):
        """Somebody who has only this role (and works in that unit), else somebody who has it among others."""
        rows = [cells for cells in self.logins() if cells[0] == role and unit in (None, cells[3])]
        assert rows, f"no sign-in for {role} {unit or ''}"
        names = [cells[1] for cells in self.logins()]
        cells = ([cells for cells in rows if names.count(cells[1]) == 1] or rows)[which]
        return cells[1], cells[2]

    def busiest(self, role="handler"):
        """The unit with the most matters in hand in which somebody has this role and no other."""
        names = [cells[1] for cells in self.logins()]
        having = {cells[3] for cells in self.logins() if cells[0] == role and names.count(cells[1]) == 1}
        units = self.in_store(
            "SELECT u.name_zh FROM cases c JOIN units u ON u.id = c.acting_unit WHERE c.phase = 'inHand' "
            "GROUP BY u.name_zh ORDER BY COUNT(*) DESC, u.name_zh")
        return next(unit for unit in units if unit in having)

    def in_store(self, sql):
        """One value a row, read behind the server's back."""
        if self.store.engine == "postgres":
            name = re.search(r"/([^/?]+)\?", self.store.database).group(1)
            return self.cluster.psql(sql, name).splitlines()
        import sqlite3
        path = self.store.database.removeprefix("sqlite:")
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return [str(row[0]) for row in connection.execute(sql)]
        finally:
            connection.close()


def step(page, name):
    """The visible button that leads to a step (an invisible twin takes the Enter key)."""
    page.locator(f"button[name=step][value={name}]:not([aria-hidden])").first.click()


def write_letter(page, body=LETTER, place=PLACE, name="王某某", phone="13800000000", wish="", **ticks):
    """The three steps of the portal; returns number and code."""
    page.goto("/write")
    page.fill("[name=body]", body)
    page.fill("[name=place]", place)
    if wish:
        page.fill("[name=wish]", wish)
    step(page, "contact")
    page.fill("input[name=name]", name)
    page.fill("input[name=phone]", phone)
    for tick in ticks:
        page.check(f"input[name={tick}]")
    step(page, "review")
    assert body.splitlines()[0][:20] in page.inner_text("main")
    step(page, "send")
    shown = page.inner_text("main")
    return NUMBER.search(shown).group(), CODE.search(shown).group()


def follow(page, number, code, opens=True):
    page.goto("/follow")
    page.fill("main [name=number]", number)
    page.fill("main [name=code]", code)
    page.locator("main form[action='/follow'] button[type=submit]").click()
    if opens:
        assert number in page.inner_text("main") and page.locator("form[action='/leave']").count() == 1, page.inner_text("main")


def sign_in(page, county, role, unit=None, which=0):
    name, password = county.login(role, unit, which)
    page.goto("/staff/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.locator("form[action='/staff/sign-in'] button").click()
    assert page.locator("form[action='/staff/sign-out']").count() == 1, page.inner_text("main")


def sign_out(page):
    # Printed pages have nothing around them.
    if not page.locator("form[action='/staff/sign-out']").count():
        page.goto("/desk")
    page.locator("form[action='/staff/sign-out'] button").click()


def open_details(page, selector):
    """Opens a disclosure when it is closed; works without JavaScript."""
    details = page.locator(selector)
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    return details


def on_matter(page, action):
    """The form of an action on the page of a matter."""
    return page.locator(f"form[action$='/{action}']").first


def pane(page, name):
    """Opens one side of the composer; its tabs exist with script only, without it all sides stand one below the other."""
    tab = page.locator(f"[role=tab][aria-controls='write-{name}']")
    if tab.count():
        tab.click()


def choose(select, words):
    """Picks the option whose label holds one of the words."""
    labels = select.locator("option").all_inner_texts()
    select.select_option(index=next(index for index, label in enumerate(labels) if any(word in label for word in words)))


def dispatch(desk, number):
    """What a dispatcher does: says what the letter is about, then takes what the catalogue proposes."""
    matter = f"/desk/matter/{number}"
    desk.goto(matter)
    assert PLACE[:3] in desk.inner_text("main")
    open_details(desk, "#act-category")
    form = on_matter(desk, "category")
    choose(form.locator("[name=category]"), CATEGORY)
    form.locator("[name=reason]").fill("路灯不亮")
    form.locator("button").click()
    desk.goto(matter)
    assert "《城市道路管理条例》" in desk.inner_text("#act-dispatch"), "the catalogue's entry is cited"
    desk.locator(".wb-suggest form button").first.click()
    assert any(name in desk.inner_text(".wb-trail") for name in UNIT_NAMES), "it was not sent on"


def decide(form, sort="claim", route="ordinary", reason="属于本单位职责", **more):
    """Fills the decision about category and route, where the form asks for one."""
    if form.locator("[name=route]").count() == 0:
        return
    form.locator(f"[name=sort][value={sort}]").check()
    form.locator(f"[name=route][value={route}]").check()
    form.locator("[name=reason]").fill(reason)
    for name, text in more.items():
        form.locator(f"[name={name}]").fill(text)


def accept(desk, number, **decision):
    """What a handler does: decides category and route where nobody has yet, and takes the matter up."""
    desk.goto(f"/desk/matter/{number}")
    form = on_matter(desk, "accept")
    decide(form, **decision)
    form.locator("button").click()


def write_opinion(form, request="修好路灯", facts="到现场看过，电缆进水。", execution="done"):
    """The blocks of an opinion letter, where the form has them; `execution` only for what is supported."""
    if form.locator("[name=request]").count() == 0:
        return
    form.locator("[name=request]").fill(request)
    form.locator("[name=facts]").fill(facts)
    if execution:
        form.locator(f"[name=execution][value={execution}]").check()
    if execution == "done":
        form.locator("[name=executedOn]").fill(str(today()))
    if execution in ("done", "notNeeded"):
        form.locator("[name=executionText]").fill("照片和签字单归档，可以来看。")
