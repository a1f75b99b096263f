// Comfort for the residents' pages. Every page works without this file: it only keeps drafts,
// counts characters, fills the look-up from a QR code, prints, reads aloud and moves the focus.
// All words come from the page (data attributes), so this file knows no language.

const draftKey = "jiaxin.draft";
const draftFields = ["body", "place", "area", "wish"]; // never name, telephone or address

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const clock = (date) => `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** Storage may be switched off or full; a draft is a comfort, so every failure is silence. */
const storage = {
    read(maximumAge) {
        try {
            const draft = JSON.parse(localStorage.getItem(draftKey));
            if (!draft || typeof draft.savedAt !== "number") return null;
            if (Date.now() - draft.savedAt > maximumAge) {
                localStorage.removeItem(draftKey);
                return null;
            }
            return draft;
        } catch {
            return null;
        }
    },
    write(fields) {
        try {
            localStorage.setItem(draftKey, JSON.stringify({ savedAt: Date.now(), fields }));
            return true;
        } catch {
            return false;
        }
    },
    clear() {
        try {
            localStorage.removeItem(draftKey);
        } catch {
            // Nothing was kept, so nothing is left.
        }
    },
};

function keepDraft(form) {
    const maximumAge = Number(form.dataset.draftDays || 7) * 86_400_000;
    const controls = draftFields.map((name) => form.elements.namedItem(name)).filter(Boolean);
    const saved = form.querySelector("[data-draft-saved]");
    const clearRow = form.querySelector("[data-draft-clear-row]");
    const found = form.querySelector("[data-draft-found]");

    const draft = storage.read(maximumAge);
    if (draft && controls.every((control) => control.value.trim() === "")) {
        for (const control of controls) control.value = draft.fields?.[control.name] ?? "";
        const words = form.querySelector("[data-draft-found-words]");
        const when = new Date(draft.savedAt);
        const today = new Date().toDateString() === when.toDateString();
        words.textContent = fill(words.dataset.words, {
            time: today ? clock(when) : `${when.getMonth() + 1}/${when.getDate()} ${clock(when)}`,
        });
        found.hidden = false;
        clearRow.hidden = false;
    }

    let timer;
    const save = () => {
        clearTimeout(timer);
        const fields = Object.fromEntries(controls.map((control) => [control.name, control.value]));
        if (Object.values(fields).every((value) => value.trim() === "")) return;
        if (!storage.write(fields)) return;
        saved.textContent = fill(saved.dataset.words, { time: clock(new Date()) });
        clearRow.hidden = false;
    };
    form.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(save, 800);
    });
    form.addEventListener("submit", save);
    addEventListener("pagehide", save);

    for (const button of form.querySelectorAll("[data-draft-clear]")) {
        button.addEventListener("click", () => {
            clearTimeout(timer);
            storage.clear();
            for (const control of controls) control.value = "";
            found.hidden = true;
            clearRow.hidden = true;
            saved.textContent = clearRow.querySelector("[data-cleared]").dataset.cleared;
            controls[0].dispatchEvent(new Event("input", { bubbles: true }));
            clearTimeout(timer);
            controls[0].focus();
        });
    }
}

function countCharacters(output) {
    const control = document.getElementById(output.dataset.countFor);
    const limit = control.maxLength;
    const show = () => {
        const count = control.value.length;
        if (count === 0) return;
        output.textContent = fill(output.dataset.words, { count: grouped(count), limit: grouped(limit) });
        // Spoken only near the end, so that typing is not interrupted.
        output.toggleAttribute("aria-live", false);
        if (limit - count < 100) output.setAttribute("aria-live", "polite");
    };
    control.addEventListener("input", show);
    show();
}

/** A slip's QR code leads to /follow#NUMBER.CODE, an appointment's to /visit/mine: a fragment never reaches the server or its logs. */
function fillFollow(form) {
    const match = /^#(Y?[0-9-]{6,20})\.([0-9A-Za-z]{6,20})$/.exec(location.hash);
    if (!match) return;
    form.elements.namedItem("number").value = match[1];
    form.elements.namedItem("code").value = match[2].replace(/^(.{4})(.+)$/, "$1-$2").toUpperCase();
    history.replaceState(null, "", location.pathname);
    form.querySelector("[data-follow-filled]").hidden = false;
    form.querySelector("button[type=submit]").focus();
}

function readAloud(button) {
    if (!("speechSynthesis" in window)) return;
    const label = button.querySelector("span");
    const start = label.textContent;
    button.hidden = false;
    const stop = () => {
        speechSynthesis.cancel();
        label.textContent = start;
    };
    button.addEventListener("click", () => {
        if (speechSynthesis.speaking) return stop();
        const text = [...document.querySelectorAll("main h1, main h2, main h3, main p, main li > b")]
            .filter((element) => !element.closest("[aria-hidden], .big-ways, form"))
            .map((element) => element.textContent.trim())
            .join("\n");
        const speech = new SpeechSynthesisUtterance(text);
        speech.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
        speech.rate = 0.9;
        speech.addEventListener("end", stop);
        label.textContent = button.dataset.stop;
        speechSynthesis.speak(speech);
    });
    addEventListener("pagehide", stop);
}

/** Ends what is being read: one letter at a time. */
let endReading = () => {};

/** Reads one letter. There is no button where no voice speaks the letter's language; voices may come late. */
function readReply(button) {
    if (!("speechSynthesis" in window)) return;
    const letter = button.closest("[data-read-letter]");
    const parts = [...letter.querySelectorAll(".ruled p, .letter-foot p")].filter((part) => !part.closest("button"));
    const speaks = (part) => (part.closest("[lang]")?.lang === "en" ? "en" : "zh");
    const voice = (language) => speechSynthesis.getVoices().find((one) => one.lang.toLowerCase().startsWith(language));
    const show = () => {
        button.hidden = !(parts.length && voice(speaks(parts[0])));
    };
    const label = button.querySelector("span");
    const start = label.textContent;
    let turn = 0;
    const stop = () => {
        turn++;
        speechSynthesis.cancel();
        label.textContent = start;
        button.setAttribute("aria-pressed", "false");
    };
    button.addEventListener("click", () => {
        if (button.getAttribute("aria-pressed") === "true") return stop();
        endReading();
        endReading = stop;
        const mine = turn;
        parts.forEach((part, index) => {
            const speech = new SpeechSynthesisUtterance(part.textContent.trim());
            const language = speaks(part);
            speech.lang = language === "en" ? "en" : "zh-CN";
            speech.voice = voice(language) ?? null;
            speech.rate = 0.9;
            if (index === parts.length - 1) speech.addEventListener("end", () => mine === turn && stop());
            speechSynthesis.speak(speech);
        });
        label.textContent = button.dataset.stop;
        button.setAttribute("aria-pressed", "true");
    });
    show();
    speechSynthesis.addEventListener?.("voiceschanged", show);
    addEventListener("pagehide", stop);
}

/** The words change and the button stays enabled: the server answers a second press with the same matter. */
function sayBusy(button) {
    const label = button.querySelector("span") ?? button;
    const start = label.textContent;
    button.form?.addEventListener("submit", (event) => {
        if (event.submitter === button) label.textContent = button.dataset.busy;
    });
    addEventListener("pageshow", () => {
        label.textContent = start;
    });
}

/** A row named in the address opens, so that links to it lead somewhere. */
function openNamedRow() {
    const row = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const details = row && row.querySelector(":scope > details");
    if (details) details.open = true;
}

if (document.querySelector("[data-files]")) import("./files.js");
document.querySelectorAll("form[data-draft]").forEach(keepDraft);
if (document.querySelector("[data-draft-done]")) storage.clear();
document.querySelectorAll("[data-count-for]").forEach(countCharacters);
document.querySelectorAll("form[data-follow]").forEach(fillFollow);
document.querySelectorAll("[data-read-aloud]").forEach(readAloud);
document.querySelectorAll("[data-read-reply]").forEach(readReply);
document.querySelectorAll("[data-busy]").forEach(sayBusy);
document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
});
openNamedRow();
addEventListener("hashchange", openNamedRow);
document.querySelector("[data-focus]")?.focus();
