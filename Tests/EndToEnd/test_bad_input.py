"""Hostile, broken and repeated input: a clear answer, nothing typed is lost, nothing is made twice."""

import re
import urllib.parse

import pytest

from county import LETTER, UNIT, accept, dispatch, on_matter, pane, sign_in, sign_out, step, write_letter, write_opinion
from letters import letter, register, start
from visitor import Visitor

HOSTILE = [
    "'; DROP TABLE cases; --",
    "\" OR 1=1 --",
    "$1 ?1 %s {{csrf}} [[portal.title]]",
    "<script>document.title='taken'</script>",
    "\"><img src=x onerror=\"document.title='taken'\">",
    "</textarea><h1 id=taken>taken</h1>",
    "&lt;b&gt; & \u202e\u200b 👩‍👩‍👧‍👦 \u0000".replace("\u0000", "") ,
]
FIELDS = ("body", "place", "wish", "name", "phone", "address")


@pytest.fixture
def visitor(counties):
    someone = Visitor(counties().server)
    yield someone
    someone.close()


def count(county):
    return int(county.in_store("SELECT count(*) FROM cases")[0])


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_is_text(field, counties, visitor, engine):
    county = counties(engine)
    someone = Visitor(county.server)
    for text in HOSTILE:
        shown = someone.post("/write", start(someone) | letter(**{field: text}) | {"step": "review"})
        assert shown.status in (200, 400, 422), (shown.status, text)
        for raw in ("<script>document", "<img src=x", "<h1 id=taken"):
            assert raw not in shown.text
        kept = [form.fields.get(field) for form in shown.forms() if field in form.fields]
        assert text in kept, f"{field} lost {text!r}: {kept}"
    someone.close()


@pytest.mark.timeout(120)
def test_hostile_letter_through_the_house(counties, open_page, engine):
    """Registered, then shown to resident and staff, printed and searched: never anything but text."""
    county = counties(engine)
    text = "'; DROP TABLE cases; -- <script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\"> {{csrf}}"
    resident, desk = open_page(county), open_page(county)
    number, code = write_letter(resident, body=text + " 井盖松了", place=text[:120], name="<b>王</b>")
    assert resident.title() != "taken"
    sign_in(desk, county, "dispatcher")
    for path in (f"/desk/matter/{number}", "/desk", "/desk/search?q=" + urllib.parse.quote(text[:60]), "/desk/search?q=井盖松了"):
        desk.goto(path)
        desk.wait_for_timeout(50)
        assert desk.title() != "taken", path
        assert desk.locator("main img[src=x], main script, main b:text-is('王')").count() == 0, path
    desk.goto(f"/desk/matter/{number}")
    assert "<script>document.title='taken'</script>" in desk.inner_text("main")
    assert "{{csrf}}" in desk.inner_text("main"), "template tags in a letter are text too"


def test_search_takes_anything(counties, open_page, engine):
    county = counties(engine)
    desk = open_page(county)
    sign_in(desk, county, "handler")
    for query in ('"', "'", "*", "AND OR NOT NEAR", "水*", "a:b", "(((", "\\", "%", "_", "-", "水 -电", "\u0000x", "x" * 5000, "🙂", "-" * 90):
        answer = desk.request.get("/desk/search?q=" + urllib.parse.quote(query))
        assert answer.status in (200, 400, 413, 414, 422, 431), (query[:20], answer.status)


def test_over_long_fields_are_refused_and_kept(visitor):
    for field, size in (("body", 30_000), ("place", 3_000), ("wish", 30_000), ("name", 500), ("phone", 400), ("address", 3_000)):
        text = "水" * size
        answer = visitor.post("/write", start(visitor) | letter(**{field: text}) | {"step": "send"})
        assert answer.status in (200, 400, 422), (field, answer.status)
        assert answer.number is None or "big-code" not in answer.text, f"{field} with {size} characters was registered"
        kept = [form.fields.get(field) for form in answer.forms() if field in form.fields]
        assert text in kept, f"{field}: what was typed is gone"


