import assert from "node:assert/strict";
import { startGateway, testFile } from "./harness.ts";
import { compareGateways, describeGateway } from "./gateway_agreement.ts";

const KEY = "0123456789abcdef";
const photos = await Promise.all(
  ["cat.jpg", "rocket.jpg"].map(async (name) => ({
    name,
    bytes: await testFile(`photos/${name}`),
  })),
);

Deno.test("compareGateways() finds a variant of a model close to it, photo by photo", async () => {
  await using floats = await startGateway({ GATEWAY_MODEL: "dct_512" });
  await using bytes = await startGateway({ GATEWAY_MODEL: "dct_512_u8", GATEWAY_API_KEYS: KEY });
  const agreements = await compareGateways(photos, floats, { url: bytes.url, key: KEY });
  assert.deepEqual(agreements.map(({ photo }) => photo), ["cat.jpg", "rocket.jpg"]);
  for (const { cosine } of agreements) assert(cosine > 0.999999, `${cosine}`);
  assert.match(
    await describeGateway({ url: bytes.url, key: KEY }),
    /^dct_512_u8 [0-9a-f]{64}, emb/,
  );
  await assert.rejects(describeGateway(bytes), { message: /^Cannot ask http:\S+ what it is: it / });
  await assert.rejects(compareGateways(photos, floats, bytes), {
    message: /^Cannot embed cat\.jpg at http:\S+: it answered 401 /,
  });
});

Deno.test("compareGateways() tells embeddings of other photos apart", async () => {
  await using gateway = await startGateway();
  // Answers for the first photo, whichever it is asked for.
  await using stuck = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () =>
      fetch(`${gateway.url}/embed`, {
        method: "POST",
        headers: { "content-type": "image/jpeg", accept: "application/octet-stream" },
        body: photos[0]?.bytes ?? null,
      }),
  );
  const url = `http://127.0.0.1:${stuck.addr.port}`;
  const [same, other] = await compareGateways(photos, gateway, { url });
  assert((same?.cosine ?? 0) > 0.999999);
  assert((other?.cosine ?? 1) < 0.5, `${other?.cosine}`);
});
