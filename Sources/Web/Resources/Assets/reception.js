// Reads a passage aloud on a computer that can: the call to a desk, or what was taken down.

function say(button) {
    const passage = document.getElementById(button.dataset.say);
    if (!passage || !("speechSynthesis" in window)) return;
    button.hidden = false;
    button.addEventListener("click", () => {
        if (speechSynthesis.speaking) return speechSynthesis.cancel();
        const words = new SpeechSynthesisUtterance(passage.dataset.aloud || passage.innerText);
        words.lang = (passage.closest("[lang]")?.lang ?? "").startsWith("en") ? "en-GB" : "zh-CN";
        words.rate = 0.85;
        speechSynthesis.speak(words);
    });
}

for (const button of document.querySelectorAll("[data-say]")) say(button);
