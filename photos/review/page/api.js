/** The page's server. */

const STORED = "photos-review-token";

/** Behind `#` of the address that was printed; kept for this tab, so that a reload finds it. */
function findToken() {
  const given = location.hash.slice(1);
  if (given !== "") {
    sessionStorage.setItem(STORED, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(STORED) ?? "";
}

const token = findToken();

/** What the server refuses, in its words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers, authorization: `Bearer ${token}` };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refused(0, "The page's server has ended: start photos review again");
  }
  if (response.ok) return response;
  const { error = response.statusText } = await response.json().catch(() => ({}));
  throw new Refused(response.status, error);
}

/** A reply in JSON. */
export async function getJson(path, signal) {
  return await (await ask(path, { signal })).json();
}

/** Sends JSON, and gives the reply. */
export async function postJson(path, body) {
  const response = await ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return await response.json();
}

/** A picture, to be shown by an address of this page's own. */
export async function getPicture(path, signal) {
  return await (await ask(path, { signal })).blob();
}
