// One incident: its facts, its sources with the words that prove them, figures that differ, revisions.

import { get, Refused } from "./api.js";
import { el, outside, put } from "./dom.js";
import { bound, casualty, eventTime, hue, people, place, step } from "./format.js";
import { ArticlePane } from "./article.js";
import { ago, decimal, languageName, number, typeName, v, w, when } from "./words.js";

export class IncidentPane {
  constructor(close) {
    this.close = close;
    this.id = null;
    this.node = el("article", { class: "pane", tabindex: "-1", hidden: true });
    this.article = new ArticlePane();
  }

  translate() {
    this.revision = null;
    if (this.id) this.refresh();
  }

  show(id) {
    if (id === this.id) return;
    this.id = id;
    this.revision = null;
    this.field = null;
    this.reading = null;
    this.node.hidden = !id;
    put(this.node);
    if (id) this.refresh().then(() => {
      this.node.scrollTop = 0;
      this.node.focus({ preventScroll: matchMedia("(min-width: 900px)").matches });
    });
  }

  async refresh() {
    const id = this.id;
    if (!id) return;
    try {
      const { value } = await get(`incidents/${encodeURIComponent(id)}`);
      if (id !== this.id) return;
      const stamp = `${value.incident.revision} ${value.gone} ${value.articles.length}`;
      if (stamp === this.revision) return;
      this.revision = stamp;
      this.draw(value);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      put(this.node, this.closing(), el("p", { class: "empty" }, w("not_held")));
    }
  }

  closing() {
    return el("button", { type: "button", class: "closing", "aria-label": w("close"), title: `${w("close")} (Esc)`, onclick: () => this.close() }, "×");
  }

  draw({ incident, gone, revisions }) {
    this.incident = incident;
    this.facts = [];
    const total = incident.reports.length + incident.further_reports.length;
    const top = el("header", { class: "lead" },
      el("p", { class: "kicker" }, el("span", { class: `swatch hue-${hue(incident.group)}` }), el("span", { class: "kind" }, typeName(incident.type)),
        incident.realis !== "actual" && el("em", {}, v("realis", incident.realis)),
        incident.status !== "current" && el("em", {}, v("status", incident.status))),
      el("h2", {}, incident.title),
      el("p", { class: "standing" },
        el("span", { class: `severity s${step(incident.severity)}` }, decimal(incident.severity)),
        el("span", {}, w("severity_n", decimal(incident.severity))),
        el("span", {}, w("confidence", Math.round(incident.confidence * 100))),
        el("span", {}, total === 1 ? w("report_one") : w("reports_n", number(total))),
        el("span", {}, w("sources_n", number(incident.independent_sources))),
        el("time", { datetime: incident.last_seen, title: when(incident.last_seen) }, ago(incident.last_seen))),
      (gone || incident.merged_into) && el("p", { class: "gone" },
        incident.merged_into
          ? el("a", { href: `#/incidents?id=${encodeURIComponent(incident.merged_into)}` }, w("merged_into"))
          : v("lifecycle", incident.lifecycle)));
    put(this.node, this.closing(), top, el("div", { class: "halves" },
      el("div", { class: "half" }, this.factTable(incident), this.disagreements(incident)),
      el("div", { class: "half" }, this.sources(incident)),
      el("div", { class: "half last" }, this.history(revisions))));
    this.read(this.reading ?? this.first(), this.field);
  }

