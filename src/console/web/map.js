// The world in the Equal Earth projection, with a dot for each incident.

import { el, svg, put } from "./dom.js";
import { hue } from "./format.js";
import { w, typeName } from "./words.js";

const A1 = 1.340264, A2 = -0.081106, A3 = 0.000893, A4 = 0.003796;
const M = Math.sqrt(3) / 2;
const SIZE = 180;
const WIDTH = 990, HEIGHT = 432, TOP = -236;
const MOST = 24;

/** Longitude and latitude in degrees to the plane (Šavrič, Patterson, Jenny 2018). */
function project(lon, lat) {
  const t = Math.asin(M * Math.sin((lat * Math.PI) / 180));
  const t2 = t * t, t6 = t2 * t2 * t2;
  const x = ((lon * Math.PI) / 180) * Math.cos(t) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)));
  const y = t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2));
  return [x * SIZE, -y * SIZE];
}

function path(lines, scale, close) {
  const parts = [];
  for (const line of lines) {
    let lon = 0, lat = 0;
    for (let i = 0; i < line.length; i += 2) {
      lon += line[i];
      lat += line[i + 1];
      const [x, y] = project(lon / scale, lat / scale);
      parts.push(`${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`);
    }
    if (close) parts.push("Z");
  }
  return parts.join("");
}

function graticule() {
  const parts = [];
  for (let lon = -180; lon <= 180; lon += 30) {
    for (let lat = -88; lat <= 88; lat += 4) parts.push(`${lat > -88 ? "L" : "M"}${project(lon, lat).map((n) => n.toFixed(1)).join(" ")}`);
  }
  for (let lat = -60; lat <= 60; lat += 30) {
    for (let lon = -180; lon <= 180; lon += 6) parts.push(`${lon > -180 ? "L" : "M"}${project(lon, lat).map((n) => n.toFixed(1)).join(" ")}`);
  }
  return parts.join("");
}

