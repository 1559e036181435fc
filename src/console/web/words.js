// What the console says, in German and English: one table.

const WORDS = {
  skip: ["Zum Inhalt", "To the content"],
  views: ["Ansichten", "Views"],
  incidents: ["Ereignisse", "Incidents"],
  feeds: ["Feeds", "Feeds"],
  dead_letters: ["Dead Letters", "Dead letters"],
  stages: ["Stufen", "Stages"],
  ready: ["bereit", "ready"],
  waiting: ["wartet", "waiting"],
  stuck: ["steht", "stuck"],
  offline: ["keine Verbindung", "no connection"],
  offline_long: ["Keine Antwort vom Dienst. Was zu sehen ist, ist der letzte Stand.", "The service does not answer. What you see is the last state."],
  refused: ["Der Dienst lehnt ab: {0}", "The service refuses: {0}"],
  to_german: ["English", "Deutsch"],
  to_german_label: ["Switch to English", "Auf Deutsch umschalten"],
  dark: ["Dunkel", "Dark"],
  light: ["Hell", "Light"],
  theme_label: ["Hell oder dunkel: jetzt {0}", "Light or dark: now {0}"],
  search: ["Suche", "Search"],
  search_hint: ["Ort, Partei, Medium …", "Place, party, outlet …"],
  filters: ["Filter", "Filters"],
  type: ["Art", "Type"],
  country: ["Land", "Country"],
  severity: ["Schwere", "Severity"],
  time: ["Zeitraum", "Time"],
  lang: ["Sprache", "Language"],
  sort: ["Reihenfolge", "Order"],
  all: ["alle", "all"],
  all_types: ["Alle Arten", "All types"],
  all_of: ["Alle: {0}", "All: {0}"],
  all_countries: ["Alle Länder", "All countries"],
  all_languages: ["Alle Sprachen", "All languages"],
  any_severity: ["Jede Schwere", "Any severity"],
  from_severity: ["ab {0}", "{0} and up"],
  any_time: ["Ohne Grenze", "Any time"],
  hours: ["Letzte {0} Stunden", "Last {0} hours"],
  days: ["Letzte {0} Tage", "Last {0} days"],
  latest: ["Neueste zuerst", "Latest first"],
  by_severity: ["Schwerste zuerst", "Most severe first"],
  by_reports: ["Meiste Berichte zuerst", "Most reports first"],
  reset: ["Zurücksetzen", "Reset"],
  list_label: ["Ereignisse. Pfeiltasten wandern, Eingabe öffnet, Escape schließt.", "Incidents. Arrow keys move, Enter opens, Escape closes."],
  count_one: ["1 Ereignis", "1 incident"],
  count: ["{0} Ereignisse", "{0} incidents"],
  more: ["Mehr zeigen", "Show more"],
  too_many: ["Weitere {0} passen; enger filtern zeigt sie.", "{0} more fit; narrow the filters to see them."],
  none_fit: ["Nichts passt zu diesen Filtern.", "Nothing fits these filters."],
  none_yet: ["Noch kein Ereignis. Sie erscheinen hier, sobald das Thema sie nennt.", "No incident yet. They appear here as soon as the topic tells them."],
  evicted: ["{0} ältere sind hier nicht mehr im Speicher; auf dem Topic stehen sie.", "{0} older ones are no longer in memory here; the topic has them."],
  new_one: ["Neu: {0}", "New: {0}"],
  new_many: ["{0} neue Ereignisse", "{0} new incidents"],
  map_label: ["Weltkarte mit {0} Ereignissen. Die Liste zeigt dieselben.", "World map with {0} incidents. The list shows the same."],
  zoom_in: ["Karte vergrößern", "Zoom in"],
  zoom_out: ["Karte verkleinern", "Zoom out"],
  zoom_all: ["Ganze Welt", "Whole world"],
  severity_scale: ["Größe: Schwere", "Size: severity"],
  report_one: ["1 Bericht", "1 report"],
  reports_n: ["{0} Berichte", "{0} reports"],
  sources_n: ["{0} unabhängig", "{0} independent"],
  disagree: ["Angaben weichen ab", "figures differ"],
  gravest: ["Am schwersten", "Most severe"],
  by_type: ["Nach Art", "By type"],
  by_country: ["Nach Land", "By country"],
  close: ["Schließen", "Close"],
  not_held: ["Dieses Ereignis ist hier nicht (mehr) im Speicher.", "This incident is not (or no longer) kept here."],
  what: ["Was", "What"],
  when: ["Wann", "When"],
  where: ["Wo", "Where"],
  casualties: ["Opfer", "Casualties"],
  perpetrator: ["Urheber", "Perpetrator"],
  actors: ["Beteiligte", "Parties"],
  targets: ["Ziel", "Target"],
  instruments: ["Mittel", "Means"],
  claims: ["Wer es sagt", "Who says so"],
  reason: ["Grund", "Reason"],
  counts: ["Summen", "Totals"],
  crowd: ["Teilnehmende", "Participants"],
  damage: ["Schäden", "Damage"],
  headline: ["Überschrift", "Headline"],
  sureness: ["Vertrauen", "Confidence"],
  seen_at: ["Berichtszeit", "Report time"],
  facts: ["Fakten", "Facts"],
  facts_hint: ["Ein Fakt zeigt seine Belege im Text.", "Choose a fact to see its words in the text."],
  sources: ["Quellen und Belege", "Sources and evidence"],
  competing: ["Abweichende Angaben", "Competing figures"],
  chosen: ["gewählt", "chosen"],
  revisions: ["Verlauf", "Revisions"],
  revision: ["Fassung {0}", "Revision {0}"],
  changed: ["geändert: {0}", "changed: {0}"],
  confidence: ["Vertrauen {0} %", "confidence {0} %"],
  severity_n: ["Schwere {0}", "severity {0}"],
  evidence: ["Belege", "Evidence"],
  evidence_of: ["Belege: {0}", "Evidence: {0}"],
  all_evidence: ["Alle Belege", "All evidence"],
  no_text: ["Den Text dieses Artikels gibt es hier nicht mehr. Das sind die belegten Worte:", "The text of this article is no longer kept. These are the words that prove it:"],
  searching: ["Der Text wird gesucht. Das sind die belegten Worte:", "Looking for the text. These are the words that prove it:"],
  no_words: ["Für diesen Fakt stehen in diesem Artikel keine Belege.", "No words in this article prove this fact."],
  stale: ["Der Artikel wurde danach geändert; diese Worte stehen so nicht mehr darin:", "The article was changed since; these words no longer stand in it:"],
  original: ["Zum Artikel", "Open article"],
  copy_of: ["übernimmt einen anderen Artikel", "repeats another article"],
  merged_into: ["Zusammengeführt mit einem anderen Ereignis", "Merged into another incident"],
  retracted: ["Zurückgezogen", "Retracted"],
  further: ["und {0} weitere Berichte", "and {0} further reports"],
  unknown: ["unbekannt", "unknown"],
  about: ["etwa {0}", "about {0}"],
  at_least: ["mindestens {0}", "at least {0}"],
  at_most: ["höchstens {0}", "at most {0}"],
  near: ["bei {0}", "near {0}"],
  until: ["bis {0}", "until {0}"],
  of_which: ["davon {0}", "of which {0}"],
  feed: ["Feed", "Feed"],
  health: ["Befund", "Verdict"],
  next_poll: ["Nächste Abfrage", "Next poll"],
  last_success: ["Letzter Erfolg", "Last success"],
  failures: ["Fehler", "Failures"],
  rhythm: ["Takt", "Rhythm"],
  due: ["fällig", "due"],
  never: ["nie", "never"],
  in_a_row: ["{0} in Folge", "{0} in a row"],
  moved_to: ["umgezogen nach {0}", "moved to {0}"],
  no_feeds: ["Kein Feed ist bekannt.", "No feed is known."],
  no_letters: ["Nichts ist liegen geblieben.", "Nothing was left behind."],
  no_letters_more: ["Was keine Stufe verarbeiten kann, steht hier mit dem Grund.", "What no stage can handle appears here with the reason."],
  letters_evicted: ["{0} ältere stehen nur noch auf dem Topic.", "{0} older ones are only on the topic."],
  stage: ["Stufe", "Stage"],
  why: ["Grund", "Reason"],
  from: ["Herkunft", "Source"],
  key: ["Schlüssel", "Key"],
  content: ["Inhalt", "Content"],
  bytes: ["{0} Byte", "{0} bytes"],
  poll: ["Abfragen", "Poll"],
  extract: ["Auswerten", "Extract"],
  link: ["Verknüpfen", "Link"],
  poll_does: ["Feeds zu Artikeln", "feeds to articles"],
  extract_does: ["Artikel zu Berichten", "articles to reports"],
  link_does: ["Berichte zu Ereignissen", "reports to incidents"],
  elsewhere: ["läuft nicht in diesem Prozess", "not in this process"],
  lag: ["Rückstand", "Lag"],
  per_minute: ["je Minute", "per minute"],
  handled: ["verarbeitet", "handled"],
  published: ["veröffentlicht", "published"],
  last_done: ["zuletzt fertig", "last done"],
  process: ["Dieser Prozess", "This process"],
  version: ["Version", "Version"],
  started: ["gestartet", "started"],
  in_memory: ["Im Speicher der Konsole", "In the console's memory"],
  articles: ["Artikel", "Articles"],
  topic: ["Topic", "Topic"],
  state: ["Zustand", "State"],
  records: ["Datensätze", "Records"],
  reading: ["liest ein, noch {0}", "reading, {0} to go"],
  following: ["folgt", "following"],
  token_title: ["Zugangstoken", "Access token"],
  token_why: ["Dieser Dienst fragt nach dem Token aus admin.token. Es bleibt nur in diesem Fenster.", "This service asks for the token of admin.token. It stays in this window only."],
  token: ["Token", "Token"],
  token_wrong: ["Das war nicht das richtige.", "That was not the right one."],
  token_send: ["Weiter", "Continue"],
  // Values of fields.
  "health.gone": ["endgültig weg", "gone"],
  "health.failing": ["schlägt fehl", "failing"],
  "health.unreadable": ["unlesbar", "unreadable"],
  "health.overdue": ["überfällig", "overdue"],
  "health.partial": ["teilweise lesbar", "partly readable"],
  "health.repaired": ["repariert", "repaired"],
  "health.new": ["noch nicht gefragt", "not polled yet"],
  "health.ok": ["in Ordnung", "fine"],
  "because.start": ["Startwert", "start value"],
  "because.rhythm": ["eigener Takt", "own rhythm"],
  "because.burst": ["Andrang", "burst"],
  "because.silence": ["Stille", "silence"],
  "because.floor": ["kürzester Abstand", "least interval"],
  "because.ttl": ["ttl", "ttl"],
  "because.period": ["updatePeriod", "updatePeriod"],
  "because.skip": ["Ruhezeit", "skip hours"],
  "because.max_age": ["noch frisch", "still fresh"],
  "because.retry_after": ["Retry-After", "Retry-After"],
  "because.backoff": ["nach Fehlern", "after failures"],
  "because.gone": ["weg", "gone"],
  "outcome.killed": ["getötet", "killed"],
  "outcome.wounded": ["verletzt", "wounded"],
  "outcome.missing": ["vermisst", "missing"],
  "outcome.captive": ["gefangen", "captive"],
  "outcome.displaced": ["vertrieben", "displaced"],
  "outcome.arrested": ["festgenommen", "arrested"],
  "outcome.evacuated": ["in Sicherheit gebracht", "evacuated"],
  "outcome.ill": ["erkrankt", "ill"],
  "realis.attempted": ["versucht", "attempted"],
  "realis.foiled": ["vereitelt", "foiled"],
  "realis.threatened": ["angedroht", "threatened"],
  "realis.planned": ["geplant", "planned"],
  "realis.hypothetical": ["möglich", "hypothetical"],
  "realis.denied": ["bestritten", "denied"],
  "realis.negated": ["verneint", "negated"],
  "status.update": ["Nachtrag", "update"],
  "status.background": ["Hintergrund", "background"],
  "status.anniversary": ["Jahrestag", "anniversary"],
  "status.exercise": ["Übung", "exercise"],
  "lifecycle.new": ["neu", "new"],
  "lifecycle.updated": ["ergänzt", "updated"],
  "lifecycle.merged": ["zusammengeführt", "merged"],
  "lifecycle.retracted": ["zurückgezogen", "retracted"],
  "role.perpetrator": ["Urheber", "perpetrator"],
  "role.party": ["beteiligt", "party"],
  "role.supporter": ["unterstützt", "supporter"],
  "role.event": ["Ort", "place"],
  "role.origin": ["Ausgang", "origin"],
  "role.target": ["Ziel", "target"],
  "role.destination": ["Reiseziel", "destination"],
  "role.speaker": ["Ort der Aussage", "place of the statement"],
  "sure.fact": ["als Tatsache berichtet", "stated as a fact"],
  "sure.claimed": ["bekennt sich", "claimed responsibility"],
  "sure.admitted": ["eingeräumt", "admitted"],
  "sure.suspected": ["vermutet", "suspected"],
  "sure.accused_by_authorities": ["von Behörden beschuldigt", "accused by authorities"],
  "sure.denied": ["bestritten", "denied"],
  "act.report": ["berichtet", "reports"],
  "act.confirm": ["bestätigt", "confirms"],
  "act.claim": ["bekennt sich", "claims responsibility"],
  "act.admit": ["räumt ein", "admits"],
  "act.deny": ["bestreitet", "denies"],
  "act.accuse": ["beschuldigt", "accuses"],
  "act.retract": ["nimmt zurück", "retracts"],
  "act.threaten": ["droht", "threatens"],
  "people.people": ["Menschen", "people"],
  "people.soldiers": ["Soldaten", "soldiers"],
  "people.police": ["Polizisten", "police officers"],
  "people.workers": ["Beschäftigte", "workers"],
  "people.women": ["Frauen", "women"],
  "people.men": ["Männer", "men"],
  "people.children": ["Kinder", "children"],
  "people.protesters": ["Protestierende", "protesters"],
  "people.perpetrator": ["Täter", "perpetrators"],
  "people.passengers": ["Reisende", "passengers"],
  "people.migrants": ["Geflüchtete", "migrants"],
  "people.fighters": ["Kämpfer", "fighters"],
  "people.civilians": ["Zivilisten", "civilians"],
  "people.suspects": ["Verdächtige", "suspects"],
  "people.prisoners": ["Gefangene", "prisoners"],
  "people.politicians": ["Politiker", "politicians"],
  "part.title": ["Titel", "title"],
  "part.text": ["Text", "text"],
  "group.battle": ["Kämpfe", "Battles"],
  "group.remote_violence": ["Fernangriffe", "Remote violence"],
  "group.violence_against_people": ["Gewalt gegen Menschen", "Violence against people"],
  "group.unrest": ["Unruhen und Proteste", "Unrest and protest"],
  "group.strategic": ["Strategische Ereignisse", "Strategic events"],
  "group.crime": ["Kriminalität", "Crime"],
  "group.accident": ["Unglücke", "Accidents"],
  "group.natural": ["Naturereignisse", "Natural hazards"],
  "group.health": ["Gesundheit", "Health"],
  "group.infrastructure": ["Infrastruktur", "Infrastructure"],
  "group.humanitarian": ["Humanitäre Lage", "Humanitarian"],
  "group.other": ["Sonstiges", "Other"],
  "hue.conflict": ["Gewalt und Krieg", "Conflict"],
  "hue.unrest": ["Unruhe, Politik", "Politics and unrest"],
  "hue.crime": ["Kriminalität", "Crime"],
  "hue.accident": ["Unglück", "Accident"],
  "hue.natural": ["Natur", "Natural"],
  "hue.society": ["Versorgung", "Supply, health"],
};

