import assert from "node:assert/strict";
import { isBad } from "./badness.ts";

Deno.test("isBad() sees mojibake by its neighbours", () => {
  const texts = [
    ...[
      "Ã©",
      "â€™",
      "Â£5 Â©",
      "Ð¿Ñ€",
      "ðŸ˜€",
      "вЂ™",
      "Ã la",
      "Ã la mode",
      "a Ã ",
      "b.Â “",
      "×²",
      "Ø§ÙŠ",
    ],
    ...["├⌐", "√©t√©", "‚Äú", "β€™", "ā€“", "œ.", "É°", "\x85", "à²•", "â€\ufffd", "Β°Ξ"],
  ];
  for (const text of texts) assert.ok(isBad(text), text);
});

Deno.test("isBad() leaves what people write", () => {
  const texts = [
    ...[
      "café",
      "¿Qué?",
      "“Déjà vu”…",
      "l’œuvre",
      "30°C",
      "±5",
      "5 × 3²",
      "£20 – €30",
      "«Да»",
      "ΑΒΓ",
      "naïve—yes",
    ],
    ...[
      "© 2019 Å",
      "ÀÉÎÕÜ",
      "(╯°□°)╯︵ ┻━┻",
      "¯\\_(ツ)_/¯",
      "Ö°",
      "№ 7",
      "ÃO",
      "漢字",
      "",
      "plain",
    ],
  ];
  for (const text of texts) assert.ok(!isBad(text), text);
});
