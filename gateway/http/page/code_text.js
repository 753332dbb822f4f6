/** A request for a photo's embedding as programs in three languages. */

/**
 * Writes them. `request` has `address`, `name` and `type` of the file, and `needsKey`: KEY stands for a key.
 * Each string is quoted by its language's own rules, as a file may have any name.
 */
export function codeTexts(request) {
  return [
    { language: "curl", text: curl(request) },
    { language: "Python", text: python(request) },
    { language: "TypeScript", text: typescript(request) },
  ];
}

function headersOf({ type, needsKey }) {
  return { "content-type": type, ...(needsKey ? { authorization: "Bearer KEY" } : {}) };
}

function curl(request) {
  const headers = Object.entries(headersOf(request)).map(([name, value]) =>
    `-H '${name}: ${value}' `
  );
  return `curl ${shell(request.address)} ${headers.join("")}--data-binary ${
    shell(`@${request.name}`)
  }`;
}

function shell(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function python(request) {
  return `import json, urllib.request

with open(${JSON.stringify(request.name)}, "rb") as photo:
    request = urllib.request.Request(
        ${JSON.stringify(request.address)},
        photo.read(),
        ${JSON.stringify(headersOf(request), undefined, 1).replaceAll(/\n */g, " ")},
    )
with urllib.request.urlopen(request) as reply:
    print(json.load(reply)["embedding"])`;
}

function typescript(request) {
  return `import { readFile } from "node:fs/promises";

const reply = await fetch(${JSON.stringify(request.address)}, {
  method: "POST",
  headers: ${JSON.stringify(headersOf(request), undefined, 1).replaceAll(/\n */g, " ")},
  body: await readFile(${JSON.stringify(request.name)}),
});
if (!reply.ok) throw new Error(await reply.text());
const { embedding } = await reply.json();
console.log(embedding);`;
}