/** The map; `pick` is called with the id of a dot. */
export class WorldMap {
  constructor(pick) {
    this.pick = pick;
    this.points = [];
    this.places = new Map();
    this.selected = null;
    this.centre = [0, 0];
    this.zoom = 1;
    this.land = svg("path", { class: "land" });
    this.borders = svg("path", { class: "borders" });
    this.dots = svg("g", { class: "dots" });
    this.picture = svg("svg", { class: "world", role: "img", preserveAspectRatio: "xMidYMid slice" },
      svg("path", { class: "graticule", d: graticule() }), this.land, this.borders, this.dots);
    this.tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    const button = (sign, act) => el("button", { type: "button", class: "zoom", onclick: act }, sign);
    const globe = svg("svg", { viewBox: "0 0 16 16", class: "globe", "aria-hidden": "true" },
      svg("path", { d: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13ZM1.5 8h13M8 1.5c-4.5 3.5-4.5 9.5 0 13c4.5-3.5 4.5-9.5 0-13Z" }));
    this.in = button("+", () => this.scale(1.8));
    this.out = button("−", () => this.scale(1 / 1.8));
    this.whole = button(globe, () => this.show([0, 0], 1));
    this.node = el("div", { class: "map" }, this.picture, this.tip,
      el("div", { class: "zooms" }, this.in, this.out, this.whole));
    this.listen();
    this.translate();
    this.show([0, 0], 1);
    this.load();
  }

  async load() {
    try {
      const outline = await (await fetch("console/world.json")).json();
      this.land.setAttribute("d", path(outline.land, outline.scale, true));
      this.borders.setAttribute("d", path(outline.borders, outline.scale, false));
    } catch { /* Dots without land are better than no dots. */ }
  }

  translate() {
    for (const [button, key] of [[this.in, "zoom_in"], [this.out, "zoom_out"], [this.whole, "zoom_all"]]) {
      button.setAttribute("aria-label", w(key));
      button.title = w(key);
    }
    this.picture.setAttribute("aria-label", w("map_label", this.points.length));
  }

  /** Other incidents. */
  setPoints(points) {
    this.points = points;
    this.places.clear();
    const crowded = new Map();
    const dots = [];
    for (const point of points) {
      const [x, y] = project(point.lon, point.lat);
      const spot = `${Math.round(x * 2)} ${Math.round(y * 2)}`;
      const before = crowded.get(spot) ?? 0;
      crowded.set(spot, before + 1);
      this.places.set(point.id, { x, y, before, point });
      dots.push(svg("circle", { "data-id": point.id, class: `dot hue-${hue(point.group)}${point.precision === "country" || point.precision === "region" ? " vague" : ""}` }));
    }
    // The most severe come first and would cover the others.
    put(this.dots, dots.reverse());
    this.translate();
    this.redraw();
  }

  /** One incident in the middle, or none. */
  select(id, moves = true) {
    const other = id !== this.selected;
    this.selected = id;
    const place = id ? this.places.get(id) : null;
    if (moves && other) {
      if (place) this.show([place.x, place.y], Math.max(this.zoom, 4));
      else this.show([0, 0], 1);
    }
    this.redraw();
  }

  scale(factor) {
    this.show(this.centre, this.zoom * factor);
  }

  show([x, y], zoom) {
    this.zoom = Math.min(MOST, Math.max(1, zoom));
    const width = WIDTH / this.zoom, height = HEIGHT / this.zoom;
    const left = Math.min(WIDTH / 2 - width, Math.max(-WIDTH / 2, x - width / 2));
    const top = Math.min(TOP + HEIGHT - height, Math.max(TOP, y - height / 2));
    this.centre = [left + width / 2, top + height / 2];
    this.picture.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    this.redraw();
  }

  /** Dots keep their size on the screen. */
  redraw() {
    const unit = this.unit();
    for (const dot of this.dots.children) {
      const place = this.places.get(dot.dataset.id);
      if (!place) continue;
      const turn = place.before * 2.4, away = place.before ? 5 * Math.sqrt(place.before) * unit : 0;
      dot.setAttribute("cx", (place.x + Math.cos(turn) * away).toFixed(2));
      dot.setAttribute("cy", (place.y + Math.sin(turn) * away).toFixed(2));
      const chosen = dot.dataset.id === this.selected;
      dot.setAttribute("r", ((2.6 + place.point.severity * 0.85 + (chosen ? 2 : 0)) * unit).toFixed(2));
      dot.classList.toggle("chosen", chosen);
      dot.classList.toggle("faint", Boolean(this.selected) && !chosen);
    }
  }

  unit() {
    const box = this.picture.getBoundingClientRect();
    if (!box.width) return 1 / this.zoom;
    // The picture fills its frame, so the greater ratio counts.
    return 1 / Math.max((box.width * this.zoom) / WIDTH, (box.height * this.zoom) / HEIGHT);
  }

  listen() {
    const id = (event) => event.target?.dataset?.id;
    let from = null, moved = false;
    this.picture.addEventListener("click", (event) => {
      if (!moved && id(event)) this.pick(id(event));
    });
    this.picture.addEventListener("pointerdown", (event) => {
      from = [event.clientX, event.clientY];
      moved = false;
    });
    this.picture.addEventListener("pointermove", (event) => {
      this.hint(id(event), event);
      if (!from || this.zoom === 1 || !event.buttons) return;
      const unit = this.unit();
      const dx = (event.clientX - from[0]) * unit, dy = (event.clientY - from[1]) * unit;
      if (Math.abs(dx) + Math.abs(dy) > 3 * unit) moved = true;
      if (!moved) return;
      from = [event.clientX, event.clientY];
      this.show([this.centre[0] - dx, this.centre[1] - dy], this.zoom);
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      this.picture.addEventListener(name, () => { from = null; });
    }
    this.picture.addEventListener("pointerleave", () => this.hint(null));
    this.picture.addEventListener("dblclick", () => this.scale(1.8));
    this.picture.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.scale(event.deltaY < 0 ? 1.3 : 1 / 1.3);
    }, { passive: false });
    new ResizeObserver(() => this.redraw()).observe(this.picture);
  }

  hint(id, event) {
    const place = id ? this.places.get(id) : null;
    this.tip.hidden = !place;
    if (!place) return;
    put(this.tip, el("b", {}, typeName(place.point.type)), el("span", {}, place.point.title));
    const box = this.node.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    this.tip.style.left = `${Math.min(x + 14, Math.max(0, box.width - 260))}px`;
    this.tip.style.top = `${Math.min(y + 14, Math.max(0, box.height - 70))}px`;
  }
}
