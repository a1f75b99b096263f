"""What is spoken: a reply that is read aloud, and a voice note that is recorded, sent and heard."""

import re

import pytest
from playwright.sync_api import expect

from county import LETTER, follow, open_details, sign_in, step
from files import kept_files
from harness import AS_ROOT
from lawful import in_hand, read, reply
from visitor import CODE, NUMBER

BODY = "灯昨天换好了，您晚上出门看看。"
# Speaks nothing and notes everything. Like Chromium it tells whoever is cut off by an error, not by an end.
SPEECH = """
window.spoken = [];
const waiting = [];
let voices = VOICES;
class Voice extends EventTarget {
    get speaking() { return waiting.length > 0; }
    get pending() { return waiting.length > 1; }
    getVoices() { return voices; }
    speak(words) {
        waiting.push(words);
        window.spoken.push({ text: words.text, lang: words.lang, voice: words.voice?.lang ?? null });
    }
    cancel() {
        for (const words of waiting.splice(0)) setTimeout(() => words.dispatchEvent(new Event("error")));
    }
}
class Words extends EventTarget {
    constructor(text) { super(); Object.assign(this, { text, lang: "", voice: null, rate: 1 }); }
}
Object.defineProperty(window, "speechSynthesis", { value: new Voice() });
Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Words });
window.speakToTheEnd = () => { while (waiting.length) waiting.shift().dispatchEvent(new Event("end")); };
window.voicesCome = (found) => { voices = found; speechSynthesis.dispatchEvent(new Event("voiceschanged")); };
"""
CHINESE = "[{ lang: 'zh-CN', name: 'a voice' }]"


def hearing(page, voices=CHINESE):
    page.add_init_script(SPEECH.replace("VOICES", voices))
    return page


def is_speaking(page):
    return page.evaluate("speechSynthesis.speaking")


@pytest.fixture
def answered(counties, open_page):
    """A letter with a reply, and the page of its resident."""
    county = counties()
    resident, desk = hearing(open_page(county, width=390)), open_page(county)
    number, code = in_hand(county, resident, desk)
    reply(desk, number, "solved", BODY, execution="done")
    return resident, number, code


@pytest.mark.timeout(90)
def test_a_reply_is_read_aloud(answered):
    page, number, code = answered
    read(page, number, code)
    letter = page.locator("[data-read-letter]")
    assert letter.count() == 1
    button = letter.locator("[data-read-reply]")
    start = button.inner_text()
    button.click()
    spoken = page.evaluate("spoken")
    # The whole letter, in its order, and nothing else: no button, no seal.
    shown = [part.strip() for part in letter.locator(".ruled p, .letter-foot p").all_text_contents()]
    assert [part["text"] for part in spoken] == shown and BODY in shown
    assert {(part["lang"], part["voice"]) for part in spoken} == {("zh-CN", "zh-CN")}
    assert button.get_attribute("aria-pressed") == "true" and button.inner_text() == button.get_attribute("data-stop") != start

    # Again: silence, at once.
    button.click()
    assert not is_speaking(page) and len(page.evaluate("spoken")) == len(shown)
    assert button.get_attribute("aria-pressed") == "false" and button.inner_text() == start

    # From the beginning; at its end the button is as it was.
    button.click()
    assert [part["text"] for part in page.evaluate("spoken")] == shown * 2 and is_speaking(page)
    page.evaluate("speakToTheEnd()")
    assert button.get_attribute("aria-pressed") == "false" and button.inner_text() == start

    # Nobody goes on hearing a letter that is no longer on the screen.
    button.click()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert not is_speaking(page)
    assert page.complaints == []


@pytest.mark.timeout(90)
def test_a_reply_has_no_button_until_a_voice_speaks_its_language(answered):
    page, number, code = answered
    hearing(page, "[{ lang: 'en-GB', name: 'a voice' }]")
    read(page, number, code)
    button = page.locator("[data-read-reply]")
    assert button.count() == 1 and button.is_hidden()
    page.evaluate(f"voicesCome({CHINESE})")
    assert button.is_visible()


@pytest.mark.timeout(120)
def test_one_letter_is_read_at_a_time(counties, open_page):
    county = counties()
    page, desk = hearing(open_page(county, width=390)), open_page(county)
    number, code = in_hand(county, page, desk)
    reply(desk, number, "solved", BODY, execution="done")
    read(page, number, code)
    judge = page.locator("form[action='/matter/judge']")
    judge.locator("[name=outcome][value=not]").check()
    judge.locator("button[type=submit]").click()
    open_details(page, "#ask-again > details")
    page.fill("[name=reasons]", "昨天晚上又不亮了。")
    page.locator("form[action='/matter/reopen'] button[type=submit]").click()
    reply(desk, number, "solved", "电缆也换了。", execution="done")
    read(page, number, code)
    first, second = page.locator("[data-read-reply]").all()
    start = second.inner_text()
    first.click()
    second.click()
    # The one that was cut off says so; the other goes on until it is stopped.
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_attribute("aria-pressed", "false")
    assert first.inner_text() == start and is_speaking(page)
    second.click()
    assert not is_speaking(page) and second.inner_text() == start


def test_the_first_page_in_large_print_is_read_aloud(counties, open_page):
    page = hearing(open_page(counties(), large=True))
    page.goto("/")
    button = page.locator("[data-read-aloud]")
    start = button.inner_text()
    button.click()
    spoken = page.evaluate("spoken")
    assert len(spoken) == 1 and spoken[0]["lang"] == "zh-CN" and page.locator("h1").text_content().strip() in spoken[0]["text"]
    assert button.inner_text() == button.get_attribute("data-stop") != start
    button.click()
    assert not is_speaking(page) and button.inner_text() == start and len(page.evaluate("spoken")) == 1


