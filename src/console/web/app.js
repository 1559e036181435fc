// The console: which view is shown, how often the service is asked, language, light and dark.

import { get, onToken, Refused } from "./api.js";
import { byId, put } from "./dom.js";
import { IncidentsView } from "./list.js";
import { DeadLettersView, FeedsView, StagesView } from "./tables.js";
import { language, startLanguage, switchLanguage, w } from "./words.js";

/** Milliseconds between two questions: while all is well, and while nobody answers. */
const PACE = 2500, SLOW = 8000;

startLanguage();

const views = {
  incidents: new IncidentsView(go),
  feeds: new FeedsView(),
  "dead-letters": new DeadLettersView(),
  stages: new StagesView(),
};
let current = null;
let timer = null;
let asking = false;
let again = false;

/** Goes to a view: the address says what is shown. */
function go(view, parameters = {}, replaces = false) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)).toString();
  const address = `#/${view}${query ? `?${query}` : ""}`;
  if (replaces) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  route();
}

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const name = views[path] ? path : "incidents";
  const view = views[name];
  if (view !== current) {
    current = view;
    put(byId("main"), view.node);
    document.body.dataset.view = name;
    for (const tab of byId("tabs").children) {
      if (tab.dataset.view === name) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    window.scrollTo(0, 0);
  }
  view.route(new URLSearchParams(query ?? ""));
  title(name);
  tick();
}

function title(name) {
  document.title = `${w(name.replace("-", "_"))} – Depesche`;
}

async function tick() {
  clearTimeout(timer);
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  let pace = PACE;
  try {
    await Promise.all([current.refresh(), lamp()]);
    notice(null);
  } catch (error) {
    if (error instanceof Refused) {
      notice(w("refused", error.message));
    } else {
      notice(w("offline_long"));
      light("offline", w("offline"));
      pace = SLOW;
    }
  }
  asking = false;
  if (again) {
    again = false;
    pace = 0;
  }
  if (!document.hidden) timer = setTimeout(tick, pace);
}

async function lamp() {
  const { value } = await get("status");
  if (value.stuck.length) light("stuck", w("stuck"));
  else if (!value.ready) light("waiting", w("waiting"));
  else light("ready", w("ready"));
}

function light(state, word) {
  byId("lamp").className = `lamp ${state}`;
  if (byId("health-word").textContent !== word) byId("health-word").textContent = word;
}

function notice(text) {
  const node = byId("notice");
  node.hidden = !text;
  if (node.textContent !== (text ?? "")) node.textContent = text ?? "";
}

function translate() {
  document.documentElement.lang = language();
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = w(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", w(node.dataset.label));
  byId("language").textContent = w("to_german");
  byId("language").setAttribute("lang", language() === "de" ? "en" : "de");
  byId("language").setAttribute("aria-label", `${w("to_german")}: ${w("to_german_label")}`);
  paint();
  for (const view of Object.values(views)) view.translate();
}

const dark = matchMedia("(prefers-color-scheme: dark)");
let theme = null;
try { theme = localStorage.getItem("depesche-theme"); } catch { /* No storage: as the system says. */ }

function paint() {
  const shown = theme ?? (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = shown;
  byId("theme").textContent = w(shown === "dark" ? "light" : "dark");
  byId("theme").setAttribute("aria-label", `${w(shown === "dark" ? "light" : "dark")}: ${w("theme_label", w(shown))}`);
}

byId("theme").addEventListener("click", () => {
  theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("depesche-theme", theme); } catch { /* For this window only. */ }
  paint();
});
dark.addEventListener("change", paint);

byId("language").addEventListener("click", () => {
  switchLanguage();
  translate();
  route();
});

byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && current === views.incidents && views.incidents.selected && !byId("ask").open) {
    views.incidents.close();
  } else if (event.key === "/" && current === views.incidents && !event.target.closest?.("input, select, textarea, dialog")) {
    event.preventDefault();
    views.incidents.q.focus();
  }
});
window.addEventListener("hashchange", route);
window.addEventListener("popstate", route);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });

let waiting = null;
onToken((wrong) => {
  byId("ask-wrong").hidden = !wrong;
  const dialog = byId("ask");
  if (!dialog.open) dialog.showModal();
  waiting ??= new Promise((resolve) => {
    const done = () => {
      const token = byId("ask-token").value.trim();
      byId("ask-token").value = "";
      waiting = null;
      resolve(token);
    };
    byId("ask-form").addEventListener("submit", done, { once: true });
  });
  return waiting;
});
byId("ask").addEventListener("cancel", (event) => event.preventDefault());

translate();
route();
