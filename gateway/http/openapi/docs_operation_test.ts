import assert from "node:assert/strict";
import { describedGateway } from "../../../testing/described_gateway.ts";
import { operationSection, sharedReply } from "./docs_operation.ts";
import { openApiDocument } from "./document.ts";

const { paths, components } = openApiDocument(describedGateway());

async function section(method: "GET" | "POST", path: string): Promise<string> {
  const operation = paths[path]?.[method.toLowerCase()] ?? {};
  const text = String(await operationSection({ method, path, operation }, components));
  return text.replaceAll(/\s*\n\s*/g, "");
}

Deno.test("operationSection() says what it takes, with defaults, and how to try each kind", async () => {
  const text = await section("POST", "/embed");
  assert.ok(text.includes("Wants a key."));
  assert.ok(text.includes("default true"));
  assert.ok(text.includes('<a href="#native.request">'));
  for (
    const sent of ["--json", "-F image=", "content-type: image/jpeg", "content-type: text/plain"]
  ) {
    assert.ok(text.includes(sent), sent);
  }
});

Deno.test("operationSection() says what it answers: all of 200, and codes of errors", async () => {
  const text = await section("POST", "/embed");
  assert.ok(text.includes("x-embedding-shape"));
  assert.match(
    text,
    /<a href="#native\w*\.429"><strong>429<\/strong><\/a>\s*<code>overloaded<\/code>/,
  );
});

Deno.test("operationSection() of a probe wants no key and has no body", async () => {
  const text = await section("GET", "/healthz");
  assert.ok(!text.includes("Wants a key.") && !text.includes("<h4>Body</h4>"));
  assert.ok(text.includes("curl http://HOST:PORT/healthz"));
});

Deno.test("sharedReply() shows what an error means, and one as it is", async () => {
  const [name, reply] = Object.entries(components.responses)
    .find(([name]) => name === "openai.429") ?? [];
  assert.ok(name !== undefined && reply !== undefined);
  const text = String(await sharedReply([name, reply]));
  assert.ok(text.includes("The gateway is at capacity"));
  assert.ok(text.includes("rate_limit_error"));
});
