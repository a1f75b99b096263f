// Comfort for the file field: camera and voice buttons, previews, a way to take one out again. The field works without
// it. All words come from the page, so this file knows no language.

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const megabytes = (bytes) => (bytes / 1_048_576).toFixed(1);
const length = (bytes) => (bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${megabytes(bytes)} MB`);

function enhance(root) {
    const input = root.querySelector("input[type=file]");
    const list = root.querySelector("[data-file-list]");
    const status = root.querySelector("[data-file-status]");
    const mostBytes = Number(root.dataset.mostBytes);
    const mostCount = Number(root.dataset.mostCount);
    let chosen = [];
    if (!("DataTransfer" in window)) return;

    /** The field itself carries what was chosen, so the form is sent as without a script. */
    const show = () => {
        const transfer = new DataTransfer();
        for (const file of chosen) transfer.items.add(file);
        input.files = transfer.files;
        for (const media of list.querySelectorAll("[src^='blob:']")) URL.revokeObjectURL(media.src);
        list.replaceChildren(...chosen.map(row));
        list.hidden = chosen.length === 0;
        root.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const row = (file) => {
        const item = document.createElement("li");
        if (file.type.startsWith("image/")) {
            const image = document.createElement("img");
            image.alt = "";
            image.src = URL.createObjectURL(file);
            item.append(image);
        } else if (file.type.startsWith("audio/")) {
            const player = document.createElement("audio");
            player.controls = true;
            player.src = URL.createObjectURL(file);
            player.setAttribute("aria-label", file.name);
            item.append(player);
        }
        const name = document.createElement("span");
        name.className = "file-name";
        name.textContent = `${file.name} · ${length(file.size)}`;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "btn-as-link";
        remove.textContent = root.dataset.remove;
        remove.setAttribute("aria-label", `${root.dataset.remove} ${file.name}`);
        remove.addEventListener("click", () => {
            chosen = chosen.filter((other) => other !== file);
            show();
            root.querySelector("[data-file-choose]").focus();
        });
        item.append(name, remove);
        return item;
    };
    const add = (files) => {
        const problems = [];
        for (const file of files) {
            if (file.size > mostBytes) {
                problems.push(fill(root.dataset.tooLarge, { name: file.name, most: megabytes(mostBytes) }));
            } else if (chosen.length >= mostCount) {
                problems.push(fill(root.dataset.tooMany, { most: String(mostCount) }));
                break;
            } else {
                chosen.push(file);
            }
        }
        status.textContent = problems.join(" ");
        show();
    };

    input.addEventListener("change", () => add([...input.files].filter((file) => !chosen.includes(file))));
    root.querySelector("[data-file-choose]").addEventListener("click", () => input.click());
    const camera = root.querySelector("[data-file-camera]");
    // A telephone opens its camera; elsewhere the button would only repeat the other one.
    if (matchMedia("(pointer: coarse)").matches) {
        camera.hidden = false;
        camera.addEventListener("click", () => {
            const shutter = document.createElement("input");
            shutter.type = "file";
            shutter.accept = "image/*";
            shutter.capture = "environment";
            shutter.addEventListener("change", () => add([...shutter.files]));
            shutter.click();
        });
    }
    makeRecorder(root, add, status);
    root.closest("form")?.addEventListener("submit", () => {
        if (chosen.length > 0) status.textContent = root.dataset.sending;
    });
    root.classList.add("is-scripted");
    input.tabIndex = -1;
    root.querySelector("[data-file-buttons]").hidden = false;
}

function makeRecorder(root, add, status) {
    const button = root.querySelector("[data-file-record]");
    if (!("MediaRecorder" in window) || !navigator.mediaDevices?.getUserMedia) return;
    const forms = [["audio/webm;codecs=opus", "webm"], ["audio/mp4", "m4a"], ["audio/ogg;codecs=opus", "ogg"]];
    const form = forms.find(([type]) => MediaRecorder.isTypeSupported(type));
    if (!form) return;
    const label = root.querySelector("[data-file-record-label]");
    const start = label.textContent;
    const longest = 10 * 60;
    let recorder = null;
    button.hidden = false;
    button.addEventListener("click", async () => {
        if (recorder) return recorder.stop();
        let stream;
        try {
            stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        } catch {
            status.textContent = root.dataset.noMicrophone;
            return;
        }
        const pieces = [];
        let seconds = 0;
        recorder = new MediaRecorder(stream, { mimeType: form[0], audioBitsPerSecond: 32_000 });
        const tick = () => {
            const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
            label.textContent = `${label.dataset.stop} ${time}`;
            if (seconds++ >= longest) recorder?.stop();
        };
        const timer = setInterval(tick, 1000);
        tick();
        recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
        recorder.addEventListener("stop", () => {
            clearInterval(timer);
            for (const track of stream.getTracks()) track.stop();
            recorder = null;
            label.textContent = start;
            button.setAttribute("aria-pressed", "false");
            status.textContent = "";
            const now = new Date();
            const time = [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join("");
            add([new File(pieces, `${root.dataset.voice}-${time}.${form[1]}`, { type: form[0].split(";")[0] })]);
        });
        recorder.start(1000);
        button.setAttribute("aria-pressed", "true");
        status.textContent = root.dataset.recording;
    });
}

document.querySelectorAll("[data-files]").forEach(enhance);
