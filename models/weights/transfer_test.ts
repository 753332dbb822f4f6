import assert from "node:assert/strict";
import { FakeHub } from "../../testing/models/fake_hub.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { hubUrl } from "./hub.ts";
import { PartFile } from "./part_file.ts";
import { DownloadError, PassingError, transfer, type TransferOptions } from "./transfer.ts";

const content = Uint8Array.from({ length: 5000 }, (_, index) => index >> 4);

/** What the file is said to have; a transfer does not compare. */
const DIGEST = "a".repeat(64);

/** Runs `use` with a hub that has `content`, an empty part file and options for a transfer. */
async function withHub(
  use: (hub: FakeHub, part: PartFile, options: TransferOptions) => Promise<void>,
): Promise<void> {
  await using hub = new FakeHub(content);
  await using folder = await temporaryFolder();
  using part = await PartFile.open(`${folder.path}/w`);
  await use(hub, part, {
    url: hubUrl(hub.endpoint, hub.spec),
    sha256: DIGEST,
    stallMsMax: 10_000,
    onProgress: (bytes) => hub.received(bytes),
  });
}

Deno.test("transfer() fills the file and gives the digest that the hub or the manifest says", async () => {
  for (const [linkedEtag, sha256] of [[DIGEST, undefined], [undefined, DIGEST]]) {
    await withHub(async (hub, part, options) => {
      hub.linkedEtag = linkedEtag;
      assert.equal(await transfer(part, { ...options, sha256 }), DIGEST);
      assert.deepEqual(await Deno.readFile(part.path), content);
    });
  }
});

Deno.test("transfer() asks for what is missing, on the condition that the file is the same", async () => {
  await withHub(async (hub, part, options) => {
    hub.faults.push({ kind: "drop", afterBytes: 2048 });
    await assert.rejects(transfer(part, options), PassingError);
    assert.equal(part.byteLength, 2048);
    await transfer(part, options);
    assert.deepEqual(hub.ranges, ["", "bytes=2048-"]);
    assert.deepEqual(await Deno.readFile(part.path), content);
  });
});

Deno.test("transfer() tells failures that pass from those that do not", async () => {
  await withHub(async (hub, part, options) => {
    for (const status of [408, 429, 500, 502, 503, 504]) {
      hub.faults.push({ kind: "status", status });
      await assert.rejects(transfer(part, options), PassingError, `${status}`);
    }
    for (const status of [400, 401, 403, 404, 410]) {
      hub.faults.push({ kind: "status", status });
      await assert.rejects(transfer(part, options), DownloadError, `${status}`);
    }
  });
});

Deno.test("transfer() says why nobody can be reached, without the address that its message has", async () => {
  await withHub(async (_, part, options) => {
    await assert.rejects(transfer(part, { ...options, url: new URL("http://127.0.0.1:1/w") }), {
      name: "PassingError",
      message: /^client error \(Connect\): tcp connect error: /,
    });
  });
});

Deno.test("transfer() keeps what it has when the hub's digest is not the manifest's", async () => {
  await withHub(async (hub, part, options) => {
    await part.restart('"v1"');
    await part.append(content.subarray(0, 100));
    hub.linkedEtag = DIGEST;
    await assert.rejects(transfer(part, { ...options, sha256: "b".repeat(64) }), DownloadError);
    assert.equal(part.byteLength, 100);
  });
});

Deno.test("transfer() tells a full disk from other failures of it", async () => {
  for (const [code, reason] of [["ENOSPC", "the disk is full"], ["EIO", "Error: device says no"]]) {
    await withHub(async (_, part, options) => {
      // As Deno's write fails on /dev/full, which tests may not open.
      part.append = () => Promise.reject(Object.assign(new Error("device says no"), { code }));
      await assert.rejects(transfer(part, options), {
        name: "DownloadError",
        message: `Cannot write ${part.path} beyond 0 bytes: ${reason}`,
      });
    });
  }
});
