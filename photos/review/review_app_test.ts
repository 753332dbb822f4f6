import assert from "node:assert/strict";
import { type ReviewTrial, reviewTrial } from "../../testing/review_trial.ts";
import { Thumbnails } from "../thumbnails/thumbnails.ts";
import { Access } from "./access.ts";
import { DecisionLog } from "./decision_log.ts";
import { Regrouping } from "./regrouping.ts";
import { createReviewApp } from "./review_app.ts";

const TOKEN = "a-token-of-this-test";
const HOST = "127.0.0.1:8123";

/** The app over a cat, its half, and a coffee. */
async function appTrial() {
  const stack = new AsyncDisposableStack();
  const trial: ReviewTrial = stack.use(
    await reviewTrial({ "cat.jpg": 0, "cat_half.jpg": 0.1, "coffee.jpg": 2 }),
  );
  const { library, folder } = trial;
  const { signal } = new AbortController();
  const regrouping = await Regrouping.of(library, {
    ...{ threshold: 0.95, signal, onProgress: () => {} },
  });
  const app = createReviewApp({
    library,
    regrouping,
    log: new DecisionLog(library, regrouping.photos),
    thumbnails: stack.use(await Thumbnails.open(folder)),
    access: new Access(8123, TOKEN),
  });
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { host: HOST, authorization: `Bearer ${TOKEN}`, ...init.headers };
    return await app.request(`http://${HOST}${path}`, { ...init, headers });
  };
  const post = (path: string, body: unknown) => {
    const text = JSON.stringify(body);
    const headers = { "content-type": "application/json", "content-length": String(text.length) };
    return ask(path, { method: "POST", body: text, headers });
  };
  const [cat = 0, half = 0] = ["cat.jpg", "cat_half.jpg"].map(trial.idOf);
  return { trial, ask, post, cat, half, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("the page is everybody's on this machine, its data is not, and no reply may be read elsewhere", async () => {
  await using trial = await appTrial();
  const open = { authorization: "" };
  assert.equal((await trial.ask("/", { headers: open })).status, 200);
  assert.equal((await trial.ask("/page/main.js", { headers: open })).status, 200);
  const paths = ["library", "groups", "photos?ids=1", "decisions", "photos/1/thumbnail"];
  for (const path of [...paths, "photos/1/original", "nothing"]) {
    const reply = await trial.ask(`/api/${path}`, { headers: open });
    assert.equal(reply.status, 401, path);
    assert.equal(reply.headers.get("access-control-allow-origin"), null);
    assert.equal(reply.headers.get("cross-origin-resource-policy"), "same-origin");
    await reply.body?.cancel();
  }
  const elsewhere = await trial.ask("/", { headers: { host: "evil.example" } });
  assert.deepEqual([elsewhere.status, await elsewhere.json()], [421, {
    error: "Another host is meant",
  }]);
  assert.equal((await trial.ask("/api/library", { method: "OPTIONS" })).status, 404);
});

Deno.test("groups, facts and decisions of a library", async () => {
  await using trial = await appTrial();
  const { ask, post, cat, half } = trial;
  const { photos, threshold, floor } = await (await ask("/api/library")).json();
  assert.deepEqual([photos, threshold, floor], [3, 0.95, 0.85]);
  const groups = await (await ask("/api/groups")).json();
  assert.deepEqual(groups.map((group: { photos: unknown }) => group.photos), [[cat, half]]);
  assert.deepEqual(await (await ask("/api/groups?threshold=0.999")).json(), []);
  const [facts] = await (await ask(`/api/photos?ids=${half},999`)).json();
  assert.deepEqual(await (await ask(`/api/photos/${half}/settings`)).json(), {});
  assert.deepEqual([facts.path, facts.isThere, facts.isShown], ["cat_half.jpg", true, true]);
  const decided = await post("/api/decisions", { group: [cat, half], choices: [[half, "trash"]] });
  assert.deepEqual(await decided.json(), [[cat, null], [half, "trash"]]);
  assert.deepEqual(await (await ask("/api/decisions")).json(), [[half, "trash"]]);
  assert.deepEqual(await (await post("/api/undo", {})).json(), [[half, null]]);
});

Deno.test("what is asked for wrongly is refused in a sentence", async () => {
  await using trial = await appTrial();
  const { ask, post, cat } = trial;
  const bodies = [{}, { group: [cat], choices: [[cat, "delete"]] }, { group: [], choices: [] }];
  for (const body of [...bodies, { group: [cat], choices: [[99, "keep"]] }, [1]]) {
    assert.equal((await post("/api/decisions", body)).status, 400, JSON.stringify(body));
  }
  const form = await ask("/api/decisions", {
    method: "POST",
    body: "group=1",
    headers: { "content-type": "text/plain", "content-length": "7" },
  });
  assert.equal(form.status, 400);
  for (const threshold of ["2", "-1", "x"]) {
    assert.equal((await ask(`/api/groups?threshold=${threshold}`)).status, 400, threshold);
  }
  assert.equal((await ask(`/api/photos?ids=${Array(501).fill(cat)}`)).status, 400);
  for (const path of ["/api/photos/999/original", "/api/photos/x/thumbnail", "/etc/passwd"]) {
    assert.equal((await ask(path)).status, 404, path);
  }
});

Deno.test("originals are the files as they were scanned, thumbnails are smaller, and a photo that is gone is said to be", async () => {
  await using trial = await appTrial();
  const { ask, cat, half } = trial;
  const path = `${trial.trial.path}/cat.jpg`;
  const original = await ask(`/api/photos/${cat}/original`);
  assert.equal(original.headers.get("content-type"), "image/jpeg");
  assert.deepEqual(await original.bytes(), await Deno.readFile(path));
  const thumbnail = await (await ask(`/api/photos/${cat}/thumbnail`)).bytes();
  assert.deepEqual([...thumbnail.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  await Deno.writeTextFile(path, "another");
  assert.equal((await ask(`/api/photos/${cat}/original`)).status, 410);
  await Deno.remove(path);
  await Deno.remove(`${trial.trial.path}/cat_half.jpg`);
  const gone = await ask(`/api/photos/${cat}/original`);
  assert.deepEqual([gone.status, await gone.json()], [410, { error: "it is not there" }]);
  const never = await ask(`/api/photos/${half}/thumbnail`);
  assert.deepEqual([never.status, await never.json()], [410, { error: "it is not there" }]);
  const [facts] = await (await ask(`/api/photos?ids=${cat}`)).json();
  assert.equal(facts.isThere, false);
});