  /** Facts as buttons: the words that prove one are shown in the text. */
  factTable(incident) {
    const proven = new Set(incident.evidence.map((proof) => proof.field));
    const rows = [];
    const row = (label, entries) => {
      const shown = entries.filter((entry) => entry && entry.text);
      if (!shown.length) return;
      rows.push(el("div", { class: "fact" }, el("dt", {}, label), el("dd", {}, shown.map((entry) => {
        const has = [...proven].some((field) => within(field, entry.field));
        const content = [el("span", { class: "value" }, entry.text), entry.note && el("small", {}, entry.note)];
        if (!has) return el("span", { class: "unproven" }, content);
        const button = el("button", { type: "button", class: "proven", "aria-pressed": "false", onclick: () => this.choose(entry.field) }, content);
        this.facts.push({ field: entry.field, button });
        return button;
      }))));
    };
    const each = (list, base, make) => (list ?? []).map((entry, i) => ({ field: `${base}/${i}`, ...make(entry, i) }));
    row(w("what"), [{ field: "/type", text: typeName(incident.type), note: v("group", incident.group) }]);
    row(w("when"), [{ field: "/time", text: eventTime(incident.time), note: incident.time?.text && el("q", {}, incident.time.text) }]);
    row(w("where"), each(incident.places, "/places", (p) => ({ text: place(p), note: p.role === "event" ? null : v("role", p.role) })));
    row(w("casualties"), each(incident.casualties, "/casualties", (c) => ({
      text: c.part ? w("of_which", casualty(c)) : casualty(c), note: c.text && el("q", {}, c.text) })));
    row(w("actors"), [
      ...each(incident.actors, "/actors", (a) => ({ text: a.name, note: v("role", a.role) })),
      incident.perpetrator_confidence && { field: "/perpetrator_confidence", text: v("sure", incident.perpetrator_confidence) }]);
    row(w("targets"), each(incident.targets, "/targets", (t) => ({ text: t.number ? `${t.name} (${bound(t.number.min, t.number.max, t.number.approx)})` : t.name })));
    row(w("instruments"), each(incident.instruments, "/instruments", (i) => ({ text: i.count ? `${i.name} (${bound(i.count.min, i.count.max, i.count.approx)})` : i.name })));
    row(w("crowd"), [incident.crowd && { field: "/crowd", text: bound(incident.crowd.min, incident.crowd.max, incident.crowd.approx) }]);
    row(w("counts"), [incident.counts && { field: "/counts", text: `${bound(incident.counts.total.min, incident.counts.total.max)} ${incident.counts.unit}` }]);
    row(w("damage"), each(incident.damage, "/damage", (d) => ({ text: d.number ? `${d.name} (${bound(d.number.min, d.number.max)})` : d.name })));
    row(w("reason"), [{ field: "/reason", text: incident.reason }]);
    row(w("claims"), each(incident.claims, "/claims", (c) => ({ text: c.speaker, note: [v("act", c.act), c.medium].filter(Boolean).join(", ") })));
    return el("section", { class: "block" }, el("h3", {}, w("facts")), el("p", { class: "hint" }, w("facts_hint")), el("dl", { class: "facts" }, rows));
  }

  disagreements(incident) {
    if (!incident.competing.length) return null;
    const fields = new Map();
    for (const entry of incident.competing) fields.set(entry.field, [...(fields.get(entry.field) ?? []), entry]);
    const outlets = new Map(incident.reports.map((report) => [report.id, report]));
    return el("section", { class: "block" }, el("h3", {}, w("competing")),
      [...fields].map(([field, values]) => el("div", { class: "rivals" }, el("h4", {}, fieldName(field, incident)),
        el("ul", {}, values.map((entry, i) => el("li", { class: i === 0 ? "chosen" : "" },
          el("span", { class: "value" }, valueText(field, entry.value), i === 0 && el("small", { class: "badge" }, w("chosen"))),
          el("span", { class: "who" }, entry.reports.map((id) => {
            const report = outlets.get(id);
            if (!report) return null;
            return el("button", { type: "button", class: "plain", onclick: () => this.read(report.article.id, field) }, report.article.outlet);
          }))))))));
  }

  sources(incident) {
    const seen = new Set();
    this.tabs = new Map();
    const tabs = [];
    for (const report of incident.reports) {
      const { article } = report;
      if (seen.has(article.id)) continue;
      seen.add(article.id);
      const tab = el("button", { type: "button", class: "source", "aria-pressed": "false", onclick: () => this.read(article.id, this.field) },
        el("span", { class: "outlet" }, article.outlet),
        el("span", { class: "low" }, `${languageName(article.lang)} · ${ago(article.published ?? article.seen)}${article.duplicate_of ? ` · ${w("copy_of")}` : ""}`));
      this.tabs.set(article.id, tab);
      tabs.push(el("li", {}, tab));
    }
    return el("section", { class: "block" }, el("h3", {}, w("sources")), el("ul", { class: "sources" }, tabs),
      incident.further_reports.length > 0 && el("p", { class: "hint" }, w("further", number(incident.further_reports.length))),
      this.article.node);
  }

