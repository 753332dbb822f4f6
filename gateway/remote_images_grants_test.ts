/** Fetching with a gateway's own grants, and behind its fence: it may do just that. */
import assert from "node:assert/strict";
import { testPosix } from "../testing/platform_tests.ts";
import { reply, startImageHost } from "../testing/remote/image_host.ts";

const ROOT = new URL("../", import.meta.url);

/** Runs in a process of its own, whose fence stays; prints what it fetched, and whether it may more. */
const PROGRAM = `
import { raiseFence } from "./gateway/fence/fence.ts";
import { parseConfig } from "./gateway/config/config.ts";
import { composeRemoteImages } from "./gateway/compose_remote_images.ts";
import { systemNetwork } from "./gateway/remote_images/system_network.ts";
import { Deadline } from "./gateway/work/deadline.ts";

const system = systemNetwork();
const { env, url, cert, closed } = SETUP;
const { config } = parseConfig(env);
const images = composeRemoteImages(config, 1, {
  resolve: () => Promise.resolve(["127.0.0.1"]),
  isPublic: () => true,
  roots: [...system.roots, cert],
});
raiseFence(config, []);
using deadline = new Deadline({ timeoutMs: 5000 });
const permit = { addBytes() {}, setSlow() {}, bodyEnded() {} };
const order = { deadline, permit, keepErrors: true, stamp() {} };
const [image] = await images.fetchAll([{ url }], order);
const fetched = image instanceof Uint8Array ? image.length : String(image.cause);
const outcome = (promise) => promise.then(() => "done", (error) => error.name);
const named = await outcome(system.resolve("localhost", AbortSignal.timeout(5000)));
const elsewhere = await outcome(Deno.connect({ hostname: "127.0.0.1", port: closed }));
const byName = await outcome(Deno.connect({ hostname: "localhost", port: Number(new URL(url).port) }));
console.log(JSON.stringify({ fetched, named, elsewhere, byName }));
`;

testPosix("images are fetched with the grants of command.sh, and behind the fence", async () => {
  await using host = await startImageHost((_, connection) =>
    connection.send(...reply("200 OK", "abc"))
  );
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const env = {
    GATEWAY_FENCE: "auto",
    GATEWAY_URL_INPUT: "https",
    GATEWAY_URL_INPUT_HOSTS: `photos.example:${host.port}`,
  };
  const printed = await new Deno.Command("/bin/sh", {
    args: ["gateway/command.sh"],
    cwd: ROOT,
    env,
  })
    .output();
  const words = new TextDecoder().decode(printed.stdout).trim().split(" ");
  const [cert] = host.network.roots;
  const url = `https://photos.example:${host.port}/a.jpg`;
  const setup = JSON.stringify({ env, url, cert, closed: other.addr.port });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", ...words.slice(0, words.indexOf("gateway/main.ts")), "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await new Blob([PROGRAM.replace("SETUP", () => setup)]).stream().pipeTo(child.stdin);
  const { named, ...rest } = JSON.parse(new TextDecoder().decode((await child.output()).stdout));
  assert.deepEqual(rest, { fetched: 3, elsewhere: "NotCapable", byName: "NotCapable" });
  // Where no name server answers, that is not for want of a grant.
  assert.notEqual(named, "NotCapable");
});
