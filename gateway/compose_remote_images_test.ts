import assert from "node:assert/strict";
import { reply, startImageHost } from "../testing/remote/image_host.ts";
import { Deadline } from "./work/deadline.ts";
import { composeRemoteImages } from "./compose_remote_images.ts";
import { parseConfig } from "./config/config.ts";

Deno.test("composeRemoteImages() gives an isolate its part of the fetches, one at least, and what settings bound", async () => {
  await using host = await startImageHost((_, connection) =>
    connection.send(...reply("200 OK", new Uint8Array(2000)))
  );
  const { config } = parseConfig({
    GATEWAY_URL_INPUT: "https",
    GATEWAY_URL_INPUT_HOSTS: `photos.example:${host.port}`,
    GATEWAY_URL_INPUT_FETCHES_MAX: "1",
  });
  const images = composeRemoteImages({ ...config, imageBytesMax: 1999 }, 4, host.network);
  using deadline = new Deadline({ timeoutMs: 5000 });
  const permit = { addBytes: () => {}, setSlow: () => {}, bodyEnded: () => {} };
  const order = { deadline, permit, keepErrors: true, stamp: () => {} };
  const url = `https://photos.example:${host.port}/`;
  const [error] = await images.fetchAll([{ url }], order);
  assert.equal((error as { code?: string }).code, "body_too_large");
});

Deno.test("composeRemoteImages() fetches nothing unless it is told to", async () => {
  const { config } = parseConfig({});
  using deadline = new Deadline({ timeoutMs: 5000 });
  const permit = { addBytes: () => {}, setSlow: () => {}, bodyEnded: () => {} };
  const order = { deadline, permit, keepErrors: true, stamp: () => {} };
  const inputs = [Uint8Array.of(1), "a text"];
  assert.equal(await composeRemoteImages(config, 1).fetchAll(inputs, order), inputs);
});