def test_a_body_beyond_every_limit(visitor, counties):
    answer = visitor.post("/write", start(visitor) | letter(body="水" * 3_000_000) | {"step": "send"})
    assert answer.status == 413
    again = Visitor(counties().server)
    assert again.get("/healthz").status == 200
    again.close()


def test_empty_letter_says_what_is_missing(visitor):
    answer = visitor.post("/write", start(visitor) | letter(body="", place="") | {"step": "send"})
    assert answer.status in (200, 400, 422)
    assert 'id="body-error"' in answer.text


def test_sent_twice_is_one_matter(counties, engine):
    county = counties(engine)
    someone = Visitor(county.server)
    hidden = start(someone)
    before = count(county)
    first = register(someone, hidden)
    second = register(someone, hidden)
    assert first.number and first.number == second.number
    assert count(county) == before + 1
    someone.close()


def test_sent_twice_at_the_same_moment(counties, engine):
    import threading

    county = counties(engine)
    someone = Visitor(county.server)
    hidden = start(someone)
    before = count(county)
    numbers = []

    def send():
        twin = Visitor(county.server)
        twin.cookies = dict(someone.cookies)
        numbers.append(register(twin, hidden).number)
        twin.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(set(numbers)) == 1 and numbers[0], numbers
    assert count(county) == before + 1
    someone.close()


def test_guessed_codes_all_get_the_same_answer(counties, visitor):
    known = register(visitor)
    guesser = Visitor(counties().server)

    def miss(number, code):
        answer = guesser.submit(guesser.get("/follow"), "code", number=number, code=code)
        assert LETTER not in answer.text
        # Only the echo of what was typed, and one-time values, may differ.
        return answer.status, re.sub(r'name="(_csrf|submission|number)" value="[^"]*"', "", answer.text)

    misses = [
        miss(known.number, "0000-0000"),
        miss("2601-9999-0", "0000-0000"),
        miss("2601-0001-1", known.code),
        miss("not a number", "0000-0000"),
        miss(known.number, "not a code"),
        miss("", ""),
    ]
    assert len(set(misses)) == 1, [status for status, _ in misses]
    # And the right one still opens it: guessing shuts nobody out.
    opened = visitor.submit(visitor.get("/follow"), "code", number=known.number, code=known.code.lower().replace("-", " "))
    assert known.number in opened.text and "/matter/words" in opened.text


def test_wrong_token_keeps_what_was_typed(visitor, counties):
    before = count(counties())
    for token in ("", "wrong", "x" * 4000):
        answer = visitor.post("/write", start(visitor) | letter(body=LETTER) | {"step": "send", "_csrf": token})
        assert answer.status in (200, 400, 403, 422), answer.status
        assert any(form.fields.get("body") == LETTER for form in answer.forms()), "what was typed is gone"
    assert count(counties()) == before
    # Sending that page again, with its fresh token, works.
    sent = visitor.submit(answer, "body", step="send")
    assert sent.number and sent.code


def test_no_cookie_at_all(counties):
    stranger = Visitor(counties().server)
    answer = stranger.post("/write", letter(body=LETTER) | {"step": "send", "_csrf": "made up", "submission": "made up"})
    assert answer.status in (200, 400, 403, 422)
    assert answer.code is None
    stranger.close()


