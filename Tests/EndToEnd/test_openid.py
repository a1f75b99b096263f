"""Signing in at a provider: a real one in a process of its own, on loopback, with a real browser between the two."""

import re
import sqlite3
import ssl
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from county import County, open_details, pane
from harness import Server, free_port
from onetime import set_up
from provider import Provider

REFERENCE = re.compile(r"E-[0-9A-Z]{4}")
BUTTON = "form[action='/staff/openid'] button"
INSIDE = "form[action='/staff/sign-out']"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    running = Provider(free_port(), tmp_path_factory.mktemp("provider"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def houses(stores, cluster, provider):
    """A county that knows the provider, per engine."""
    running = {}

    def house(engine="sqlite"):
        if engine not in running:
            store = stores.demo(engine)
            server = Server(store, *provider.flags, "--openid-link-by", "preferred_username")
            running[engine] = County(store, server, cluster)
        provider.spoil()
        return running[engine]

    yield house
    for county in running.values():
        county.server.stop()


def there(page, subject, press="Authorize"):
    """At the provider: says who it is, or presses Deny."""
    page.wait_for_url("**/oauth2/authorize?**")
    if press == "Authorize":
        page.fill("[name=sub]", subject)
    page.get_by_role("button", name=press).first.click()


def come(page, subject, next="/desk", press="Authorize"):
    page.goto("/staff/sign-in?next=" + urllib.parse.quote(next))
    page.locator(BUTTON).click()
    there(page, subject, press)


def log_lines(county, reference):
    return [line for line in county.server.log.read_text().splitlines() if reference in line]


def expect_problem(page, county, words, reason):
    """The page says what happened and names a number; the log knows the reason under it."""
    shown = page.inner_text("main")
    assert words in shown and page.locator(INSIDE).count() == 0, shown
    lines = log_lines(county, REFERENCE.search(shown).group())
    assert len(lines) == 1 and reason in lines[0], (reason, lines)


def code_of(address):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))


@pytest.mark.timeout(90)
def test_in_and_out(houses, provider, open_page, axe, engine):
    county = houses(engine)
    name, _ = county.login("handler")
    subject = f"sub-{engine}"
    provider.add(subject, preferred_username=name)
    page = open_page(county, script=engine == "sqlite")
    page.goto("/staff/sign-in")
    # Without JavaScript axe has nothing to run on.
    assert engine == "postgres" or axe(page, "sign-in with a provider") == []
    come(page, subject, "/desk/queue/mine")
    assert page.url.endswith("/desk/queue/mine") and page.locator(INSIDE).count() == 1, page.inner_text("main")
    asked = provider.seen()["authorize"][-1]
    assert asked["scope"] == "openid profile" and asked["redirect_uri"] == county.server.url + "/staff/openid/callback"
    assert provider.seen()["refused"] == []
    listed = county.store.run("staff", "list").stdout.splitlines()
    assert [line.split("\t")[0] for line in listed if line.endswith("(openid)")] == [name]

    # Somebody whom the provider knows and this house does not; and a second account of the same name.
    page.locator(INSIDE + " button").click()
    link = page.get_by_role("link", name="退出县统一身份")
    leaving = code_of(link.get_attribute("href"))
    assert leaving == {"client_id": "jiaxin", "post_logout_redirect_uri": county.server.url + "/staff/sign-in"}
    link.click()
    page.get_by_role("button", name="End session").click()
    assert page.url == county.server.url + "/staff/sign-in"
    for stranger in ("nobody", "double"):
        provider.add("double", preferred_username=name)
        come(page, stranger)
        expect_problem(page, county, "还没有和这里的人关联", "notLinked")
    assert engine == "postgres" or axe(page, "not linked") == []
    outcomes = county.in_store("SELECT outcome FROM sign_in_log ORDER BY id")
    assert outcomes == ["entered", "notLinked"], "a known name that came from another account is noted, a stranger is not"

    # Administrators and approvers are linked by hand.
    chief, _ = county.login("administrator")
    provider.add("chief", preferred_username=chief)
    come(page, "chief")
    expect_problem(page, county, "还没有和这里的人关联", "notLinked")
    county.store.run("staff", "link-openid", "--name", chief, "--subject", "chief", "--issuer", provider.url)
    come(page, "chief")
    assert page.locator(INSIDE).count() == 1
    county.store.run("staff", "unlink-openid", "--name", chief)
    page.goto("/desk")
    assert "/staff/sign-in" in page.url, "the link is gone, and the session with it"
    refused = county.store.run("staff", "link-openid", "--name", chief, "--subject", subject, "--issuer", provider.url, check=False)
    assert refused.returncode == 2 and "linked to somebody else" in refused.stderr

    # Whoever leaves the house does not come in by the other door.
    county.store.run("staff", "deactivate", "--name", name)
    come(page, subject)
    expect_problem(page, county, "还没有和这里的人关联", "notLinked")
    assert county.store.run("verify").returncode == 0
    log = county.server.log.read_text()
    assert subject not in log and "preferred_username" not in log and "a secret" not in log
    # Chromium counts every page with a status of 4xx as a complaint.
    assert [line for line in page.complaints if "Failed to load resource" not in line] == []


