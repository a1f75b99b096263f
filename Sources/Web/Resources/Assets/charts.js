// Turns a table of numbers into a picture. The table stays where it is and says the same; the picture is hidden from
// screen readers. Colours come from the design tokens, and each kind of bar has its own pattern as well.

import "./chart.min.js";

const { Chart } = globalThis;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function pattern(kind, colour) {
    if (kind === "plain") return colour;
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = pen.fillStyle = colour;
    if (kind === "stripes") {
        pen.lineWidth = 3;
        for (const x of [-4, 4, 12]) { pen.beginPath(); pen.moveTo(x - 5, 9); pen.lineTo(x + 5, -1); pen.stroke(); }
    } else {
        pen.globalAlpha = .28;
        pen.fillRect(0, 0, 8, 8);
        pen.globalAlpha = 1;
        pen.beginPath();
        pen.arc(4, 4, 1.4, 0, 7);
        pen.fill();
    }
    return pen.createPattern(tile, "repeat");
}

function read(table) {
    const columns = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.column);
    const at = (row, name) => Number(row.cells[columns.indexOf(name)]?.dataset.value ?? 0);
    const rows = [...table.tBodies[0].rows];
    return {
        names: rows.map((row) => row.cells[0].textContent.trim()),
        inTime: rows.map((row) => at(row, "in-time")), late: rows.map((row) => at(row, "late")),
        waiting: rows.map((row) => Math.max(0, at(row, "registered") - at(row, "in-time") - at(row, "late"))),
    };
}

function draw(figure) {
    const table = document.getElementById(figure.dataset.chartTable);
    if (!table) return;
    const numbers = read(table);
    const columns = figure.dataset.chart === "columns";
    const [ink, line] = [token("--ink-2"), token("--line")];
    const font = { family: getComputedStyle(document.body).fontFamily, size: parseFloat(getComputedStyle(table).fontSize) || 14 };
    const set = (label, data, kind, colour) => ({
        label, data, backgroundColor: pattern(kind, colour), borderColor: colour, borderWidth: 1, maxBarThickness: 26,
        categoryPercentage: .8, barPercentage: .9,
    });
    const count = { stacked: true, beginAtZero: true, ticks: { color: ink, font, precision: 0 }, grid: { color: line, drawBorder: false } };
    const names = { stacked: true, ticks: { color: ink, font, autoSkip: columns, maxRotation: 0 }, grid: { display: false, drawBorder: false } };
    figure.hidden = false;
    const box = figure.querySelector(".by-canvas");
    box.style.height = columns ? "17rem" : `${Math.min(60, 5 + numbers.names.length * 2.25)}rem`;
    drawn.get(figure)?.destroy();
    drawn.set(figure, new Chart(figure.querySelector("canvas"), {
        type: "bar",
        data: {
            labels: numbers.names,
            datasets: [
                set(figure.dataset.inTime, numbers.inTime, "plain", token("--ok")),
                set(figure.dataset.late, numbers.late, "stripes", token("--over")),
                set(figure.dataset.waiting, numbers.waiting, "dots", token("--pause")),
            ],
        },
        options: {
            indexAxis: columns ? "x" : "y", animation: calm.matches ? false : { duration: 120 }, maintainAspectRatio: false,
            scales: columns ? { x: names, y: count } : { x: { ...count, position: "top" }, y: names },
            plugins: {
                legend: { position: "bottom", align: "start", labels: { color: ink, font, boxWidth: 22, boxHeight: 14, padding: 16 } },
                tooltip: { mode: "index", axis: columns ? "x" : "y", intersect: false, bodyFont: font, titleFont: font },
            },
        },
    }));
}

const figures = [...document.querySelectorAll("[data-chart]")];
const redraw = () => figures.forEach(draw);
redraw();
dark.addEventListener("change", redraw);
// Paper is white and wide enough; the picture follows it.
addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
