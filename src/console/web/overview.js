// Below the map: what is gravest, and how the incidents divide up.

import { el, put } from "./dom.js";
import { hue, step } from "./format.js";
import { countryName, decimal, number, typeName, w } from "./words.js";

const ROWS = 7;

export class Overview {
  /** `open` is called with an incident's id, `filter` with the name of a filter and its value. */
  constructor(open, filter) {
    this.open = open;
    this.filter = filter;
    this.node = el("div", { class: "overview" });
  }

  draw(points, facets) {
    const gravest = el("section", {}, el("h2", {}, w("gravest")),
      el("ol", {}, points.slice(0, ROWS - 1).map((point) => el("li", {},
        el("button", { type: "button", class: "grave", onclick: () => this.open(point.id) },
          el("span", { class: `severity s${step(point.severity)}` }, decimal(point.severity)),
          el("span", { class: "grave-title" }, point.title))))));
    const typed = new Map(points.map((point) => [point.type, point.group]));
    put(this.node, points.length > 0 && gravest,
      this.bars("by_type", "type", facets.types, typeName, (type) => `hue-${hue(typed.get(type))}`),
      this.bars("by_country", "country", facets.countries, countryName, () => ""));
  }

  bars(title, filter, facets, name, colour) {
    if (!facets.length) return null;
    const most = facets[0].count;
    return el("section", {}, el("h2", {}, w(title)),
      el("ul", {}, facets.slice(0, ROWS).map(({ value, count }) => {
        const bar = el("span", { class: `bar ${colour(value)}` });
        bar.style.width = `${Math.max(2, (count / most) * 100)}%`;
        return el("li", {}, el("button", { type: "button", class: "bar-row", onclick: () => this.filter(filter, value) },
          el("span", { class: "bar-name" }, name(value)), el("span", { class: "bar-space", "aria-hidden": "true" }, bar),
          el("span", { class: "bar-count" }, number(count))));
      })));
  }
}
