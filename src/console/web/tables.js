// Feeds, dead letters and stages.

import { get } from "./api.js";
import { el, outside, put } from "./dom.js";
import { ago, language, lasting, number, v, w, when } from "./words.js";

/** A moment as the time since, with the moment itself as the title. */
const moment = (time, none = "–") => (time ? el("time", { datetime: time, title: when(time) }, ago(time)) : none);

/** A table whose cells name their column, so that it can be read as cards on a phone. */
function table(name, columns, rows) {
  return el("table", { class: `table ${name}` },
    el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell, i) =>
      i === 0 ? el("th", { scope: "row" }, cell) : el("td", { "data-column": columns[i] }, el("div", {}, cell)))))));
}

class Table {
  constructor() {
    this.node = el("section", { class: "page" });
    this.last = "";
  }

  translate() {
    this.last = "";
  }

  route() {}

  async refresh() {
    const { value } = await get(this.path, this.parameters?.() ?? {});
    // Times since are drawn anew twice a minute, also where nothing changed.
    const stamp = JSON.stringify(value) + Math.floor(Date.now() / 30000);
    if (stamp === this.last) return;
    this.last = stamp;
    const focused = document.activeElement?.id;
    this.draw(value);
    if (focused) document.getElementById(focused)?.focus();
  }
}

export class FeedsView extends Table {
  constructor() {
    super();
    this.path = "feeds";
    this.health = "";
  }

  parameters() {
    return { health: this.health };
  }

  choose(health) {
    this.health = health;
    this.last = "";
    this.refresh();
  }

  draw(answer) {
    const order = ["gone", "failing", "unreadable", "overdue", "partial", "repaired", "new", "ok"];
    const all = Object.values(answer.health).reduce((a, b) => a + b, 0);
    const chip = (value, text, count) => el("button", {
      type: "button", id: `health-${value || "all"}`, class: `chip ${value ? `h-${value}` : ""}`, "aria-pressed": String(this.health === value), onclick: () => this.choose(value),
    }, text, " ", el("b", {}, number(count)));
    put(this.node, el("h1", {}, w("feeds")),
      el("div", { class: "chips" }, chip("", w("all"), all), order.filter((h) => answer.health[h]).map((h) => chip(h, v("health", h), answer.health[h]))),
      all === 0
        ? el("p", { class: "empty" }, w("no_feeds"))
        : table("feeds", [w("feed"), w("health"), w("next_poll"), w("last_success"), w("failures"), w("rhythm")],
          answer.feeds.map((feed) => [
            [el("span", { class: "strong" }, feed.outlet ?? feed.title ?? feed.url),
              el("span", { class: "low url" }, outside(feed.url, feed.url.replace(/^https?:\/\//, ""))),
              feed.moved_to && el("span", { class: "low url" }, w("moved_to", feed.moved_to))],
            [el("span", { class: `verdict h-${feed.health}` }, v("health", feed.health)), feed.last_error && el("code", {}, feed.last_error)],
            [feed.next_poll && Date.parse(feed.next_poll) <= Date.now() ? w("due") : moment(feed.next_poll), feed.because && el("span", { class: "low" }, v("because", feed.because))],
            moment(feed.last_success, w("never")),
            feed.failures ? w("in_a_row", number(feed.failures)) : "–",
            lasting(feed.interval_seconds),
          ])));
  }
}

export class DeadLettersView extends Table {
  constructor() {
    super();
    this.path = "dead-letters";
  }

  draw(answer) {
    put(this.node, el("h1", {}, w("dead_letters")),
      answer.dead_letters.length === 0
        ? el("div", { class: "empty" }, el("p", {}, w("no_letters")), el("p", { class: "low" }, w("no_letters_more")))
        : table("letters", [w("time"), w("why"), w("from"), w("key"), w("content")],
          answer.dead_letters.map((letter) => [
            moment(letter.time),
            [el("span", { class: "verdict h-failing" }, letter.reason ?? w("unknown")), el("span", { class: "low" }, letter.stage ?? ""), letter.detail && el("span", { class: "detail" }, letter.detail)],
            [el("span", {}, letter.source_topic ?? "–"), letter.source_offset && el("span", { class: "low" }, `${letter.source_partition}/${letter.source_offset}`)],
            el("code", { class: "url" }, letter.key),
            el("details", {}, el("summary", {}, w("bytes", number(letter.bytes))), el("pre", { tabindex: "0" }, letter.preview)),
          ])),
      answer.evicted > 0 && el("p", { class: "hint" }, w("letters_evicted", number(answer.evicted))));
  }
}

export class StagesView extends Table {
  constructor() {
    super();
    this.path = "status";
  }

  draw(status) {
    const figure = (value, text, warns) => el("div", { class: warns ? "figure-box warns" : "figure-box" }, el("b", {}, value), el("span", {}, text));
    const following = (topic) => {
      if (topic.state === "waiting") return [el("span", { class: "verdict h-failing" }, w("waiting")), topic.reason && el("span", { class: "detail" }, topic.reason)];
      if (topic.state === "reading") return el("span", { class: "verdict h-repaired" }, w("reading", number(topic.left)));
      return el("span", { class: "verdict h-ok" }, w("following"));
    };
    const troubles = [...status.waiting_for, ...status.stuck];
    put(this.node, el("h1", {}, w("stages")),
      troubles.length > 0 && el("ul", { class: "notice" }, troubles.map((trouble) => el("li", {}, trouble))),
      el("ol", { class: "flow" }, status.stages.map((stage) => el("li", { class: stage.here ? "stage" : "stage absent" },
        el("h2", {}, w(stage.name)), el("p", { class: "low" }, w(`${stage.name}_does`)),
        stage.here
          ? el("div", { class: "figures" },
            figure(number(Math.round(stage.handled_per_minute)), w("per_minute")),
            stage.lag !== null && figure(number(stage.lag), w("lag"), stage.lag > 1000),
            figure(number(stage.handled), w("handled")), figure(number(stage.published), w("published")),
            el("p", { class: "low" }, w("last_done"), " ", moment(stage.last_success, w("never"))))
          : el("p", { class: "low" }, w("elsewhere"))))),
      el("h2", {}, w("in_memory")),
      table("topics", [w("topic"), w("state"), w("records")],
        status.following.map((topic) => [el("span", { class: "strong" }, topic.topic), following(topic), number(topic.records)])),
      el("h2", {}, w("process")),
      el("dl", { class: "plain-facts" },
        [[w("version"), status.version], [w("started"), moment(status.started)], [w("incidents"), `${number(status.held.incidents)} · ${size(status.held.bytes)}`],
          [w("articles"), `${number(status.articles)} · ${size(status.article_bytes)}`]]
          .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
  }
}

const size = (bytes) => `${new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(bytes / 1048576)} MiB`;