def test_broken_bytes(visitor):
    fields = start(visitor)
    head = urllib.parse.urlencode({"_csrf": fields["_csrf"], "submission": fields["submission"], "step": "send", "place": "x"})
    for body in (b"&body=%ff%fe%80", b"&body=\xff\xfe\x80", b"&body=%", b"&body=%zz", b"&body", b"&body=%00", b"&&&==&body=%ed%a0%80"):
        answer = visitor.send(
            "POST", "/write", body=head.encode() + body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status in (200, 400, 422), (body, answer.status)
        assert "big-code" not in answer.text or answer.status == 200
    for kind in ("multipart/form-data; boundary=x", "application/json", "text/plain", ""):
        answer = visitor.send("POST", "/write", body=b"{\"body\":", headers={"Content-Type": kind})
        assert answer.status in (200, 400, 403, 415, 422), (kind, answer.status)


def test_strange_addresses(visitor):
    for path in ("/desk/matter/0", "/desk/matter/%ff", "/..%2f..%2fetc/passwd", "/assets/../../Package.swift", "/assets/%2e%2e/%2e%2e/etc/passwd",
                 "/matter?x=" + "y" * 3000, "/%00", "//", "/desk/queue/nothing", "/oversight/list?unit=1%27--"):
        answer = visitor.send("GET", path, follow=False)
        assert answer.status in (200, 302, 303, 400, 401, 403, 404, 414), (path, answer.status)
        assert b"root:" not in answer.body and b"swift-tools-version" not in answer.body
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert visitor.send(method, "/write").status in (400, 403, 404, 405, 501)


@pytest.mark.timeout(120)
def test_two_people_edit(counties, open_page, engine):
    """The second one sees both texts, loses neither, and sends what is left on top of the newer version."""
    county = counties(engine)
    resident, first, second = open_page(county), open_page(county), open_page(county)
    number, _ = write_letter(resident)
    matter = f"/desk/matter/{number}"
    sign_in(first, county, "dispatcher")
    dispatch(first, number)
    sign_out(first)
    sign_in(first, county, "handler", UNIT)
    sign_in(second, county, "handler", UNIT, which=1)
    accept(first, number)

    for desk in (first, second):
        desk.goto(matter)
        pane(desk, "reply")
    texts = {first: "第一个人写的答复：路灯已经修好。", second: "第二个人写的答复：下周一去修。"}
    for desk in (first, second):
        form = on_matter(desk, "reply")
        form.locator("[name=outcome][value=solved]").check()
        write_opinion(form)
        form.locator("[name=body]").fill(texts[desk])
        form.locator("[name=basis]").fill("《城市道路管理条例》")
        form.locator("[name=remedies]").fill("可以在 30 日内申请复查。")
        form.locator("button[name=step][value=sign]").click()
    assert texts[first] in first.content()
    shown = second.inner_text("main")
    assert texts[first] in shown, "what the first one wrote is not shown"
    assert texts[second] in second.content(), "the second text is gone"

    mine = second.locator("main textarea[name=body]")
    mine.fill(mine.input_value() + "\n" + texts[first])
    second.locator("main form[action*='/reply'] button.btn-primary").first.click()
    first.goto(matter)
    assert texts[second] in first.inner_text("main")


def test_headers(visitor):
    for path in ("/", "/write", "/staff/sign-in", "/no-such-page"):
        answer = visitor.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src" in policy and "unsafe-inline" not in policy and "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        for line in answer.headers.get_all("Set-Cookie") or []:
            assert "httponly" in line.lower() and "samesite" in line.lower(), line


@pytest.mark.timeout(90)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_signed_out_while_writing_loses_nothing(script, counties, open_page):
    """The session ends while a clerk writes: after signing in again the words are there and can be saved."""
    county = counties()
    desk = open_page(county, script=script)
    sign_in(desk, county, "receptionClerk")
    desk.goto("/desk/new")
    words = "楼道的灯坏了，老人摔了一跤，记到一半被锁了。"
    desk.check("[name=channel][value=call]")
    desk.fill("#desk-form [name=body]", words)
    desk.fill("#desk-form [name=place]", "河西新村 6 号楼")
    desk.check("[name=urgency][value=normal]")
    desk.check("[name=readBack]")
    kept = [cookie for cookie in desk.context.cookies() if cookie["name"] != "staff"]
    desk.context.clear_cookies()
    desk.context.add_cookies(kept)
    step(desk, "save")
    name, password = county.login("receptionClerk")
    desk.fill("[name=name]", name)
    desk.fill("[name=password]", password)
    desk.locator("form[action='/staff/sign-in'] button").click()
    assert words in desk.content()
    desk.locator("main form button.btn-primary").first.click()
    assert desk.locator(".wb-number .big-code").count() == 2 or words in desk.content()
