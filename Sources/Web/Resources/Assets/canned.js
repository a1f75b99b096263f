// Texts kept ready, in the forms of a matter: found by typing, put in at once. Without a script a list and a button do it.

const words = document.querySelector("[data-words]")?.dataset ?? {};

function make(root) {
    const select = root.querySelector("select");
    const button = root.querySelector("[data-canned-button]");
    const area = root.closest("form").querySelector("textarea[name=body]");
    const status = root.querySelector("[data-canned-status]");
    if (!select || !area) return null;
    const offers = [...select.querySelectorAll("option[value]:not([value=''])")].map((option) => ({
        id: option.value, name: option.textContent, group: option.parentElement.label ?? "", folded: option.textContent.toLowerCase() }));

    // The list turns into a field that completes what is typed.
    const input = document.createElement("input");
    const list = document.createElement("ul");
    list.id = `${select.id}-list`;
    list.className = "wb-canned-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.cannedFind ?? "");
    list.hidden = true;
    Object.assign(input, { id: select.id, className: "input", autocomplete: "off", maxLength: 40, placeholder: words.cannedFind ?? "" });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
    select.replaceWith(input);
    input.closest(".wb-with-button").append(list);
    button.hidden = true;

    let wrote = false;
    area.addEventListener("focus", () => { wrote = true; });
    let at = -1;
    const shown = () => [...list.querySelectorAll("[role=option]")];
    function mark(index) {
        const items = shown();
        at = items.length === 0 ? -1 : (index + items.length) % items.length;
        items.forEach((item, each) => item.setAttribute("aria-selected", String(each === at)));
        if (at >= 0) { input.setAttribute("aria-activedescendant", items[at].id); items[at].scrollIntoView({ block: "nearest" }); }
        else input.removeAttribute("aria-activedescendant");
    }
    function open() {
        const wanted = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
        const found = offers.filter((offer) => wanted.every((word) => offer.folded.includes(word)));
        const items = [];
        for (const [index, offer] of found.entries()) {
            let group = items.at(-1);
            if (group?.dataset.label !== offer.group) {
                group = document.createElement("li");
                group.dataset.label = offer.group;
                group.setAttribute("role", "group");
                group.setAttribute("aria-label", offer.group);
                const heading = document.createElement("span");
                heading.className = "wb-canned-group";
                heading.setAttribute("aria-hidden", "true");
                heading.textContent = offer.group;
                group.append(heading);
                items.push(group);
            }
            const item = document.createElement("div");
            item.id = `${list.id}-${index}`;
            item.setAttribute("role", "option");
            item.dataset.id = offer.id;
            item.textContent = offer.name;
            group.append(item);
        }
        list.replaceChildren(...items);
        list.hidden = found.length === 0;
        input.setAttribute("aria-expanded", String(found.length > 0));
        status.textContent = found.length === 0 ? words.cannedNone ?? "" : "";
        mark(0);
    }
    function close() {
        list.hidden = true;
        input.setAttribute("aria-expanded", "false");
        input.removeAttribute("aria-activedescendant");
    }

    async function put(id) {
        close();
        try {
            const answer = await fetch(`${root.dataset.canned}&canned=${encodeURIComponent(id)}`, { credentials: "same-origin", redirect: "error" });
            if (!answer.ok || !(answer.headers.get("Content-Type") ?? "").startsWith("text/plain")) throw new Error("no text");
            const [used, ...lines] = (await answer.text()).split("\n");
            const text = lines.join("\n");
            // Where somebody is writing, it goes there, else behind what there is; what is typed stays.
            const [start, end] = wrote ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length];
            const before = area.value.slice(0, start), after = area.value.slice(end);
            const gapBefore = before && !before.endsWith("\n") ? "\n\n" : "", gapAfter = after && !after.startsWith("\n") ? "\n\n" : "";
            area.value = before + gapBefore + text + gapAfter + after;
            const kept = document.createElement("input");
            Object.assign(kept, { type: "hidden", name: "template", value: used });
            root.append(kept);
            // The first gap is marked: typing fills it.
            const place = before.length + gapBefore.length;
            const gap = /\[\[[^\]]*\]\]/.exec(text);
            area.focus();
            if (gap) area.setSelectionRange(place + gap.index, place + gap.index + gap[0].length);
            else area.setSelectionRange(place + text.length, place + text.length);
            area.dispatchEvent(new Event("input", { bubbles: true }));
            input.value = "";
            status.textContent = words.cannedPut ?? "";
        } catch {
            status.textContent = words.cannedFailed ?? "";
        }
    }

    input.addEventListener("focus", open);
    input.addEventListener("input", open);
    input.addEventListener("blur", () => setTimeout(close, 150));
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { const item = event.target.closest("[role=option]"); if (item) put(item.dataset.id); });
    input.addEventListener("keydown", (event) => {
        if (event.isComposing || event.ctrlKey || event.metaKey) return;
        const items = shown();
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            if (list.hidden) open(); else mark(at + (event.key === "ArrowDown" ? 1 : -1));
        } else if (event.key === "Enter") {
            event.preventDefault();
            if (!list.hidden && items[at]) put(items[at].dataset.id);
        } else if (event.key === "Escape" && !list.hidden) {
            event.preventDefault();
            event.stopPropagation();
            close();
        }
    });
    // What is looked for is no part of the letter.
    input.addEventListener("input", (event) => event.stopPropagation());
    return input;
}

const made = [...document.querySelectorAll("[data-canned]")].map(make).filter(Boolean);

// `t`: in the pane that is open, else in the first one.
document.addEventListener("jiaxin:canned", () => {
    const input = made.find((each) => each.offsetParent !== null) ?? made[0];
    if (!input) return;
    input.closest("[data-tabs]")?.showPane?.(input.closest(".wb-pane")?.id);
    input.scrollIntoView({ block: "center" });
    input.focus();
});

// Esc leaves a letter that is being written, so that keys work again; nothing is lost.
for (const pane of document.querySelectorAll(".wb-pane")) pane.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !event.target.closest("input, textarea, select")) return;
    const tab = document.getElementById(pane.getAttribute("aria-labelledby") ?? "");
    (tab?.matches("[role=tab]") ? tab : pane.querySelector("[data-send]"))?.focus();
});