@pytest.mark.timeout(90)
def test_an_answer_counts_once_and_in_its_own_browser(houses, provider, open_page):
    county = houses()
    name, _ = county.login("receptionClerk")
    provider.add("clerk", preferred_username=name)
    page = open_page(county)
    answers = []
    page.on("request", lambda request: "/staff/openid/callback" in request.url and answers.append(request.url))
    come(page, "clerk", "/desk/new")
    assert page.url.endswith("/desk/new") and len(answers) == 1
    exchanges = provider.seen()["exchanges"]

    # The same answer again, as the back button sends it: whoever is in goes to work.
    page.goto(answers[0])
    assert page.locator(INSIDE).count() == 1 and "/desk" in page.url
    # In another browser it opens nothing, signed in or not; nor does an answer that was planted there.
    other = open_page(county)
    other.goto(answers[0])
    expect_problem(other, county, "这次登录隔得太久", "unknownState")
    other.goto("/staff/sign-in")
    other.locator(BUTTON).click()
    other.wait_for_url("**/oauth2/authorize?**")
    other.goto(answers[0])
    expect_problem(other, county, "这次登录隔得太久", "unknownState")
    # Nor with the right state and no code, or with somebody else's code.
    other.locator(BUTTON).click()
    other.wait_for_url("**/oauth2/authorize?**")
    state = code_of(other.url)["state"]
    other.goto(f"/staff/openid/callback?state={state}&code={code_of(answers[0])['code']}")
    expect_problem(other, county, "核对不上", "tokenEndpoint.400.invalid_grant")
    assert provider.seen()["exchanges"] == exchanges + 1, "answers without their attempt are not exchanged"

    # Back from the provider leads to the sign-in page, not around in a circle.
    other.goto("/staff/sign-in?next=/desk/new")
    other.locator(BUTTON).click()
    other.wait_for_url("**/oauth2/authorize?**")
    other.go_back()
    other.wait_for_url("**/staff/sign-in**")
    # Two tabs: each comes to where it was going.
    tab = other.context.new_page()
    for window, where in ((other, "/desk/new"), (tab, "/desk/queue/mine")):
        window.goto("/staff/sign-in?next=" + where)
        window.locator(BUTTON).click()
        window.wait_for_url("**/oauth2/authorize?**")
    there(tab, "clerk")
    assert tab.url.endswith("/desk/queue/mine")
    there(other, "clerk")
    assert other.url.endswith("/desk/new")
    # Whoever presses "deny" is back where they were.
    last = open_page(county)
    come(last, "clerk", press="Deny")
    expect_problem(last, county, "没有放行", "answer.error")
    for elsewhere in ("//127.0.0.2/", "https://127.0.0.2/", "/\\127.0.0.2/"):
        come(last, "clerk", elsewhere)
        assert last.url.startswith(county.server.url + "/desk"), elsewhere
        last.locator(INSIDE + " button").click()


