// The API: one question at a time for each path, known answers by their tag, the token where one is asked for.

const known = new Map();
const KNOWN = 30;
/** Milliseconds until an answer counts as none. */
const PATIENCE = 20000;
let token = null;
let ask = null;
try { token = sessionStorage.getItem("depesche-token"); } catch { /* No storage: kept in memory. */ }

/** A refusal of the API. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Who asks people for the token. */
export function onToken(asks) {
  ask = asks;
}

/** The answer of a path below `/api/v1/`; `changed` tells whether it is another one than before. */
export async function get(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  const address = `api/v1/${path}${text ? `?${text}` : ""}`;
  const before = known.get(address);
  const headers = {};
  if (before) headers["If-None-Match"] = before.tag;
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(address, { headers, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  if (response.status === 304 && before) return { value: before.value, changed: false };
  if (response.status === 401 && ask) {
    token = await ask(Boolean(token));
    try { sessionStorage.setItem("depesche-token", token); } catch { /* Kept in memory. */ }
    return get(path, parameters);
  }
  if (!response.ok) {
    let detail = response.statusText;
    try { detail = (await response.json()).detail ?? detail; } catch { /* No reason was given. */ }
    throw new Refused(response.status, detail);
  }
  const value = await response.json();
  const tag = response.headers.get("ETag");
  if (tag) {
    known.delete(address);
    known.set(address, { tag, value });
    if (known.size > KNOWN) known.delete(known.keys().next().value);
  }
  return { value, changed: true };
}
