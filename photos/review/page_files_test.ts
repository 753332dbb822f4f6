import assert from "node:assert/strict";
import { pageFile, SAFE_HEADERS } from "./page_files.ts";

function text(name: string): string {
  const found = pageFile(name);
  assert.ok(found, name);
  return new TextDecoder().decode(found.body);
}

Deno.test("the page's addresses are files of it, and nothing comes from elsewhere", () => {
  const page = text("review.html");
  const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = ""]) =>
    address
  );
  const files = addresses.filter((address) => address !== "data:,");
  assert.deepEqual(files.map((path) => path.replace(/[^/]*$/, "")), files.map(() => "page/"));
  files.forEach((path) => text(path.slice("page/".length)));
});

Deno.test("the page's scripts import one another, and each is reached from the first", () => {
  const reached = new Set<string>();
  const visit = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const [, path = ""] of text(name).matchAll(/from "(.*?)"/g)) visit(path.replace("./", ""));
  };
  visit("main.js");
  const scripts = [...Deno.readDirSync(new URL("page/", import.meta.url))].map(({ name }) => name)
    .filter((name) => name.endsWith(".js"));
  assert.deepEqual([...reached].sort(), scripts.sort());
});

Deno.test("the page has no script and no style in it, which its policy would forbid", () => {
  assert.doesNotMatch(text("review.html"), /<style|style="|\son\w+="|<script>/);
  assert.match(SAFE_HEADERS["content-security-policy"] ?? "", /default-src 'none'/);
  assert.doesNotMatch(SAFE_HEADERS["content-security-policy"] ?? "", /unsafe|\*/);
});

Deno.test("pageFile() gives files of the page alone, with their types", () => {
  assert.equal(pageFile("main.js")?.type, "text/javascript; charset=UTF-8");
  for (const name of ["../review_app.ts", "main_test.ts", "", "constructor", "%2e%2e"]) {
    assert.equal(pageFile(name), undefined, name);
  }
});
