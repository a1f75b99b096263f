// Seals a report on the reporter's own device, looks it up and opens its answers there. Without this file, or without
// WebCrypto, the forms still work: the server then seals in its memory. Nothing is kept on the device.

import {
    base64url, canSeal, codeGroups, derive, newCode, openAnswer, readCode, seal, unbase64, unhex,
} from "./sealed-crypto.js";

const text = (form, name) => (form.elements.namedItem(name)?.value ?? "").replace(/\r\n?/g, "\n").trim();

/** A problem beside its field, as the server shows it. */
function mark(form, name, words) {
    const control = form.elements.namedItem(name);
    const input = control instanceof RadioNodeList ? document.getElementById(name) : control;
    const field = input.closest(".field");
    field.classList.add("is-error");
    input.setAttribute("aria-invalid", "true");
    let note = document.getElementById(`${name}-error`);
    if (!note) {
        note = document.createElement("p");
        note.className = "field-error";
        note.id = `${name}-error`;
        field.append(note);
        const described = input.getAttribute("aria-describedby");
        input.setAttribute("aria-describedby", described ? `${described} ${note.id}` : note.id);
    }
    note.textContent = words;
    return input;
}

function unmark(form) {
    for (const field of form.querySelectorAll(".is-error")) field.classList.remove("is-error");
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const note of form.querySelectorAll(".field-error")) note.textContent = "";
    tell(form, "");
}

/** A sentence above the form that is read aloud. */
function tell(form, words) {
    const box = document.querySelector("[data-sealed-problem]");
    if (!box) return;
    box.querySelector("[data-sealed-problem-words]").textContent = words;
    box.hidden = words === "";
    if (words) box.focus();
}

/** Puts the main part of an answer in place of this page's. */
function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const main = document.adoptNode(page.querySelector("main"));
    document.querySelector("main").replaceWith(main);
    document.title = page.title;
    for (const button of main.querySelectorAll("[data-print]")) {
        button.hidden = false;
        button.addEventListener("click", () => print());
    }
    prepare(main);
    scrollTo(0, 0);
    (main.querySelector("[data-focus]") ?? main.querySelector("h1"))?.focus();
    return main;
}

/** What the server says is wrong, in its own words. */
function complaint(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const sentence = page.querySelector("#errors li, .message-error p, main .lead");
    return sentence?.textContent.trim() || page.querySelector("h1")?.textContent.trim() || "";
}

async function post(form, fields) {
    const sent = { _csrf: text(form, "_csrf"), ...fields };
    // Looking something up makes nothing and has no one-time name.
    if (form.elements.namedItem("submission")) sent.submission = text(form, "submission");
    return fetch(form.getAttribute("action"), {
        method: "POST", body: new URLSearchParams(sent), credentials: "same-origin", cache: "no-store",
    });
}

/** A page that lay open too long has an old secret; a new one is fetched once, and nothing typed is lost. */
async function postFreshly(form, fields) {
    const answer = await post(form, fields);
    if (answer.status !== 403 || form.dataset.sealed === "words") return answer;
    const page = new DOMParser().parseFromString(
        await (await fetch(location.pathname, { cache: "no-store" })).text(), "text/html");
    const secret = page.querySelector(`form[data-sealed="${form.dataset.sealed}"] [name=_csrf]`);
    if (!secret) return answer;
    form.elements.namedItem("_csrf").value = secret.value;
    return post(form, fields);
}

function busy(form, isBusy) {
    const button = form.querySelector("button[type=submit]");
    const label = button.querySelector("span") ?? button;
    button.dataset.label ??= label.textContent;
    label.textContent = isBusy ? button.dataset.sealing : button.dataset.label;
    form.toggleAttribute("data-is-busy", isBusy);
}

/** Runs what a form does, once at a time, and says plainly when it fails; the form keeps what was typed. */
function handle(form, act) {
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (form.hasAttribute("data-is-busy")) return;
        unmark(form);
        busy(form, true);
        try {
            await act();
        } catch (problem) {
            tell(form, problem instanceof TypeError ? form.dataset.lost : form.dataset.failed + problem.message);
        } finally {
            busy(form, false);
        }
    });
}