const TYPES = {
  armed_clash: ["Gefecht", "Armed clash"],
  ground_attack: ["Bodenangriff", "Ground attack"],
  territory_regained: ["Gebiet zurückerobert", "Territory regained"],
  territory_overtaken: ["Gebiet erobert", "Territory overtaken"],
  air_strike: ["Luftangriff", "Air strike"],
  drone_strike: ["Drohnenangriff", "Drone strike"],
  missile_strike: ["Raketenangriff", "Missile strike"],
  shelling: ["Beschuss", "Shelling"],
  bombing: ["Bombenanschlag", "Bombing"],
  suicide_bombing: ["Selbstmordanschlag", "Suicide bombing"],
  grenade_attack: ["Granatenangriff", "Grenade attack"],
  chemical_attack: ["Giftgasangriff", "Chemical attack"],
  shooting: ["Schüsse", "Shooting"],
  stabbing: ["Messerangriff", "Stabbing"],
  vehicle_attack: ["Angriff mit Fahrzeug", "Vehicle attack"],
  assault: ["Tätlicher Angriff", "Assault"],
  assassination: ["Attentat", "Assassination"],
  mass_killing: ["Massaker", "Mass killing"],
  arson_attack: ["Brandanschlag", "Arson attack"],
  abduction: ["Entführung", "Abduction"],
  sexual_violence: ["Sexuelle Gewalt", "Sexual violence"],
  protest: ["Protest", "Protest"],
  protest_intervention: ["Einsatz gegen Protest", "Protest with intervention"],
  excessive_force: ["Gewalt gegen Protestierende", "Excessive force"],
  riot: ["Ausschreitungen", "Riot"],
  mob_violence: ["Gewalt einer Menge", "Mob violence"],
  agreement: ["Abkommen", "Agreement"],
  arrest_raid: ["Festnahme, Razzia", "Arrest or raid"],
  group_change: ["Wandel einer Gruppe", "Change in a group"],
  foiled_attack: ["Vereitelter Anschlag", "Foiled attack"],
  base_established: ["Stützpunkt errichtet", "Base established"],
  looting: ["Plünderung", "Looting"],
  territory_transfer: ["Gebietsübergabe", "Territory transfer"],
  coup: ["Putsch", "Coup"],
  strategic_other: ["Strategisches, sonstiges", "Strategic, other"],
  homicide: ["Tötungsdelikt", "Homicide"],
  robbery: ["Raub", "Robbery"],
  hostage_taking: ["Geiselnahme", "Hostage taking"],
  hijacking: ["Kaperung", "Hijacking"],
  piracy: ["Piraterie", "Piracy"],
  trafficking: ["Schmuggel, Handel", "Trafficking"],
  crime_other: ["Straftat, sonstige", "Crime, other"],
  road_accident: ["Verkehrsunfall", "Road accident"],
  rail_accident: ["Bahnunglück", "Rail accident"],
  aviation_accident: ["Flugunglück", "Aviation accident"],
  maritime_accident: ["Schiffsunglück", "Maritime accident"],
  industrial_accident: ["Industrieunfall", "Industrial accident"],
  explosion_accident: ["Explosion", "Explosion"],
  building_collapse: ["Einsturz", "Building collapse"],
  fire: ["Brand", "Fire"],
  hazardous_release: ["Gefahrstoffaustritt", "Hazardous release"],
  crowd_crush: ["Massengedränge", "Crowd crush"],
  earthquake: ["Erdbeben", "Earthquake"],
  flood: ["Überschwemmung", "Flood"],
  storm: ["Sturm", "Storm"],
  wildfire: ["Waldbrand", "Wildfire"],
  landslide: ["Erdrutsch", "Landslide"],
  avalanche: ["Lawine", "Avalanche"],
  volcano: ["Vulkanausbruch", "Volcano"],
  tsunami: ["Tsunami", "Tsunami"],
  extreme_temperature: ["Extreme Temperatur", "Extreme temperature"],
  drought: ["Dürre", "Drought"],
  disease_outbreak: ["Krankheitsausbruch", "Disease outbreak"],
  poisoning: ["Vergiftung", "Poisoning"],
  outage: ["Ausfall", "Outage"],
  cyber_attack: ["Cyberangriff", "Cyberattack"],
  sabotage: ["Sabotage", "Sabotage"],
  strike_disruption: ["Streik, Störung", "Strike or disruption"],
  displacement: ["Vertreibung, Flucht", "Displacement"],
  hunger: ["Hunger", "Hunger"],
  blockade: ["Blockade", "Blockade"],
  other: ["Sonstiges", "Other"],
};

