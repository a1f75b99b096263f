// Turns the list of townships into a map of the county's own outlines. The list stays and says the same; every area can
// be reached by the keyboard and opens what its line opens. Without a setting nothing is asked of another host.

import "./leaflet.min.js";

const { L } = globalThis;
const box = document.querySelector("[data-map]");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const rows = new Map([...document.querySelectorAll("[data-area]")].filter((row) => row.dataset.area).map((row) => [row.dataset.area, row]));

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("./leaflet.css", import.meta.url).href;
const styled = new Promise((done) => { sheet.onload = sheet.onerror = done; });
document.head.append(sheet);

function dress(layer, row) {
    const choose = (isChosen) => {
        row.classList.toggle("is-chosen", isChosen);
        layer.getElement()?.classList.toggle("is-chosen", isChosen);
    };
    const open = () => { location.href = row.querySelector("th a").href; };
    layer.bindTooltip(row.dataset.label, { permanent: true, direction: "center", className: "map-label" });
    layer.on({ mouseover: () => choose(true), mouseout: () => choose(false), click: open });
    row.addEventListener("mouseenter", () => choose(true));
    row.addEventListener("mouseleave", () => choose(false));
    layer.on("add", () => {
        const path = layer.getElement();
        path.setAttribute("tabindex", "0");
        path.setAttribute("role", "link");
        path.setAttribute("aria-label", row.dataset.label);
        path.addEventListener("focus", () => choose(true));
        path.addEventListener("blur", () => choose(false));
        path.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
    });
}

const [answer] = await Promise.all([fetch(box.dataset.map), styled]);
if (answer.ok) {
    const shapes = await answer.json();
    box.hidden = false;
    const map = L.map(box.querySelector(".map-canvas"), {
        attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomAnimation: !calm, fadeAnimation: !calm,
        markerZoomAnimation: !calm, zoomSnap: .25, keyboard: true,
    });
    L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
    if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 18, alt: "" }).addTo(map);
    const layers = L.geoJSON(shapes, {
        filter: (feature) => rows.has(feature.properties.code),
        style: (feature) => ({ className: `map-area ${rows.get(feature.properties.code).dataset.late ? "is-late" : ""}` }),
        pointToLayer: (feature, place) => L.circleMarker(place, { radius: 14 }),
        onEachFeature: (feature, layer) => dress(layer, rows.get(feature.properties.code)),
    });
    const fit = () => map.fitBounds(layers.getBounds(), { padding: [18, 18], animate: false });
    fit();
    layers.addTo(map);
    addEventListener("resize", fit);
}
