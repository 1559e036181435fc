// Facts as words: the same for lists and for one incident.

import { known, w, v, when, number, countryName } from "./words.js";

const HUES = {
  battle: "conflict", remote_violence: "conflict", violence_against_people: "conflict",
  unrest: "unrest", strategic: "unrest", crime: "crime", accident: "accident", natural: "natural",
  health: "society", infrastructure: "society", humanitarian: "society", other: "society",
};
export const ALL_HUES = ["conflict", "unrest", "crime", "accident", "natural", "society"];

/** The colour of a group. */
export const hue = (group) => HUES[group] ?? "society";

/** The step of the scale, 0 to 4. */
export const step = (severity) => Math.max(0, Math.min(4, Math.floor(severity / 2)));

/** A number between bounds. */
export function bound(min, max, approx) {
  const known = (n) => n !== null && n !== undefined;
  if (!known(min) && !known(max)) return "?";
  if (!known(max)) return w("at_least", number(min));
  if (!known(min)) return w("at_most", number(max));
  const text = min === max ? number(min) : `${number(min)}–${number(max)}`;
  return approx ? w("about", text) : text;
}

/** Who they were; in the words of the text where the table has none. */
export const people = (group) => (known("people", group) ? v("people", group) : group);

/** "3 killed", "2–9 children killed". */
export function casualty(c) {
  const who = c.group ? ` ${people(c.group)}` : "";
  return `${bound(c.min, c.max, c.approx)}${who} ${v("outcome", c.outcome)}`;
}

/** When it happened. */
export function eventTime(time) {
  if (!time) return "";
  if (time.start && time.end && time.start !== time.end) return `${when(time.start)} – ${when(time.end)}`;
  if (time.start) return when(time.start);
  if (time.end) return w("until", when(time.end));
  return time.text ?? "";
}

/** Where it happened, with the country. */
export function place(p) {
  if (!p) return "";
  const country = countryName(p.country);
  const name = p.precision === "near" ? w("near", p.name) : p.name;
  if (!country || p.precision === "country" || p.name === country) return p.precision === "country" && country ? country : name;
  return p.admin1 && p.admin1 !== p.name ? `${name}, ${p.admin1}, ${country}` : `${name}, ${country}`;
}
