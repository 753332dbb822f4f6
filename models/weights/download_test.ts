import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { stopTime } from "../../testing/fake_clock.ts";
import { FakeHub } from "../../testing/models/fake_hub.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { download, type DownloadOptions } from "./download.ts";
import { hubUrl } from "./hub.ts";

const SIZE = 10_000;

function bytes(seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: SIZE }, (_, index) => (index * 31 + seed) >> 3);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A hub with one file, a folder, and what a download of it needs. */
async function setUp() {
  const content = bytes(1);
  const hub = new FakeHub(content);
  hub.linkedEtag = sha256(content);
  const folder = await temporaryFolder();
  const place = `${folder.path}/w.safetensors`;
  const reasons: string[] = [];
  const progress: [number, number | undefined][] = [];
  const options: DownloadOptions = {
    url: hubUrl(hub.endpoint, hub.spec),
    place,
    sha256: undefined,
    failuresMax: 3,
    stallMsMax: 10_000,
    backoff: (failures, reason) => {
      reasons.push(`${failures}: ${reason}`);
      return Promise.resolve();
    },
    onProgress: (bytes, total) => {
      progress.push([bytes, total]);
      hub.received(bytes);
    },
  };
  return {
    hub,
    content,
    place,
    reasons,
    progress,
    options,
    names: () => [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(),
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("download() follows redirects to the file, checks its digest and leaves nothing else", async () => {
  await using test = await setUp();
  await download(test.options);
  assert.deepEqual(await Deno.readFile(test.place), test.content);
  assert.deepEqual(test.names(), ["w.safetensors"]);
  assert.deepEqual(test.progress.at(-1), [SIZE, SIZE]);
  assert.deepEqual(test.reasons, []);
});

Deno.test("download() refuses a file whose digest nobody knows", async () => {
  await using test = await setUp();
  test.hub.linkedEtag = undefined;
  await assert.rejects(download(test.options), {
    name: "DownloadError",
    message:
      `Cannot check ${test.options.url} as neither the hub nor the manifest says its SHA-256`,
  });
  assert.deepEqual(test.progress, []);
});

Deno.test("download() goes on where a dropped connection ended", async () => {
  await using test = await setUp();
  test.hub.faults.push({ kind: "drop", afterBytes: 4096 }, { kind: "drop", afterBytes: 2048 });
  await download(test.options);
  assert.deepEqual(await Deno.readFile(test.place), test.content);
  assert.deepEqual(test.hub.ranges, ["", "bytes=4096-", "bytes=6144-"]);
  assert.equal(test.reasons.length, 2);
});

Deno.test("download() goes on from what an earlier run left, byte by byte if need be", async () => {
  await using test = await setUp();
  await Deno.writeFile(`${test.place}.part`, test.content.subarray(0, 9_990));
  await Deno.writeTextFile(`${test.place}.part.etag`, '"v1"');
  test.hub.chunkBytes = 1;
  await download(test.options);
  assert.deepEqual(await Deno.readFile(test.place), test.content);
  assert.deepEqual(test.hub.ranges, ["bytes=9990-"]);
  assert.ok(test.progress.every(([bytes, total]) => bytes > 9_990 && total === SIZE));
});

Deno.test("download() finishes what had come completely", async () => {
  await using test = await setUp();
  await Deno.writeFile(`${test.place}.part`, test.content);
  await Deno.writeTextFile(`${test.place}.part.etag`, '"v1"');
  await download(test.options);
  assert.deepEqual(test.hub.ranges, [`bytes=${SIZE}-`]);
  assert.deepEqual(test.names(), ["w.safetensors"]);
});

Deno.test("download() starts over when the file changed between two runs", async () => {
  await using test = await setUp();
  await Deno.writeFile(`${test.place}.part`, bytes(2).subarray(0, 5000));
  await Deno.writeTextFile(`${test.place}.part.etag`, '"v0"');
  await download(test.options);
  assert.deepEqual(await Deno.readFile(test.place), test.content);
  assert.deepEqual(test.hub.ranges, ["bytes=5000-"]);
});

Deno.test("download() starts over when the file changed between two requests", async () => {
  await using test = await setUp();
  test.hub.faults.push({ kind: "drop", afterBytes: 4096 });
  const changed = bytes(3);
  const options = {
    ...test.options,
    backoff: () => {
      test.hub.content = changed;
      test.hub.etag = '"v2"';
      test.hub.linkedEtag = sha256(changed);
      return Promise.resolve();
    },
  };
  await download(options);
  assert.deepEqual(await Deno.readFile(test.place), changed);
});

Deno.test("download() starts over when the file shrank to less than what had come", async () => {
  await using test = await setUp();
  await Deno.writeFile(`${test.place}.part`, new Uint8Array(SIZE + 1));
  await Deno.writeTextFile(`${test.place}.part.etag`, '"v1"');
  await download(test.options);
  assert.deepEqual(await Deno.readFile(test.place), test.content);
  assert.deepEqual(test.reasons, ["1: the server has no such part any more (416)"]);
});

Deno.test("download() takes the whole file from servers that know no ranges or validators", async () => {
  for (const etag of ['"v1"', 'W/"v1"', undefined]) {
    await using test = await setUp();
    test.hub.etag = etag;
    test.hub.faults.push({ kind: "drop", afterBytes: 4096 }, { kind: "no ranges" });
    await download(test.options);
    assert.deepEqual(await Deno.readFile(test.place), test.content);
    assert.equal(test.hub.ranges[1] === "", etag !== '"v1"');
  }
});

Deno.test("download() tries again after answers that pass, and gives up in the end", async () => {
  await using test = await setUp();
  test.hub.faults.push({ kind: "status", status: 503 }, { kind: "status", status: 429 });
  await download(test.options);
  assert.deepEqual(test.reasons, [
    "1: the server answered 503 Service Unavailable",
    "2: the server answered 429 Too Many Requests",
  ]);

  await using hopeless = await setUp();
  hopeless.hub.faults.push({ kind: "drop", afterBytes: 4096 });
  for (let count = 0; count < 3; count++) hopeless.hub.faults.push({ kind: "status", status: 500 });
  await assert.rejects(download(hopeless.options), {
    name: "DownloadError",
    message:
      /: 3 requests in a row brought nothing, the last one because .+ goes on from \d+ bytes, HF_ENDPOINT=URL takes a mirror, --weights FILE a file that is here \(docs\/closed-networks\.md\)$/,
  });
  assert.equal(hopeless.hub.ranges.length, 3);
  assert.deepEqual(hopeless.names(), ["w.safetensors.part", "w.safetensors.part.etag"]);
});

Deno.test("download() gives up a line on which nothing moves", async () => {
  await using test = await setUp();
  test.hub.faults.push({ kind: "stall", afterBytes: 4096 });
  const stalled = Promise.withResolvers<void>();
  const onProgress = (bytes: number) => void (bytes === 4096 && stalled.resolve());
  using clock = stopTime();
  const downloaded = download({ ...test.options, onProgress, stallMsMax: 50 });
  await stalled.promise;
  await clock.tick(49);
  assert.deepEqual(test.reasons, []);
  await clock.tick(1);
  await downloaded;
  assert.deepEqual(await Deno.readFile(test.place), test.content);
  assert.deepEqual(test.reasons, ["1: nothing came for 50 ms"]);
});

Deno.test("download() refuses a file of another digest, and keeps nothing of it", async () => {
  await using test = await setUp();
  test.hub.linkedEtag = sha256(bytes(9));
  await assert.rejects(download(test.options), {
    name: "DownloadError",
    message:
      `Cannot use ${test.options.url}: its SHA-256 must be ${test.hub.linkedEtag}: current value is ` +
      `${sha256(test.content)}, so it was deleted`,
  });
  assert.deepEqual(test.names(), ["w.safetensors.part"]);
  assert.equal((await Deno.stat(`${test.place}.part`)).size, 0);
});

Deno.test("download() takes no byte when the hub has another digest than the manifest", async () => {
  await using test = await setUp();
  const pinned = sha256(bytes(9));
  await assert.rejects(download({ ...test.options, sha256: pinned }), {
    name: "DownloadError",
    message:
      `Cannot download ${test.options.url}: its SHA-256 must be ${pinned}: the hub has ${test.hub.linkedEtag}`,
  });
  assert.deepEqual(test.progress, []);
});

Deno.test("download() checks the manifest's digest where the hub says none", async () => {
  await using test = await setUp();
  test.hub.linkedEtag = undefined;
  await download({ ...test.options, sha256: sha256(test.content) });
  assert.deepEqual(await Deno.readFile(test.place), test.content);
});

const refusals: [number, RegExp][] = [
  [404, /404 Not Found; repo, revision and file must name what the hub has$/],
  [
    401,
    /401 Unauthorized; it wants an account, or has no such repository: HF_ENDPOINT=URL takes a mirror, --weights FILE /,
  ],
  [403, /403 Forbidden; it wants an account/],
  [400, /400 Bad Request$/],
];
for (const [status, message] of refusals) {
  Deno.test(`download() explains ${status} and does not insist`, async () => {
    await using test = await setUp();
    test.hub.faults.push({ kind: "status", status });
    await assert.rejects(download(test.options), { name: "RefusedError", message });
    assert.deepEqual(test.reasons, []);
  });
}

Deno.test("download() tells a server that is not there", async () => {
  await using test = await setUp();
  await test.hub[Symbol.asyncDispose]();
  await assert.rejects(download({ ...test.options, failuresMax: 1 }), {
    name: "DownloadError",
    message: /^Cannot download http:.+ brought nothing, the last one because .+/,
  });
});
