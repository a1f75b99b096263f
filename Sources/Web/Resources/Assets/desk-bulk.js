// Comfort for many matters at once: how many are ticked, keys x and X, a report that comes up to date by itself.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const bar = document.querySelector("[data-bulk]");
if (bar) {
    const ticks = all("[data-tick]");
    const count = bar.querySelector("[data-count]");
    const plain = count.textContent;
    const whole = bar.querySelector("[name=scope][value=all]");
    const some = bar.querySelector("[name=scope][value=ticked]");
    const tell = () => {
        const n = ticks.filter((tick) => tick.checked).length;
        count.textContent = n ? (bar.dataset.ticked ?? "").replace("{n}", String(n)) : plain;
        bar.classList.toggle("is-used", n > 0 || whole.checked);
    };
    const toggle = (tick, to) => { tick.checked = to ?? !tick.checked; some.checked = true; tell(); };
    for (const tick of ticks) tick.addEventListener("change", () => { some.checked = true; tell(); });
    for (const choice of [whole, some]) choice.addEventListener("change", tell);
    const page = () => { const to = ticks.some((tick) => !tick.checked); for (const tick of ticks) toggle(tick, to); };
    const button = bar.querySelector("[data-tick-page]");
    button.hidden = false;
    button.addEventListener("click", page);
    addEventListener("keydown", (event) => {
        let off = false;
        try { off = JSON.parse(localStorage.getItem("jiaxin.keys.off")) === true; } catch { /* storage may be switched off */ }
        if (off || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        if (document.querySelector("dialog[open]")) return;
        if (event.target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]")) return;
        if (event.key === "X") { event.preventDefault(); return page(); }
        if (event.key !== "x") return;
        const row = document.querySelector("[data-row].is-key") ?? event.target.closest?.("[data-row]");
        const tick = row?.querySelector("[data-tick]");
        if (tick) { event.preventDefault(); toggle(tick); }
    });
    // Ticks are no words that somebody would miss.
    bar.addEventListener("input", (event) => event.stopPropagation(), true);
    tell();
}

// The page asks once a second while it is seen; nothing waits for it.
const run = document.querySelector("[data-run][data-running]");
if (run) {
    let errors = 0;
    const look = async () => {
        if (document.hidden) return setTimeout(look, 2000);
        try {
            const answer = await fetch(run.dataset.run, { credentials: "same-origin", redirect: "error" });
            const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-run]");
            if (!next) return location.reload();
            const now = run.querySelector("#run-now");
            const then = next.querySelector("#run-now");
            if (next.hasAttribute("data-running")) {
                if (now.textContent !== then.textContent) now.textContent = then.textContent;
                for (const part of [".run-counts", "progress"]) {
                    const fresh = next.querySelector(part);
                    if (fresh) run.querySelector(part)?.replaceWith(document.importNode(fresh, true));
                }
                errors = 0;
                return setTimeout(look, 1000);
            }
            run.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
            run.removeAttribute("data-running");
        } catch {
            errors += 1;
            if (errors < 30) setTimeout(look, 2000);
        }
    };
    setTimeout(look, 700);
}