@pytest.mark.timeout(90)
def test_what_was_typed_comes_back(houses, provider, open_page):
    county = houses()
    unit = county.busiest()
    name, _ = county.login("handler", unit)
    provider.add("writer", preferred_username=name)
    page = open_page(county)
    come(page, "writer", "/desk/queue/unit")
    page.locator("[data-row] .c-title a").first.click()
    matter = page.url.split("?")[0]
    pane(page, "note")
    words = "打了两次电话，都没人接。" * 20
    page.locator("form[action$='/note'] [name=body]").fill(words)
    # The session ends meanwhile.
    with sqlite3.connect(county.store.database.removeprefix("sqlite:")) as store:
        store.execute("UPDATE staff_sessions SET last_seen_at = last_seen_at - 3600000")
    page.locator("form[action$='/note'] button[data-send]").click()
    assert "一个字不少" in page.inner_text("main")
    # The provider fails half-way: the words are still there. Then it answers, and they come along.
    provider.spoil("down")
    page.locator(BUTTON).click()
    there(page, "writer")
    expect_problem(page, county, "现在连不上", "tokenEndpoint.503")
    assert page.locator("form[action='/staff/openid'] [name='kept.body']").get_attribute("value") == words
    provider.spoil()
    page.locator(BUTTON).click()
    there(page, "writer")
    assert words in page.inner_text("main"), page.inner_text("main")
    page.locator("main form .btn-primary").click()
    assert words in page.inner_text("main") and page.url.startswith(matter)
    assert len(county.in_store("SELECT 1 FROM openid_attempts WHERE has_form = 1")) == 0, "taken out with the answer"


@pytest.mark.timeout(90)
def test_a_provider_that_is_down_or_lies(stores, cluster, open_page, tmp_path, axe):
    provider = Provider(free_port(), tmp_path)
    store = stores.demo("sqlite")
    county = County(store, Server(store, *provider.flags, "--password-sign-in", "emergencyOnly"), cluster)
    name, password = county.login("handler")
    store.run("staff", "link-openid", "--name", name, "--subject", "h", "--issuer", provider.url)
    try:
        page = open_page(county)
        for how, words, reason in (
            ("nonce", "核对不上", "token.nonce"), ("signature", "核对不上", "token.signature"),
            ("none", "核对不上", "token.algorithm"),
        ):
            provider.spoil(how)
            come(page, "h")
            expect_problem(page, county, words, reason)
        provider.spoil()

        # While it answers, a password is not enough, except for administrators.
        def password_in(name, password):
            page.goto("/staff/sign-in")
            open_details(page, ".signin-password")
            page.fill("[name=name]", name)
            page.fill("[name=password]", password)
            page.locator("form[action='/staff/sign-in'] button").click()

        password_in(name, password)
        assert "密码是对的" in page.inner_text("main") and page.locator(INSIDE).count() == 0
        assert axe(page, "password refused") == []
        password_in(name, "wrong password")
        assert "密码是对的" not in page.inner_text("main")
        password_in(*county.login("administrator"))
        page.locator(INSIDE + " button").click()
        come(page, "h")
        page.locator(INSIDE + " button").click()

        answers = store.run("config", "--check", *provider.flags)
        assert f"{provider.url} answers" in answers.stdout and "a secret" not in answers.stdout
        provider.spoil("issuer")
        lies = store.run("config", "--check", *provider.flags, check=False)
        assert lies.returncode == 1 and "discovery.issuer" in lies.stdout
        provider.stop()
        down = store.run("config", "--check", *provider.flags, check=False)
        assert down.returncode == 1 and "does not answer" in down.stdout
        # A server that starts now serves, and lets people in with their passwords.
        county.server.stop()
        county.server = Server(store, *provider.flags, "--password-sign-in", "emergencyOnly")
        page = open_page(county)
        page.goto("/staff/sign-in")
        page.locator(BUTTON).click()
        expect_problem(page, county, "现在连不上", "reason")
        assert page.locator(".signin-password").get_attribute("open") is not None
        assert axe(page, "provider down") == []
        password_in(name, password)
        assert page.locator(INSIDE).count() == 1
    finally:
        provider.stop()
        county.server.stop()


