// The incidents: filters, list and map beside each other, and one of them opened.

import { get, Refused } from "./api.js";
import { arrange, byId, el, put } from "./dom.js";
import { ALL_HUES, casualty, eventTime, hue, place, step } from "./format.js";
import { IncidentPane } from "./incident.js";
import { WorldMap } from "./map.js";
import { Overview } from "./overview.js";
import { ago, countryName, decimal, languageName, number, typeName, v, w, when } from "./words.js";

const PAGE = 100, MOST = 500;

export class IncidentsView {
  constructor(go) {
    this.go = go;
    this.asked = {};
    this.limit = PAGE;
    this.items = new Map();
    this.fresh = new Map();
    this.order = [];
    this.drawn = "";
    this.map = new WorldMap((id) => this.open(id));
    this.pane = new IncidentPane(() => this.close());
    this.overview = new Overview((id) => this.open(id), (name, value) => this.filterBy(name, value));
    this.list = el("ol", { class: "list", id: "list" });
    this.list.addEventListener("keydown", (event) => this.keys(event));
    this.below = el("div", { class: "below" });
    this.heading = el("h1", { class: "unseen" });
    this.count = el("p", { class: "count" });
    this.build();
  }

  build() {
    const select = (name, label) => {
      const field = el("select", { name, id: `filter-${name}`, "aria-label": w(label), onchange: () => this.changed() });
      this[name] = field;
      return el("label", { class: "field" }, el("span", { "data-word": label }, w(label)), field);
    };
    this.q = el("input", { type: "search", id: "filter-q", maxlength: 200, autocomplete: "off", spellcheck: "false", oninput: () => this.typed() });
    this.resetting = el("button", { type: "button", class: "plain", onclick: () => this.reset() });
    this.summary = el("summary", {}, "");
    this.details = el("details", { class: "filters" }, this.summary,
      el("div", { class: "fields" }, select("type", "type"), select("country", "country"), select("severity", "severity"),
        select("time", "time"), select("lang", "lang"), select("sort", "sort")));
    this.details.open = matchMedia("(min-width: 700px)").matches;
    this.legend = el("ul", { class: "legend" });
    this.side = el("section", { class: "side" },
      el("div", { class: "map-frame" }, this.map.node, this.legend), this.overview.node, this.pane.node);
    this.node = el("div", { class: "incidents" }, this.heading,
      el("section", { class: "column" },
        el("form", { class: "search", role: "search", onsubmit: (event) => event.preventDefault() }, this.q, this.details),
        el("div", { class: "list-head" }, this.count, this.resetting), this.list, this.below),
      this.side);
    this.translate();
  }

  translate() {
    this.heading.textContent = w("incidents");
    this.q.placeholder = w("search_hint");
    this.q.setAttribute("aria-label", w("search"));
    this.list.setAttribute("aria-label", w("list_label"));
    this.resetting.textContent = w("reset");
    this.summary.textContent = w("filters");
    for (const node of this.node.querySelectorAll("[data-word]")) node.textContent = w(node.dataset.word);
    for (const name of ["type", "country", "severity", "time", "lang", "sort"]) this[name].setAttribute("aria-label", w(name));
    options(this.severity, [["", w("any_severity")], ...[2, 4, 6, 8].map((n) => [String(n), w("from_severity", n)])]);
    options(this.time, [["", w("any_time")], ["24", w("hours", 24)], ["72", w("days", 3)], ["168", w("days", 7)], ["720", w("days", 30)]]);
    options(this.sort, [["", w("latest")], ["severity", w("by_severity")], ["reports", w("by_reports")]]);
    put(this.legend, ALL_HUES.map((name) => el("li", {}, el("span", { class: `swatch hue-${name}` }), w(`hue.${name}`))),
      el("li", { class: "scale" }, el("span", { class: "swatch small" }), el("span", { class: "swatch large" }), w("severity_scale")));
    this.map.translate();
    this.pane.translate();
    if (this.facets) this.fillFacets();
    this.drawn = "";
    this.mapped = "";
  }