function report(form) {
    for (const part of form.querySelectorAll("[data-sealed-by-server]")) part.hidden = true;
    for (const part of form.querySelectorAll("[data-sealed-by-browser]")) part.hidden = false;
    // Pressing twice, or again after the line broke, sends the same envelope: the server keeps it once.
    let made;
    handle(form, async () => {
        const named = form.elements.namedItem("named").value;
        const letter = {
            format: 1, accused: text(form, "accused"), words: text(form, "words"), named: named === "yes",
            name: named === "yes" ? text(form, "name") : "", contact: text(form, "contact"),
            safety: text(form, "safety"), sealedBy: "browser",
        };
        const wrong = [];
        if (!letter.words) wrong.push(mark(form, "words", form.dataset.noWords));
        if (!named) wrong.push(mark(form, "named", form.dataset.notChosen));
        if (letter.named && !letter.name) wrong.push(mark(form, "name", form.dataset.noName));
        if (letter.named && !letter.contact) wrong.push(mark(form, "contact", form.dataset.noContact));
        if (wrong.length) return wrong[0].focus();
        const content = JSON.stringify(letter);
        if (made?.content !== content) {
            const code = newCode();
            const { handle: found, replyKey } = await derive(code);
            const sealed = await seal("report", { ...letter, replyKey: base64url(replyKey) }, unbase64(form.dataset.organ));
            made = { content, code, handle: found, envelope: base64url(sealed) };
        }
        const answer = await postFreshly(form, { envelope: made.envelope, handle: made.handle });
        const html = await answer.text();
        if (!answer.ok) throw new Error(complaint(html));
        const main = show(html);
        for (const place of main.querySelectorAll("[data-sealed-code]")) {
            const isSlip = place.matches(".big-code");
            place.replaceChildren(
                ...codeGroups(made.code).flatMap((group) => {
                    if (isSlip) return [`${group} `];
                    const part = document.createElement("b");
                    part.className = "big-code";
                    part.textContent = group;
                    return [part, " "];
                }));
        }
        made = undefined;
    });
}

function code(form) {
    handle(form, async () => {
        const typed = readCode(text(form, "code"));
        if (!typed) return mark(form, "code", form.dataset.noCode).focus();
        const { handle: found, replyKey } = await derive(typed);
        const answer = await postFreshly(form, { handle: found });
        const html = await answer.text();
        if (!answer.ok && answer.status !== 404) throw new Error(complaint(html));
        const main = show(html);
        for (const place of main.querySelectorAll("[data-sealed-answer]")) {
            let lines;
            try {
                lines = (await openAnswer(unbase64(place.dataset.sealedAnswer), replyKey)).split(/\n+/);
            } catch {
                lines = [place.dataset.damaged];
            }
            place.replaceChildren(
                ...lines.filter((line) => line.trim()).map((line) => {
                    const paragraph = document.createElement("p");
                    paragraph.textContent = line;
                    return paragraph;
                }));
        }
    });
}

function words(form) {
    let made;
    handle(form, async () => {
        const content = text(form, "words");
        if (!content) return mark(form, "words", form.dataset.noWords).focus();
        if (made?.content !== content) {
            const sealed = await seal(
                "words", { format: 1, words: content, sealedBy: "browser" }, unbase64(form.dataset.organ),
                unhex(form.dataset.report));
            made = { content, envelope: base64url(sealed) };
        }
        const answer = await post(form, { envelope: made.envelope, handle: text(form, "handle") });
        const html = await answer.text();
        if (!answer.ok) throw new Error(complaint(html));
        history.replaceState(null, "", answer.url);
        show(html);
    });
}

const kinds = { report, code, words };

function prepare(part) {
    if (!canSeal) return;
    for (const form of part.querySelectorAll("form[data-sealed]")) kinds[form.dataset.sealed]?.(form);
}

prepare(document);
