// The text of an article with the words that prove fields.

import { get, Refused } from "./api.js";
import { el, outside, put } from "./dom.js";
import { label } from "./incident.js";
import { w, when } from "./words.js";

const first = (field) => field.split("/")[1] ?? "";

export class ArticlePane {
  constructor() {
    this.node = el("div", { class: "reader", "aria-live": "off" });
  }

  async show(asked) {
    this.asked = asked;
    const { incident, report } = asked;
    let answer = null, why = "no_text";
    // An article that is not in memory is looked for on its topic, which may take a moment.
    const waiting = setTimeout(() => { if (this.asked === asked) this.words(asked, "searching"); }, 400);
    try {
      answer = (await get(`articles/${encodeURIComponent(report.article.id)}`, { incident: incident.id })).value;
    } catch (error) {
      if (!(error instanceof Refused)) why = "offline_long";
    } finally {
      clearTimeout(waiting);
    }
    // Something else was chosen meanwhile.
    if (this.asked !== asked) return;
    if (answer) this.text(answer, asked);
    else this.words(asked, why);
    if (asked.scrolls) this.node.querySelector("mark.on, .reader-head")?.scrollIntoView({ block: "nearest" });
  }

  head(title, asked) {
    const { article } = asked.report;
    return el("header", { class: "reader-head" }, title,
      el("p", { class: "low" }, article.outlet, " · ", el("time", { datetime: article.published ?? article.seen }, when(article.published ?? article.seen)),
        article.url && [" · ", outside(article.url, w("original"))]));
  }

  text({ article, spans }, asked) {
    const { field } = asked;
    // Proofs of the incident's own fields; where an article has none of the field, those of its report.
    const own = spans.filter((span) => span.of === "incident" && field && within(span.field, field));
    const like = spans.filter((span) => span.of === "report" && field && first(span.field) === first(field));
    const lit = own.length ? own : like;
    const all = spans.filter((span) => span.holds);
    const lang = asked.report.article.lang;
    const body = article.text.split(/\n{2,}/);
    let at = 0;
    const paragraphs = [];
    const text = Array.from(article.text);
    for (const paragraph of body) {
      const length = Array.from(paragraph).length;
      while (at < text.length && text[at] === "\n") at += 1;
      paragraphs.push(el("p", {}, marked(text, at, at + length, all, lit, "text")));
      at += length;
    }
    const title = Array.from(article.title);
    const kinds = [...new Set(all.map((span) => first(span.field)))].filter((kind) => kind !== "kind");
    const stale = lit.filter((span) => !span.holds);
    put(this.node,
      this.head(el("h4", { lang }, marked(title, 0, title.length, all, lit, "title")), asked),
      field && el("p", { class: "chosen-field", role: "status" }, w("evidence_of", asked.name ?? label(field))),
      field && !lit.length && el("p", { class: "hint" }, w("no_words")),
      stale.length > 0 && el("p", { class: "hint" }, w("stale"), " ", stale.map((span) => `“${span.text}”`).join(", ")),
      el("div", { class: field ? "text chosen" : "text", lang }, paragraphs),
      lit.length > 0 && el("ul", { class: "rules" }, unique(lit).map((span) => el("li", {}, el("q", { lang }, span.text), " ", el("code", {}, span.rule)))),
      !field && kinds.length > 0 && el("ul", { class: "key" }, kinds.map((kind) => el("li", { class: `proof f-${colour(kind)}` }, label(`/${kind}`)))));
  }

  words(asked, why) {
    const { incident, report, field } = asked;
    const proofs = [
      ...incident.evidence.filter((proof) => proof.article === report.article.id),
      ...report.evidence,
    ].filter((proof) => !field || within(proof.field, field) || first(proof.field) === first(field));
    put(this.node, this.head(el("h4", { lang: report.article.lang }, report.article.title), asked),
      el("p", { class: "hint" }, w(why)),
      el("ul", { class: "rules" }, unique(proofs).slice(0, 40).map((proof) =>
        el("li", {}, el("b", {}, label(proof.field)), " ", el("q", { lang: report.article.lang }, proof.text), " ", el("code", {}, proof.rule)))));
  }
}

const within = (proof, field) => proof === field || proof.startsWith(`${field}/`);

const COLOURS = { time: "time", places: "place", actors: "actor", perpetrator_confidence: "actor", claims: "claim",
  targets: "target", casualties: "loss", instruments: "means", type: "what" };
const colour = (kind) => COLOURS[kind] ?? "what";

function unique(spans) {
  const seen = new Set();
  return spans.filter((span) => {
    const key = `${span.text} ${span.rule}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Text from `from` to `to` with marks: cut where any proof begins or ends. Offsets count characters. */
function marked(text, from, to, spans, lit, part) {
  const here = spans.filter((span) => span.part === part && span.start < to && span.end > from);
  const cuts = new Set([from, to]);
  for (const span of here) {
    cuts.add(Math.max(from, span.start));
    cuts.add(Math.min(to, span.end));
  }
  const places = [...cuts].sort((a, b) => a - b);
  const chosen = lit.filter((span) => span.part === part && span.holds);
  return places.slice(0, -1).map((start, i) => {
    const end = places[i + 1];
    const words = text.slice(start, end).join("");
    const covering = here.filter((span) => span.start <= start && span.end >= end);
    if (!covering.length) return words;
    const on = chosen.some((span) => span.start <= start && span.end >= end);
    // The shortest proof says most about these words.
    const best = covering.sort((a, b) => (a.end - a.start) - (b.end - b.start))[0];
    const names = [...new Set(covering.map((span) => label(span.field)))].join(", ");
    return el(on ? "mark" : "span", { class: `${on ? "on " : ""}proof f-${colour(first(best.field))}`, title: `${names}: ${best.rule}` }, words);
  });
}