  /** Shows what the address says. */
  route(parameters) {
    for (const name of ["q", "type", "country", "severity", "time", "lang", "sort"]) {
      const value = parameters.get(name) ?? "";
      // The facets may not be known yet.
      if (value && this[name].tagName === "SELECT" && ![...this[name].options].some((o) => o.value === value)) {
        this[name].append(el("option", { value }, value));
      }
      // What is being typed is ahead of the address.
      const typed = this[name] === this.q && document.activeElement === this.q;
      if (this[name].value !== value && !typed) this[name].value = value;
    }
    const id = parameters.get("id");
    this.selected = id;
    this.node.classList.toggle("opened", Boolean(id));
    this.map.select(id);
    this.pane.show(id);
    this.mark();
  }

  parameters() {
    const found = {};
    for (const name of ["q", "type", "country", "severity", "time", "lang", "sort"]) {
      if (this[name].value) found[name] = this[name].value;
    }
    return found;
  }

  query() {
    const { type, time, ...rest } = this.parameters();
    if (type) rest[type.startsWith("group:") ? "group" : "type"] = type.replace(/^group:/, "");
    if (time) {
      // To the full hour, so that the same question is asked again.
      const hour = 3600 * 1000;
      rest.since = new Date(Math.floor((Date.now() - Number(time) * hour) / hour) * hour).toISOString().slice(0, 19) + "Z";
    }
    return rest;
  }

  changed() {
    this.limit = PAGE;
    this.go("incidents", { ...this.parameters(), id: this.selected }, true);
    this.refresh();
  }

