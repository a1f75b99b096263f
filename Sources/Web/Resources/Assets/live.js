// The first screen of oversight tells itself anew. The server says that numbers changed; the page then fetches its
// tiles and puts them in the old ones' place, without moving what somebody is reading or where the keyboard is.

const bar = document.querySelector("[data-live]");
const state = bar.querySelector("[data-live-state]");
const say = bar.querySelector("[data-live-say]");
const button = bar.querySelector("[data-live-pause]");
const words = bar.dataset;
let source = null;
let numbers = JSON.parse(document.querySelector("[data-live-region]").dataset.numbers);
let paused = false;
let ended = false;
let fetching = false;
let waits = false;
let saidAt = 0;

const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
function show(text, kind) {
    state.textContent = text.replace("{time}", clock());
    bar.dataset.state = kind;
}

async function renew() {
    if (fetching) { waits = true; return; }
    fetching = true;
    try {
        const answer = await fetch(words.livePage, { headers: { Accept: "text/html" }, redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live-region]");
        const old = document.querySelector("[data-live-region]");
        if (!fresh || !old) return;
        const focused = old.contains(document.activeElement) ? document.activeElement : null;
        const href = focused?.getAttribute("href");
        const among = href ? [...old.querySelectorAll("a")].filter((link) => link.getAttribute("href") === href).indexOf(focused) : -1;
        old.replaceWith(fresh);
        if (among >= 0) [...fresh.querySelectorAll("a")].filter((link) => link.getAttribute("href") === href)[among]?.focus({ preventScroll: true });
        const counted = document.querySelector("[data-live-asof]");
        if (counted) counted.textContent = fresh.dataset.counted;
        show(words.on, "on");
        // Spoken rarely: a screen reader is not a ticker.
        if (Date.now() - saidAt > 60000) {
            saidAt = Date.now();
            say.textContent = words.changed.replace("{due}", numbers.due).replace("{overdue}", numbers.overdue)
                .replace("{unsolved}", numbers.unsolved).replace("{promises}", numbers.promises);
        }
    } catch {
        show(words.lost, "lost");
    } finally {
        fetching = false;
        if (waits) { waits = false; renew(); }
    }
}

function listen() {
    if (source || paused || ended || document.hidden) return;
    source = new EventSource(words.live);
    source.addEventListener("open", () => show(words.on, "on"));
    source.addEventListener("numbers", (event) => {
        const fresh = JSON.parse(event.data);
        const isNew = JSON.stringify(fresh) !== JSON.stringify(numbers);
        numbers = fresh;
        if (isNew) renew();
    });
    source.addEventListener("end", () => {
        ended = true;
        stop();
        button.hidden = true;
        show(words.ended, "ended");
    });
    // Newer windows of the same person are being told instead.
    source.addEventListener("rest", () => pause(true));
    source.addEventListener("error", () => {
        show(words.lost, "lost");
        // A refusal is final for the browser; we try again later.
        if (source?.readyState === EventSource.CLOSED) { stop(); setTimeout(listen, 30000); }
    });
}

function stop() {
    source?.close();
    source = null;
}

function pause(isPaused) {
    paused = isPaused;
    button.textContent = paused ? words.resume : words.pause;
    if (paused) { stop(); show(words.paused, "paused"); } else { show(words.on, "on"); listen(); }
}
button.addEventListener("click", () => pause(!paused));
// Nobody looks at a hidden page.
document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); else listen(); });
addEventListener("pagehide", stop);
bar.hidden = false;
show(words.on, "on");
listen();
