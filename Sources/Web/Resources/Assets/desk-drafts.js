// Drafts kept on the server every few seconds, and who else has the matter open. Both work without a script too: the
// first by a button, the second by looking.

const pause = 2500;
const idle = 5 * 60 * 1000;
let touched = Date.now();
for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });

async function send(url, fields) {
    const answer = await fetch(url, { method: "POST", body: fields, credentials: "same-origin", redirect: "error" });
    if (!answer.ok || !(answer.headers.get("Content-Type") ?? "").startsWith("text/plain")) throw new Error("not kept");
    return (await answer.text()).split("\n");
}

/// Names that belong to the page and not to what somebody writes; the server leaves out the same ones.
const plumbing = ["_csrf", "submission", "version", "queue", "step", "draft", "base", "quiet", "files", "canned"];

/// The text fields of a form as a browser would send them; never files.
function fieldsOf(form) {
    const out = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") out.append(name, value);
    return out;
}

export function keepOnServer(form, words, changed) {
    const status = form.querySelector("[data-draft-status]");
    const trouble = form.querySelector("[data-draft-trouble]");
    const base = form.elements.namedItem("base");
    const content = () => { const out = fieldsOf(form); for (const name of plumbing) out.delete(name); return out.toString(); };
    let kept = content();
    let timer, running, stopped = false;
    for (const button of form.querySelectorAll("[data-keep]")) button.hidden = true;

    function tell(sentence, buttons = []) {
        if (!trouble) return;
        trouble.replaceChildren(sentence, ...buttons.flatMap(([text, act]) => {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "btn btn-small";
            button.textContent = text;
            button.addEventListener("click", act);
            return [" ", button];
        }));
        trouble.hidden = sentence === "";
    }

    async function save() {
        if (stopped || running) return;
        const now = content();
        if (now === kept) return;
        running = true;
        try {
            const fields = fieldsOf(form);
            fields.set("quiet", "1");
            const [outcome, revision, sentence] = await send(form.dataset.deskDraft, fields);
            if (outcome === "saved") {
                kept = now;
                base.value = revision;
                if (status) status.textContent = sentence;
                if (content() === now) changed.delete(form);
                tell("");
            } else {
                // Nothing is saved over something newer unless the person says so.
                stopped = true;
                const mine = [words.draftMine ?? "", () => { base.value = revision; stopped = false; tell(""); save(); }];
                const theirs = [words.draftTheirs ?? "", () => { changed.delete(form); location.reload(); }];
                tell(sentence, outcome === "newer" ? [mine, theirs] : [mine]);
            }
        } catch {
            if (status) status.textContent = words.draftFailed ?? "";
        } finally {
            running = false;
            if (!stopped && content() !== kept) { clearTimeout(timer); timer = setTimeout(save, pause); }
        }
    }
    form.addEventListener("input", () => { changed.add(form); clearTimeout(timer); timer = setTimeout(save, pause); });
    form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); });
    addEventListener("pageshow", () => { if (form.isConnected) stopped = false; });
    addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
}

export function tellWhoIsHere(element) {
    const token = document.querySelector("input[name=_csrf]")?.value;
    if (!token) return;
    let wrote = 0;
    addEventListener("input", (event) => { if (event.target.closest?.("[data-desk-draft]")) wrote = Date.now(); });
    const fields = (more) => new URLSearchParams({ _csrf: token, ...more });
    async function beat() {
        // A page that is only left open neither shows its reader as present nor keeps the session alive.
        if (document.visibilityState === "hidden" || Date.now() - touched > idle) return;
        try {
            const sentence = (await send(element.dataset.here, fields(Date.now() - wrote < 30_000 ? { writing: "1" } : {})))[0];
            if (element.textContent !== sentence) element.textContent = sentence;
        } catch { /* the next one may get through */ }
    }
    addEventListener("pagehide", () => navigator.sendBeacon(element.dataset.here, fields({ leaving: "1" })));
    beat();
    setInterval(beat, 15_000);
}
