import assert from "node:assert/strict";
import { codeTexts } from "./code_text.js";

const ADDRESS = "http://localhost/embed?orient=exif";

Deno.test("codeTexts() has a request in three languages, with KEY in a key's place only where one is needed", () => {
  for (const needsKey of [false, true]) {
    const texts = codeTexts({ address: ADDRESS, name: "a.jpg", type: "image/jpeg", needsKey });
    assert.deepEqual(texts.map(({ language }) => language), ["curl", "Python", "TypeScript"]);
    for (const { language, text } of texts) {
      for (const part of [ADDRESS, "a.jpg", "image/jpeg"]) assert.ok(text.includes(part), language);
      assert.equal(text.includes("Bearer KEY"), needsKey, language);
    }
  }
});

Deno.test("codeTexts() quotes names by each language's rules: none of them is run", () => {
  const name = `it's "$(id)" \`id\` \\ 🐈.jpg`;
  const [curl, python, typescript] = codeTexts({
    address: ADDRESS,
    name,
    type: "image/jpeg",
    needsKey: false,
  });
  assert.ok(curl?.text.endsWith(`--data-binary '@it'\\''s "$(id)" \`id\` \\ 🐈.jpg'`), curl?.text);
  for (const text of [python?.text, typescript?.text]) {
    assert.ok(text?.includes(`"it's \\"$(id)\\" \`id\` \\\\ 🐈.jpg"`), text);
  }
});