# Voice notes.


@pytest.fixture(scope="module")
def with_microphone(chromium):
    """A browser whose microphone hums, and whose owner allows it wherever a page asks."""
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] + (["--no-sandbox"] if AS_ROOT else [])
    browser = chromium.browser_type.launch(executable_path="/usr/bin/chromium-headless-shell", args=flags)
    yield browser
    browser.close()


@pytest.fixture
def speaker(with_microphone, counties, request):
    """The page of a resident with a microphone."""
    county = counties()
    context = with_microphone.new_context(
        base_url=county.server.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 390, "height": 844},
        permissions=["microphone"])
    page = context.new_page()
    request.node.open_pages = [page]
    page.complaints = []
    page.on("pageerror", lambda problem: page.complaints.append(f"script: {problem}"))
    page.on("console", lambda line: line.type == "error" and page.complaints.append(f"console: {line.text}"))
    yield county, page
    context.close()


def record(page, seconds=2):
    button = page.locator("[data-file-record]")
    start = button.inner_text()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text(f"0:{seconds:02d}")
    assert page.inner_text("[data-file-status]") != ""
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert button.inner_text() == start and page.inner_text("[data-file-status]") == ""


def may_use_microphone(page):
    """Whether the page itself may ask, whatever the person allowed."""
    return page.evaluate("navigator.mediaDevices.getUserMedia({ audio: true }).then(() => true, (problem) => problem.name)")


@pytest.mark.timeout(120)
def test_a_voice_note_is_recorded_sent_and_heard(open_page, speaker, axe):
    county, page = speaker
    before = len(kept_files(county.store)[0])
    page.goto("/write")
    page.fill("[name=body]", LETTER)
    record(page)
    record(page, 1)
    notes = page.locator("[data-file-list] li")
    assert notes.count() == 2 and page.locator("[data-file-list] audio").count() == 2
    assert axe(page, "write with a voice note") == []
    # The second try is taken out again; the first stays.
    notes.last.locator("button").click()
    assert notes.count() == 1
    name = notes.locator(".file-name").inner_text().split(" · ")[0]
    step(page, "contact")
    page.fill("input[name=name]", "王某某")
    step(page, "review")
    assert name in page.inner_text("main")
    step(page, "send")
    shown = page.inner_text("main")
    number, code = NUMBER.search(shown).group(), CODE.search(shown).group()

    kept = county.in_store(
        "SELECT a.state || ' ' || a.type || ' ' || (a.size > 1000) FROM attachments a JOIN cases c ON c.id = a.stream_id "
        f"WHERE c.number = '{number}'")
    assert kept == ["kept webm 1"]
    assert len(kept_files(county.store)[0]) == before + 1, "the one that was taken out is not kept"

    # Whoever wrote hears it, and so does the desk: the same bytes, a sound that plays.
    follow(page, number, code)
    heard = page.request.get(page.locator("#files-list audio").get_attribute("src"))
    assert heard.ok and heard.headers["content-type"] == "audio/webm" and heard.body()[:4] == b"\x1aE\xdf\xa3"
    desk = open_page(county)
    sign_in(desk, county, "dispatcher")
    desk.goto(f"/desk/matter/{number}")
    assert name in desk.inner_text("#files-list")
    sound = desk.locator("#files-list audio")
    assert desk.request.get(sound.get_attribute("src")).body() == heard.body()
    plays = """sound => new Promise((plays, fails) => {
        sound.addEventListener("canplay", () => plays(sound.readyState >= 3));
        sound.addEventListener("error", () => fails(sound.error));
        sound.preload = "auto";
        sound.load();
    })"""
    assert sound.evaluate(plays)
    assert page.complaints == [] and desk.complaints == []


@pytest.mark.timeout(60)
def test_without_leave_there_is_a_sentence_and_no_note(counties, open_page):
    page = open_page(counties(), width=390)
    page.goto("/write")
    page.fill("[name=body]", LETTER)
    page.locator("[data-file-record]").click()
    expect(page.locator("[data-file-status]")).to_contain_text("没有拿到话筒的许可")
    assert page.locator("[data-file-list] li").count() == 0
    assert page.locator("[data-file-record]").get_attribute("aria-pressed") == "false"
    step(page, "contact")
    assert page.locator("input[name=phone]").count() == 1, "the letter goes on without it"


@pytest.mark.timeout(60)
def test_the_microphone_opens_on_pages_with_a_recorder_only(speaker):
    """The person allows it everywhere; the server does not."""
    _, page = speaker
    page.goto("/write")
    assert may_use_microphone(page) is True
    page.fill("[name=body]", LETTER)
    step(page, "contact")
    assert page.locator("[data-file-record]").count() == 0 and may_use_microphone(page) == "NotAllowedError"
    for path in ("/", "/follow", "/pressed", "/information", "/matters", "/staff/sign-in"):
        page.goto(path)
        assert may_use_microphone(page) == "NotAllowedError", path
    # To this site alone, and nothing beside it.
    policy = page.request.get("/write").headers["permissions-policy"]
    assert re.search(r"\bmicrophone=\(self\)", policy) and "camera=()" in policy and "geolocation=()" in policy