  history(revisions) {
    return el("section", { class: "block" }, el("h3", {}, w("revisions")),
      el("ol", { class: "revisions", reversed: true }, revisions.map((seen) => el("li", {},
        el("div", {}, el("b", {}, w("revision", seen.revision)), " ", el("span", { class: "badge" }, v("lifecycle", seen.lifecycle)), " ",
          el("span", { class: "low" }, [seen.time && when(seen.time), seen.reports === 1 ? w("report_one") : w("reports_n", seen.reports), w("severity_n", decimal(seen.severity))].filter(Boolean).join(" · "))),
        seen.changed.length > 0 && el("div", { class: "low" }, w("changed", [...new Set(seen.changed.map((field) => label(field)))].join(", ")))))));
  }

  /** The article with the most proofs of the incident's fields. */
  first() {
    const counts = new Map();
    for (const proof of this.incident.evidence) counts.set(proof.article, (counts.get(proof.article) ?? 0) + 1);
    const best = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
    return best ?? this.incident.reports[0]?.article.id;
  }

  choose(field) {
    if (this.field === field) {
      this.read(this.reading, null);
      return;
    }
    const proof = this.incident.evidence.find((proof) => within(proof.field, field));
    this.read(proof?.article ?? this.reading, field, true);
  }

  read(article, field, scrolls = false) {
    this.reading = article;
    this.field = field;
    for (const fact of this.facts) fact.button.setAttribute("aria-pressed", String(fact.field === field));
    for (const [id, tab] of this.tabs) tab.setAttribute("aria-pressed", String(id === article));
    const report = this.incident.reports.find((report) => report.article.id === article);
    if (report) this.article.show({ incident: this.incident, report, field, name: field && fieldName(field, this.incident), scrolls });
  }
}

/** Whether a proof's field is the one meant, or a part of it. */
const within = (proof, field) => proof === field || proof.startsWith(`${field}/`);

const LABELS = {
  type: "what", time: "when", places: "where", casualties: "casualties", actors: "actors", perpetrator_confidence: "actors",
  targets: "targets", instruments: "instruments", claims: "claims", reason: "reason", counts: "counts", crowd: "crowd",
  damage: "damage", competing: "competing", reports: "sources", outlets: "sources", independent_sources: "sources",
  languages: "lang", severity: "severity", confidence: "sureness", title: "headline", last_seen: "seen_at", first_seen: "seen_at", kind: "what", group: "what", codes: "what",
};

/** The name of a field's first part. */
export function label(field) {
  const part = field.split("/")[1] ?? "";
  return LABELS[part] ? w(LABELS[part]) : part.replaceAll("_", " ");
}

function fieldName(field, incident) {
  const [, part, at] = field.split("/");
  const entry = part === "casualties" ? incident.casualties[Number(at)] : null;
  return entry ? `${w("casualties")}: ${entry.group ? `${people(entry.group)} ` : ""}${v("outcome", entry.outcome)}` : label(field);
}

function valueText(field, value) {
  if (value === null || value === undefined) return w("unknown");
  if (typeof value !== "object") {
    const part = field.split("/")[1];
    if (part === "type") return typeName(value);
    if (part === "perpetrator_confidence") return v("sure", value);
    return String(value);
  }
  if ("outcome" in value) return [casualty(value), value.text && [" – ", el("q", {}, value.text)]];
  if ("anchor" in value) return eventTime(value);
  if ("lat" in value) return place(value);
  if ("min" in value) return bound(value.min, value.max, value.approx);
  if ("total" in value) return `${bound(value.total.min, value.total.max)} ${value.unit}`;
  return value.name ?? value.speaker ?? JSON.stringify(value);
}

export { outside };
