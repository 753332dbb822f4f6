import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describedGateway } from "../../../testing/described_gateway.ts";
import { docsPage } from "./docs_page.ts";
import { openApiDocument } from "./document.ts";

const GATEWAY = describedGateway();
const { html, policy } = await docsPage(openApiDocument(GATEWAY));

Deno.test("docsPage() has a section for every route", () => {
  for (const { method, path } of GATEWAY.routes) {
    assert.ok(html.includes(`<span class="${method}">${method}</span> ${path}</h3>`), path);
  }
});

Deno.test("docsPage() links to nothing that is not there, and to no other host", () => {
  const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = ""]) => link);
  assert.ok(links.length > 100);
  for (const link of links) {
    const isKnown = link.startsWith("#")
      ? ids.has(link.slice(1))
      : ["/openapi.json", "data:,"].includes(link);
    assert.ok(isKnown, link);
  }
});

Deno.test("docsPage() allows its own style alone, and no script", () => {
  const [, style = ""] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
  const digest = createHash("sha256").update(style).digest("base64");
  assert.ok(policy.includes(`style-src 'sha256-${digest}'`));
  assert.ok(policy.startsWith("default-src 'none'"));
  assert.ok(!/<script|\sstyle=|\son\w+=/.test(html));
});