  typed() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.changed(), 250);
  }

  filterBy(name, value) {
    this[name].value = value;
    this.changed();
    scrollTo({ top: 0 });
  }

  reset() {
    for (const name of ["q", "type", "country", "severity", "time", "lang", "sort"]) this[name].value = "";
    this.changed();
    this.q.focus();
  }

  open(id) {
    this.go("incidents", { ...this.parameters(), id });
  }

  close() {
    const before = this.selected;
    this.go("incidents", this.parameters());
    this.items.get(before)?.link.focus();
  }

  async refresh() {
    const query = this.query();
    const { sort, ...filters } = query;
    const asked = JSON.stringify(query) + this.limit;
    this.last = asked;
    const [list, map, facets] = await Promise.all([
      get("incidents", { ...query, limit: this.limit }), get("map", filters), get("facets")]);
    // Something else was asked for meanwhile.
    if (asked !== this.last) return;
    let redraws = false;
    if (facets.changed || !this.facets) {
      redraws = Boolean(this.points);
      this.facets = facets.value;
      this.fillFacets();
    }
    if (map.changed || asked !== this.mapped) {
      this.mapped = asked;
      this.map.setPoints(map.value.points);
      this.map.select(this.selected, !this.located);
      this.located = true;
      this.points = map.value.points;
      redraws = true;
    }
    if (redraws) this.overview.draw(this.points, this.facets);
    if (list.changed || asked !== this.drawn) {
      const same = asked === this.drawn;
      this.drawn = asked;
      this.draw(list.value, same);
    }
    for (const { age, line } of this.items.values()) age.textContent = ago(line.last_seen);
    await this.pane.refresh();
  }

  fillFacets() {
    const { groups, types, countries, languages } = this.facets;
    const counted = (name, count) => `${name} (${number(count)})`;
    const chosen = this.type.value;
    const children = [el("option", { value: "" }, w("all_types"))];
    const groupsBy = groups.map((group) => [group.value, v("group", group.value), group.count]);
    children.push(el("optgroup", { label: w("type") },
      groupsBy.map(([value, name, count]) => el("option", { value: `group:${value}` }, counted(w("all_of", name), count)))));
    children.push(el("optgroup", { label: "—" }, byName(types, typeName).map(([value, name, count]) => el("option", { value }, counted(name, count)))));
    if (chosen && !types.some((t) => t.value === chosen) && !groups.some((g) => `group:${g.value}` === chosen)) {
      children.push(el("option", { value: chosen }, typeName(chosen.replace(/^group:/, ""))));
    }
    put(this.type, children);
    this.type.value = chosen;
    const fill = (field, facets, name, all) =>
      options(field, [["", w(all)], ...byName(facets, name).map(([value, text, count]) => [value, counted(text, count)])]);
    fill(this.country, countries, countryName, "all_countries");
    fill(this.lang, languages, languageName, "all_languages");
  }

  draw(answer, same) {
    this.resetting.hidden = Object.keys(this.parameters()).length === 0;
    this.count.textContent = answer.total === 1 ? w("count_one") : w("count", number(answer.total));
    const before = this.items;
    const arrived = [];
    this.items = new Map();
    for (const line of answer.incidents) {
      const known = before.get(line.id);
      const kept = known && known.line.revision === line.revision && known.spoken === w("latest") ? known : this.item(line);
      if (same && before.size && (!known || known.line.revision !== line.revision)) {
        kept.node.classList.add("fresh");
        if (!known) arrived.push(line);
      }
      this.items.set(line.id, kept);
    }
    const focused = document.activeElement?.closest?.("#list li")?.dataset.id;
    arrange(this.list, [...this.items.values()].map((item) => item.node));
    if (focused) this.items.get(focused)?.link.focus({ preventScroll: true });
    this.mark();
    if (arrived.length === 1) byId("live").textContent = w("new_one", arrived[0].title);
    else if (arrived.length) byId("live").textContent = w("new_many", arrived.length);
    const notes = [];
    if (!answer.incidents.length) {
      const filtered = Object.keys(this.parameters()).length > 0;
      notes.push(el("p", { class: "empty" }, w(filtered ? "none_fit" : "none_yet")));
    }
    if (answer.next && this.limit < MOST) {
      notes.push(el("button", { type: "button", class: "button", onclick: () => { this.limit = MOST; this.refresh(); } }, w("more")));
    } else if (answer.next) {
      notes.push(el("p", { class: "hint" }, w("too_many", number(answer.total - answer.incidents.length))));
    }
    if (answer.held.evicted) notes.push(el("p", { class: "hint" }, w("evicted", number(answer.held.evicted))));
    put(this.below, notes);
  }

  item(line) {
    const age = el("time", { datetime: line.last_seen, title: when(line.last_seen) }, ago(line.last_seen));
    const numbers = line.casualties.slice(0, 3).map((c) => el("span", { class: "figure" }, casualty(c)));
    const sources = line.reports === 1 ? w("report_one") : w("reports_n", number(line.reports));
    const link = el("a", { class: "card", href: `#/incidents?id=${encodeURIComponent(line.id)}`, onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.open(line.id);
    } },
      el("span", { class: `severity s${step(line.severity)}`, title: w("severity_n", decimal(line.severity)) },
        el("span", { class: "unseen" }, `${w("severity")} `), decimal(line.severity)),
      el("span", { class: "body" },
        el("span", { class: "kicker" }, el("span", { class: `swatch hue-${hue(line.group)}` }), el("span", { class: "kind" }, typeName(line.type)),
          line.realis !== "actual" && el("em", {}, v("realis", line.realis)), age),
        el("span", { class: "title" }, line.title),
        el("span", { class: "meta" }, [place(line.place), eventTime(line.time)].filter(Boolean).map((text) => el("span", {}, text))),
        el("span", { class: "meta low" }, numbers, el("span", {}, sources),
          el("span", { class: "langs" }, line.languages.join(" ")),
          line.competing > 0 && el("span", { class: "differ" }, w("disagree")))));
    return { line, link, age, spoken: w("latest"), node: el("li", { "data-id": line.id }, link) };
  }

  mark() {
    for (const [id, { link }] of this.items) {
      if (id === this.selected) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  keys(event) {
    const links = [...this.list.querySelectorAll("a.card")];
    const at = links.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  }
}

function byName(facets, name) {
  return facets.map(({ value, count }) => [value, name(value), count]).sort((a, b) => a[1].localeCompare(b[1]));
}

function options(field, pairs) {
  const chosen = field.value;
  put(field, pairs.map(([value, text]) => el("option", { value }, text)));
  if (chosen && !pairs.some(([value]) => value === chosen)) field.append(el("option", { value: chosen }, chosen));
  field.value = chosen;
}

export { Refused };
