import assert from "node:assert/strict";
import { thrownBy } from "../../testing/thrown.ts";
import type { ServedModel } from "./served_model.ts";
import { chooseTowers, mainTower } from "./towers.ts";

/** `name modality space` as far as choosing looks at a model. */
function model(text: string): ServedModel {
  const [name, modality, space] = text.split(" ");
  return { name, modality, space } as unknown as ServedModel;
}

const DCT = model("dct image s-dct");
const VIT = model("vit image s-vit");
const VIT_U8 = model("vit_u8 image s-vit");
const VIT_TEXT = model("vit_text text s-vit");
const OTHER_TEXT = model("other_text text s-other");
const ALL = [DCT, OTHER_TEXT, VIT, VIT_U8, VIT_TEXT];
const BOTH = ["text", "image"] as const;

/** Names, images' first. */
const names = ({ image, text }: ReturnType<typeof chooseTowers>) => [image?.name, text?.name];

for (
  const [what, modality, named, expected] of [
    ["the first model of images", "image", undefined, ["dct", undefined]],
    ["the first model of texts", "text", undefined, [undefined, "other_text"]],
    ["the first space that has both", BOTH, undefined, ["vit", "vit_text"]],
    ["the model that is named for its own modality", "image", VIT_U8, ["vit_u8", undefined]],
    ["the sibling of the model that is named for texts", "text", VIT_U8, [undefined, "vit_text"]],
    ["the sibling of the model that is named for images", "image", VIT_TEXT, ["vit", undefined]],
    ["the named one and its sibling", BOTH, VIT_U8, ["vit_u8", "vit_text"]],
    ["the named one of texts and its sibling", BOTH, VIT_TEXT, ["vit", "vit_text"]],
  ] as const
) {
  Deno.test(`chooseTowers() takes ${what}`, () => {
    assert.deepEqual(names(chooseTowers(ALL, modality, named)), expected);
  });
}

for (
  const [what, models, modality, named, message] of [
    [
      "words where only images are embedded",
      [DCT, VIT],
      "text",
      undefined,
      "Cannot embed text as no model embeds texts: there are dct (images), vit (images)",
    ],
    [
      "images where only words are embedded",
      [VIT_TEXT],
      "image",
      VIT_TEXT,
      "Cannot embed image as no model embeds images: there are vit_text (texts)",
    ],
    [
      "words for a model without a sibling",
      ALL,
      "text",
      DCT,
      "Cannot embed text as model dct embeds images, and none of its embedding space embeds texts: " +
      "there are other_text (texts), vit_text (texts)",
    ],
    [
      "both for a model without a sibling",
      ALL,
      BOTH,
      OTHER_TEXT,
      "Cannot embed image as model other_text embeds texts, and none of its embedding space embeds images: " +
      "there are dct (images), vit (images), vit_u8 (images)",
    ],
    [
      "both where no space has both",
      [DCT, OTHER_TEXT],
      BOTH,
      undefined,
      "Cannot embed images beside texts as no embedding space has a model of each: " +
      "there are dct (images), other_text (texts)",
    ],
  ] as const
) {
  Deno.test(`chooseTowers() refuses ${what}, and says what there is`, () => {
    const error = thrownBy(() => chooseTowers(models, modality, named));
    assert.deepEqual([error.code, error.message], ["modality_not_supported", message]);
  });
}

Deno.test("mainTower() is that of images where a request has both", () => {
  assert.equal(mainTower({ image: VIT, text: VIT_TEXT }), VIT);
  assert.equal(mainTower({ text: VIT_TEXT }), VIT_TEXT);
});