@pytest.mark.timeout(90)
def test_an_approver_gives_a_code_here_as_well(stores, cluster, provider, open_page, axe):
    provider.spoil()
    store = stores.demo("sqlite")
    county = County(store, Server(store, *provider.flags, "--second-factor", "required"), cluster)
    name, password = county.login("approver")
    try:
        # Linked by themselves, on their own page: against the password, by way of the provider.
        page = open_page(county)
        page.goto("/staff/sign-in")
        page.fill("[name=name]", name)
        page.fill("[name=password]", password)
        page.locator("form[action='/staff/sign-in'] button").click()
        assert page.url.endswith("/desk/second-factor"), "nothing before the second step"
        app, _ = set_up(page)
        page.goto("/desk/password")
        page.locator("a[href='/desk/openid']").click()
        assert axe(page, "/desk/openid") == []
        page.fill("#password", "wrong password")
        page.locator("button[value=link]").click()
        assert page.locator("#password-error").count() == 1
        page.fill("#password", password)
        page.locator("button[value=link]").click()
        there(page, "boss")
        assert "关联好了" in page.inner_text("main") and page.url.startswith(county.server.url + "/desk/openid")
        page.locator(INSIDE + " button").click()

        come(page, "boss", "/desk/queue/mine")
        assert page.locator("form[action='/staff/second-factor']").count() == 1, page.inner_text("main")
        page.goto("/desk/queue/mine")
        assert "/staff/second-factor" in page.url, "the provider's word alone opens nothing"
        page.fill("#code", app.wrong())
        page.locator("form[action='/staff/second-factor'] button").click()
        assert page.locator("#code-error").count() == 1
        page.fill("#code", app.code())
        page.locator("form[action='/staff/second-factor'] button").click()
        assert page.locator(INSIDE).count() == 1 and page.url.endswith("/desk/queue/mine")
        # Taking the link away asks for the password and ends the session.
        page.goto("/desk/openid")
        page.fill("#password", password)
        page.locator("button[value=unlink]").click()
        assert page.url.endswith("/staff/sign-in")
        come(page, "boss")
        expect_problem(page, county, "还没有和这里的人关联", "notLinked")
        assert store.run("verify").returncode == 0
    finally:
        county.server.stop()


@pytest.mark.timeout(60)
def test_settings_and_certificates(stores, provider, tmp_path):
    store = stores.empty("sqlite")

    def check(*flags):
        done = store.run("config", "--check", *flags, check=False)
        return done.returncode, done.stdout + done.stderr

    code, text = check("--openid-issuer", "http://id.example", "--openid-client-id", "x")
    assert code == 2 and "openidIssuer" in text
    code, text = check("--openid-issuer", provider.url)
    assert code == 2 and "openidClientID" in text
    code, text = check("--password-sign-in", "emergencyOnly")
    assert code == 2 and "needs a provider" in text
    provider.secret.chmod(0o644)
    code, text = check(*provider.flags)
    provider.secret.chmod(0o600)
    assert code == 5 and "chmod 600" in text and "a secret" not in text

    # A certificate that nobody vouches for; an answer that leads elsewhere; one that never ends.
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem", "-out",
         tmp_path / "cert.pem", "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.server.kind == "elsewhere":
                self.send_response(302)
                self.send_header("Location", provider.url + "/.well-known/openid-configuration")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(4000):
                    self.wfile.write(b" " * 1024)
            except OSError:
                pass

        def log_message(self, *_):
            pass

    for kind, reason in (("certificate", "NIOSSL"), ("elsewhere", "status.302"), ("endless", "answer.tooLong")):
        server = HTTPServer(("127.0.0.1", 0), Answers)
        server.kind = kind
        scheme = "http"
        if kind == "certificate":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code, text = check("--openid-issuer", f"{scheme}://localhost:{server.server_port}", "--openid-client-id", "x")
        server.shutdown()
        server.server_close()
        assert code == 1 and reason in text, (kind, text)
