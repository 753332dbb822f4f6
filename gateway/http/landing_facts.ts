/** What the page for people says of a gateway, in HTML and in plain text alike. */
import { imageOptionsName } from "../contract/options.ts";
import type { Info, ModelInfo } from "./info.ts";
import { findsByWords, modelsOf } from "./page_data.ts";

/** Who looks, and what they need to go on. */
export interface Visit {
  /** Such as `http://localhost:8080`; `undefined` where nobody knows. */
  readonly origin: string | undefined;
  readonly needsKey: boolean;
}

/** A row: what it is about, and what there is to say of it, the first line being what matters most. */
interface Fact {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What it takes and returns. */
export function summary(info: Info): string {
  const taken = [
    ...modelsOf(info, "image").length > 0 ? ["photos"] : [],
    ...modelsOf(info, "text").length > 0 ? ["words"] : [],
  ];
  return `Takes ${taken.join(" and ")}, returns embeddings.`;
}

/** Rows of a table. */
export function facts(info: Info): Fact[] {
  const { engine, jpeg_decoder, models } = info;
  return [
    ...models.map((model) => modelFact(model, info)),
    { name: "Search by words", lines: [wordSearch(info)] },
    { name: "Engine", lines: [`${engine.engine}, ${engine.runtime}`] },
    ...modelsOf(info, "image").length > 0 ? [{ name: "JPEG decoder", lines: [jpeg_decoder] }] : [],
  ];
}

function modelFact(model: ModelInfo, info: Info): Fact {
  const { name, aliases, description, dim, embedding_space: space, preprocess_id: ids } = model;
  const isText = model.modality === "text";
  const id = imageOptionsName({ orient: info.orient.default, decode: info.decode.default });
  // Where there is one of a kind, nobody asks which answers.
  const isChosen = model.is_default && modelsOf(info, model.modality).length > 1;
  return {
    name: isText ? "Words" : "Photos",
    lines: [
      `${name}: ${description}`,
      `${dim} floats of length 1, space ${space}, preprocess id ${ids[isText ? "text" : id]}`,
      ...aliases.length > 0 ? [`also called ${aliases.join(", ")}`] : [],
      ...isChosen ? ["answers requests that name no model"] : [],
    ],
  };
}

/** Whether words find photos here: that takes a model of each in one space. */
function wordSearch(info: Info): string {
  const images = modelsOf(info, "image");
  const texts = modelsOf(info, "text");
  const pairs = images.filter((model) => findsByWords(model, info)).map(({ name }) => name);
  if (pairs.length > 0) return `yes, for photos by ${pairs.join(", ")}`;
  if (texts.length === 0) return "no, as no model here embeds words";
  return "no photos by a model here: words and photos must be of one space";
}

/** Commands to try, with double quotes, which shells of Windows know, too. */
export function examples(info: Info, { origin = "http://HOST:PORT", needsKey }: Visit): string[] {
  const embed = `curl ${origin}/embed${needsKey ? ' -H "authorization: Bearer KEY"' : ""}`;
  return [
    ...modelsOf(info, "image").length > 0
      ? [`${embed} -H "content-type: image/jpeg" --data-binary @photo.jpg`]
      : [],
    ...modelsOf(info, "text").length > 0
      ? [`${embed} -H "content-type: text/plain" --data-binary "a dog on a beach"`]
      : [],
  ];
}

/** What stands for something else in the commands. */
export function explanation(info: Info, { needsKey }: Visit): string {
  const parts = [
    ...modelsOf(info, "image").length > 0 ? ["photo.jpg is a photo of yours"] : [],
    ...needsKey ? ["KEY is a key that this gateway's operator has given out"] : [],
  ];
  return parts.length === 0 ? "" : `${parts.join(", ")}.`;
}
