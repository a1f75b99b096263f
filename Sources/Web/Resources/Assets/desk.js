// Comfort for the workbench: keys, tabs, drafts, a warning before leaving. Every task works without it.

import { keepOnServer, tellWhoIsHere } from "./desk-drafts.js";

const words = document.querySelector("[data-words]")?.dataset ?? {};
const page = document.documentElement;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
    remove(key) { try { localStorage.removeItem(key); } catch { /* storage may be switched off */ } },
    keys(prefix) { try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; } },
};
const clockText = () => new Date().toLocaleTimeString(page.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function reveal(element) {
    for (let node = element; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    element.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

// MARK: Things that only make sense with a script

for (const element of all("[data-open-keys], [data-print]")) element.hidden = false;
for (const element of all("[data-print]")) element.addEventListener("click", () => print());
document.querySelector("[data-focus]")?.focus();

if (document.querySelector("[data-files]")) import("./files.js");
if (document.querySelector("[data-canned]")) import("./canned.js");
if (document.querySelector("[data-bulk], [data-run]")) import("./desk-bulk.js");
if (document.querySelector("[data-say]")) import("./reception.js");
if (document.querySelector("[data-chart]")) import("./charts.js");
if (document.querySelector("[data-live]")) import("./live.js");
if (document.querySelector("[data-map]")) import("./map.js");

// MARK: Tabs of the composer

function makeTabs(root) {
    const list = root.querySelector("[role=tablist]");
    const panes = all("[data-tab]", root);
    if (!list || panes.length < 2) return;
    const tabs = panes.map((pane) => {
        const tab = document.createElement("button");
        tab.type = "button";
        tab.className = `wb-tab wb-tab-${pane.id.replace("write-", "")}`;
        tab.id = `${pane.id}-tab`;
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-controls", pane.id);
        const icon = pane.querySelector(".wb-pane-title .icon")?.cloneNode(true);
        tab.append(...(icon ? [icon] : []), pane.dataset.tab);
        pane.setAttribute("role", "tabpanel");
        pane.setAttribute("aria-labelledby", tab.id);
        list.append(tab);
        return tab;
    });
    const select = (index, focus) => {
        tabs.forEach((tab, at) => {
            tab.setAttribute("aria-selected", String(at === index));
            tab.tabIndex = at === index ? 0 : -1;
            panes[at].hidden = at !== index;
        });
        if (focus) tabs[index].focus();
    };
    list.addEventListener("click", (event) => {
        const at = tabs.indexOf(event.target.closest("button"));
        if (at >= 0) select(at);
    });
    list.addEventListener("keydown", (event) => {
        const now = tabs.indexOf(document.activeElement);
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? (now + step + tabs.length) % tabs.length : -1;
        if (to < 0) return;
        event.preventDefault();
        select(to, true);
    });
    const fromAddress = () => {
        const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
        const at = panes.findIndex((pane) => pane.contains(target));
        if (at >= 0) { select(at); target.scrollIntoView({ block: "start" }); }
    };
    root.classList.add("is-tabbed");
    list.hidden = false;
    select(Math.max(0, panes.findIndex((pane) => pane.querySelector(".is-error"))));
    addEventListener("hashchange", fromAddress);
    fromAddress();
    root.showPane = (id) => { const at = panes.findIndex((pane) => pane.id === id); if (at >= 0) select(at); };
}
all("[data-tabs]").forEach(makeTabs);

// MARK: Drafts on this computer; they belong to one person, expire, and go at sign-out

const owner = document.querySelector(".wb-me a")?.textContent ?? "";
const prefix = `jiaxin.draft.${owner}.`;
const lifetime = 8 * 60 * 60 * 1000;
for (const key of store.keys("jiaxin.draft.")) if (!(Date.now() - (store.get(key)?.at ?? 0) < lifetime)) store.remove(key);

const fields = (form) => [...form.elements].filter((field) =>
    field.name && !["hidden", "password", "submit", "button", "file"].includes(field.type) && !field.disabled);
const read = (form) => fields(form).map((field) =>
    [field.name, field.type, ["radio", "checkbox"].includes(field.type) ? [field.value, field.checked] : field.value]);
function write(form, saved) {
    const taken = {};
    for (const [name, type, value] of saved) {
        const same = fields(form).filter((each) => each.name === name && each.type === type);
        if (Array.isArray(value)) {
            for (const field of same) if (field.value === value[0]) field.checked = value[1];
        } else {
            // Fields of the same name keep their order: the second text goes back into the second one.
            const at = taken[name] = (taken[name] ?? -1) + 1;
            if (same[at]) same[at].value = value;
        }
    }
}
const changed = new Set();
let leaving = false;

function keepDraft(form) {
    const key = prefix + form.dataset.draft;
    const status = form.querySelector("[data-draft-status]") ?? document.querySelector("[data-draft-status]");
    const before = JSON.stringify(read(form));
    const saved = store.get(key);
    const accepted = saved?.sent && document.querySelector(".message[role=status]");
    if (accepted) store.remove(key);
    else if (saved && !document.getElementById("errors") && JSON.stringify(saved.fields) !== before) {
        write(form, saved.fields);
        if (status) {
            const discard = document.createElement("button");
            discard.type = "button";
            discard.className = "btn-as-link";
            discard.textContent = words.discard ?? "";
            discard.addEventListener("click", () => { store.remove(key); changed.delete(form); write(form, JSON.parse(before)); status.textContent = ""; });
            status.replaceChildren(words.restored ?? "", " ", discard);
        }
    }
    let timer;
    const save = () => {
        const now = read(form);
        const safe = store.set(key, { at: Date.now(), fields: now });
        if (safe) changed.delete(form);
        if (safe && status) status.textContent = `${clockText()} ${words.saved ?? ""}`;
    };
    form.addEventListener("input", () => { changed.add(form); clearTimeout(timer); timer = setTimeout(save, 700); });
    form.addEventListener("submit", () => {
        clearTimeout(timer);
        store.set(key, { at: Date.now(), fields: read(form), sent: true });
    });
}
all("form[data-draft]").forEach(keepDraft);
for (const form of all("form[data-desk-draft]")) keepOnServer(form, words, changed);
const here = document.querySelector("[data-here]");
if (here) tellWhoIsHere(here);
for (const form of all("form[method=post]:not([data-draft], [data-desk-draft])")) form.addEventListener("input", () => changed.add(form));
document.querySelector('form[action="/staff/sign-out"]')?.addEventListener("submit", () => store.keys(prefix).forEach(store.remove));

addEventListener("submit", (event) => {
    leaving = true;
    const button = event.submitter;
    if (!button || !button.matches("[data-send]") || !words.sending) return;
    // The words change, the button stays usable: sending twice gives the same answer.
    button.textContent = words.sending;
});
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => { if (!leaving && changed.size > 0) event.preventDefault(); });

// On a phone the queues stand in one line: it begins with the one that is open.
const queues = document.querySelector(".wb-queues");
const openQueue = queues?.querySelector("[aria-current]");
if (openQueue) queues.scrollLeft += openQueue.getBoundingClientRect().left - queues.getBoundingClientRect().left - 16;

// MARK: Contact details hide again

const shown = document.querySelector("[data-shown]");
if (shown) setTimeout(() => {
    for (const value of all(".wb-contact dd.tnum", shown.closest(".wb-person"))) value.textContent = "••••";
    shown.textContent = words.hiddenAgain ?? "";
}, 5 * 60 * 1000);

// MARK: Keys

const dialog = document.getElementById("keys");
const strip = document.querySelector("[data-key-strip]");
const offBox = document.querySelector("[data-keys-off]");
let keysOff = store.get("jiaxin.keys.off") === true;
const showKeys = () => {
    if (strip) strip.hidden = keysOff || !document.querySelector("[data-rows], [data-matter]");
    if (offBox) offBox.checked = keysOff;
};
showKeys();
offBox?.addEventListener("change", () => { keysOff = offBox.checked; store.set("jiaxin.keys.off", keysOff); showKeys(); });
for (const button of all("[data-open-keys]")) button.addEventListener("click", () => dialog?.showModal());

const rows = all("[data-rows] [data-row]");
const placeKey = `jiaxin.place.${location.pathname}${location.search}`;
let current = -1;
const linkOf = (row) => row.querySelector(".c-title a[href], h2 a[href]") ?? row.querySelector("a[href]");
function moveTo(index, focus) {
    if (rows.length === 0) return;
    rows[current]?.classList.remove("is-key");
    current = Math.max(0, Math.min(rows.length - 1, index));
    rows[current].classList.add("is-key");
    try { sessionStorage.setItem(placeKey, linkOf(rows[current])?.getAttribute("href") ?? ""); } catch { /* no memory of the place */ }
    if (focus) { linkOf(rows[current])?.focus({ preventScroll: true }); rows[current].scrollIntoView({ block: "nearest" }); }
}
try {
    const last = sessionStorage.getItem(placeKey);
    const marked = rows.findIndex((row) => row.id === "here");
    const at = marked >= 0 ? marked : last ? rows.findIndex((row) => linkOf(row)?.getAttribute("href") === last) : -1;
    if (at >= 0) moveTo(at, false);
} catch { /* no memory of the place */ }
for (const [index, row] of rows.entries()) row.addEventListener("focusin", () => { if (index !== current) moveTo(index, false); });

// On wide screens the list stands beside its matter. The page of the list is asked for once; nothing waits for it.
const pane = document.querySelector("[data-list]");
if (pane && matchMedia("(min-width: 1680px)").matches) fetch(pane.dataset.list, { credentials: "same-origin" }).then(async (answer) => {
    const list = new DOMParser().parseFromString(await answer.text(), "text/html");
    const items = all("[data-row]", list).map((row) => {
        const link = linkOf(row);
        const item = document.createElement("li");
        const to = document.createElement("a");
        to.href = link.getAttribute("href");
        to.textContent = link.textContent;
        if (to.pathname === location.pathname) to.setAttribute("aria-current", "true");
        const meta = document.createElement("span");
        meta.className = "wb-pane-meta";
        const clock = row.querySelector(".clock");
        const number = row.querySelector(".c-number .tnum");
        meta.append(...[clock, number].filter(Boolean).map((part) => document.importNode(part, true)));
        item.append(to, meta);
        return item;
    });
    if (items.length === 0) return;
    pane.querySelector("ol").replaceChildren(...items);
    pane.hidden = false;
    pane.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}).catch(() => { /* the way back is there all the same */ });

function open(anchor) {
    const link = rows[current] && linkOf(rows[current]);
    if (link) location.href = link.getAttribute("href") + (anchor ? `#${anchor}` : "");
}
function go(id, fieldID) {
    const place = document.getElementById(id);
    if (!place) return open(id);
    place.closest("[data-tabs]")?.showPane?.(id);
    if (place.tagName === "DETAILS") place.open = true;
    reveal(place);
    (document.getElementById(fieldID) ?? place.querySelector("select, textarea, input:not([type=hidden]), button, summary"))?.focus({ preventScroll: false });
}
const inMatter = document.querySelector("[data-matter]");
const actions = {
    j: () => inMatter ? document.querySelector(".wb-head a[rel=next]")?.click() : moveTo(current + 1, true),
    k: () => inMatter ? document.querySelector(".wb-head a[rel=prev]")?.click() : moveTo(current < 0 ? 0 : current - 1, true),
    o: () => open(),
    r: () => go("write-reply", "reply-body"),
    n: () => go("write-note", "note-body"),
    t: () => document.dispatchEvent(new CustomEvent("jiaxin:canned")),
    a: () => {
        const id = ["act-dispatch", "act-accept", "act-give"].find((id) => document.getElementById(id)) ?? "act-dispatch";
        go(id, id === "act-give" ? "give-staff" : undefined);
    },
    m: () => {
        const merge = document.querySelector("[data-merge]");
        const link = inMatter ? merge : rows[current] && linkOf(rows[current]);
        if (merge && inMatter) merge.click();
        else if (link) location.href = `${new URL(link.href).pathname}/merge`;
        else if (inMatter) go("act-link");
    },
    "/": () => { const find = document.getElementById("find"); find?.focus(); find?.select(); },
    "?": () => dialog?.showModal(),
};
for (const link of all("[data-go]")) link.addEventListener("click", (event) => {
    const id = link.hash.slice(1);
    if (!document.getElementById(id)) return;
    event.preventDefault();
    go(id, { "write-note": "note-body", "write-reply": "reply-body" }[id]);
});

addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        const form = event.target.closest?.("form") ?? document.getElementById("desk-form");
        const button = form?.querySelector("[data-send]") ?? form?.querySelector("button:not(.visually-hidden):not([type=button])");
        if (form && button && form.method === "post") { event.preventDefault(); form.requestSubmit(button); }
        return;
    }
    if (keysOff || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
    if (event.target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const channel = document.querySelector(`#desk-form [data-key="${/^[1-5]$/.test(event.key) ? event.key : ""}"]`);
    if (channel) { channel.checked = true; channel.focus(); channel.dispatchEvent(new Event("input", { bubbles: true })); return event.preventDefault(); }
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
});