let index = 1;

/** German or English, as chosen before or as the browser says. */
export function startLanguage() {
  let chosen = null;
  try { chosen = localStorage.getItem("depesche-language"); } catch { /* No storage. */ }
  const wanted = chosen ?? (navigator.languages ?? [navigator.language])[0] ?? "en";
  index = wanted.toLowerCase().startsWith("de") ? 0 : 1;
}

export const language = () => (index === 0 ? "de" : "en");

export function switchLanguage() {
  index = 1 - index;
  try { localStorage.setItem("depesche-language", language()); } catch { /* No storage. */ }
}

/** The words for a key, with `{0}` and so on filled in. */
export function w(key, ...values) {
  const text = WORDS[key]?.[index] ?? key;
  return text.replace(/\{(\d)\}/g, (_, n) => values[Number(n)] ?? "");
}

/** The words for a value of a field; the value itself where the table has none. */
export const v = (field, value) => WORDS[`${field}.${value}`]?.[index] ?? plain(value);

/** Whether the table knows the value of a field. */
export const known = (field, value) => `${field}.${value}` in WORDS;

/** A type of the taxonomy; operators may add their own. */
export const typeName = (type) => TYPES[type]?.[index] ?? plain(type);

const plain = (text) => {
  const words = String(text ?? "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const named = (kind) => (code) => {
  if (!code) return "";
  try {
    return new Intl.DisplayNames([language()], { type: kind }).of(code) ?? code;
  } catch {
    return code;
  }
};
export const countryName = named("region");
export const languageName = named("language");

export const number = (n) => new Intl.NumberFormat(language()).format(n);
export const decimal = (n) =>
  new Intl.NumberFormat(language(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(n);

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** How long ago or until, in one unit. */
export function ago(moment) {
  const seconds = Math.round((Date.parse(moment) - Date.now()) / 1000);
  if (Number.isNaN(seconds)) return "";
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const words = new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" });
  return words.format(Math.trunc(seconds / size), unit);
}

/** A moment in local time, or a day. */
export function when(moment) {
  if (!moment) return "";
  const day = /^\d{4}-\d{2}-\d{2}$/.test(moment);
  const parsed = new Date(day ? `${moment}T00:00:00Z` : moment);
  if (Number.isNaN(parsed.getTime())) return moment;
  const style = day
    ? { dateStyle: "medium", timeZone: "UTC" }
    : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language(), style).format(parsed);
}

/** A length of time in its greatest units. */
export function lasting(seconds) {
  if (!seconds) return "–";
  const unit = (n, name) =>
    new Intl.NumberFormat(language(), { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 }).format(n);
  if (seconds >= 86400) return unit(seconds / 86400, "day");
  if (seconds >= 3600) return unit(seconds / 3600, "hour");
  if (seconds >= 60) return unit(seconds / 60, "minute");
  return unit(seconds, "second");
}
