"""Fixtures: a PostgreSQL cluster, demo counties on both engines, servers, a browser, screenshots of what failed."""

import os
import re
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from county import County
from harness import AS_ROOT, BINARY, ENGINES, ROOT, Cluster, Server, Stores, need

SCREENSHOTS = ROOT / ".build/screenshots"

# The county's day is the tests' day, wherever they run: for eight hours of each day another one has begun there.
os.environ["TZ"] = "Asia/Shanghai"
time.tzset()


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than half a minute")


def pytest_collection_modifyitems(config, items):
    """Two tests at a time share two cores: what guards against hanging waits twice as long."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    for item in items:
        known = item.get_closest_marker("timeout")
        if known:
            item.add_marker(pytest.mark.timeout(2 * known.args[0]), append=False)


def pytest_sessionstart(session):
    need(BINARY, "the debug build of jiaxin")


def pytest_report_header(config):
    return f"jiaxin: {BINARY}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when != "call" or not report.failed:
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", item.name)
    for index, page in enumerate(getattr(item, "open_pages", [])):
        try:
            page.screenshot(path=SCREENSHOTS / f"{name}-{index}.png", full_page=True, timeout=5000)
            (SCREENSHOTS / f"{name}-{index}.html").write_text(page.content())
        except Exception as problem:  # the page may be gone; the test's own failure is what matters
            report.sections.append(("screenshot", str(problem)))


@pytest.fixture(scope="session")
def cluster():
    running = Cluster()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def stores(tmp_path_factory, cluster):
    return Stores(tmp_path_factory.mktemp("stores"), cluster)


@pytest.fixture(scope="session")
def counties(stores, cluster):
    """A served demo county per engine, started when first asked for and shared by the tests that only add to it."""
    running = {}

    def county(engine="sqlite"):
        if engine not in running:
            store = stores.demo(engine)
            running[engine] = County(store, Server(store), cluster)
        return running[engine]

    yield county
    for county in running.values():
        county.server.stop()


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        # Chromium's own sandbox refuses to run as root. Without its windows it needs a third less time.
        flags = ["--no-sandbox"] if AS_ROOT else []
        path = need("/usr/bin/chromium-headless-shell", "chromium-headless-shell")
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, request):
    """Opens pages in contexts of their own: `open_page(county, lang="en", width=390, script=False, theme="dark")`."""
    contexts = []
    request.node.open_pages = []

    def open_one(county, lang="zh-Hans", width=1280, script=True, theme="light", large=False):
        context = chromium.new_context(
            base_url=county.server.url, locale="en-GB" if lang == "en" else "zh-CN", timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 844 if width < 700 else 900}, color_scheme=theme,
            java_script_enabled=script)
        context.set_default_timeout(40_000)
        contexts.append(context)
        page = context.new_page()
        request.node.open_pages.append(page)
        page.complaints = []
        page.on("pageerror", lambda problem: page.complaints.append(f"script: {problem}"))
        page.on("console", lambda line: line.type == "error" and page.complaints.append(f"console: {line.text}"))
        page.goto(f"/?lang={lang}&large={int(large)}")
        assert page.locator("html").get_attribute("lang") == lang
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def axe():
    """Fails with a readable list when a page breaks WCAG 2.2 A or AA or a best practice."""
    source = Axe().axe_script

    def check(page, where):
        page.evaluate(source)
        # The rest of its report, all that is well on the page, costs a fifth of the time to bring over.
        found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then((report) => report.violations)")
        lines = [
            f"{problem['id']} ({problem['impact']}): {problem['help']}\n    "
            + "\n    ".join(node["html"][:160] for node in problem["nodes"][:3])
            for problem in found
        ]
        return [f"{where}: {line}" for line in lines]

    return check
