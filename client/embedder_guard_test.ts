import assert from "node:assert/strict";
import { embedding } from "../testing/client_embedding.ts";
import { EmbedderGuard } from "./embedder_guard.ts";

const MIXED = { code: "mixed_vectors", isOfGateway: true };

for (
  const fields of [{ space: "s2" }, { preprocessId: "p2" }, { preprocessId: "p1+png224.native" }]
) {
  Deno.test(`EmbedderGuard refuses ${JSON.stringify(fields)} beside s1 and p1`, () => {
    const guard = new EmbedderGuard();
    guard.admit(embedding());
    guard.admit(embedding({ madeBy: "https://b" }));
    assert.throws(() => guard.admit(embedding({ ...fields, madeBy: "local" })), {
      ...MIXED,
      message:
        /^Cannot compare vectors of space s\d with preprocess id \S+ \(local\) with those of /,
    });
  });
}

Deno.test("EmbedderGuard lets words and photos of one space meet, whichever comes first, and no others", () => {
  const words = { modality: "text", preprocessId: "w1" } as const;
  for (const [first, second] of [[{}, words], [words, {}]] as const) {
    const guard = new EmbedderGuard();
    guard.admit(embedding(first));
    guard.admit(embedding(second));
    assert.equal(guard.admits(embedding({ ...words, space: "s2" })), false);
    assert.equal(guard.admits(embedding({ ...words, preprocessId: "w2" })), false);
  }
});

Deno.test("EmbedderGuard refuses what another file made, and believes the id of a gateway that names none", () => {
  const guard = new EmbedderGuard();
  guard.admit(embedding({ modelDigest: "aa".repeat(32) }));
  guard.admit(embedding({ madeBy: "https://old" }));
  assert.throws(() => guard.admit(embedding({ modelDigest: "bb".repeat(32) })), {
    ...MIXED,
    message: /of model b{12} \(https:\/\/a\) with those of .* of model a{12} /,
  });
});

Deno.test("EmbedderGuard.agree() takes two for one if the same photo has the same vector by both", () => {
  const guard = new EmbedderGuard();
  const other = embedding({ space: "s2", preprocessId: "p2", madeBy: "local" }, [1, 1e-3]);
  guard.agree(embedding(), other);
  guard.admit(other);
  guard.admit(embedding());
  const third = embedding({ space: "s3", preprocessId: "p3" }, [1, 2e-3].map((x) => x * 0.999998));
  assert.throws(() => guard.agree(embedding(), third), { ...MIXED, message: /of cosine 0\.99999/ });
  assert.equal(guard.admits(third), false);
  assert.throws(() => guard.agree(embedding(), embedding({}, [1, 0, 0])), MIXED);
});
