/** `POST /clip/embed_image` and `/clip/embed_text` as clients of Roboflow's inference server speak it. */
import { z } from "zod";
import { parseOptions } from "../../contract/options.ts";
import { addEmbeddings, jsonResponse } from "../codec/embedding_json.ts";
import { type InputList, type InputListOptions, readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { checkFields } from "../codec/json_schema.ts";
import { JsonText } from "../codec/json_text.ts";
import { bearerOrQuery } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import { readStrings } from "../codec/string_list.ts";
import type { Dialect } from "./dialect.ts";

const IMAGE = z.looseObject({ type: z.literal("base64"), value: z.string() });
const IMAGES = z.object({ image: z.array(IMAGE) });
/** Addresses and arrays of numbers, which its server takes as well, are refused. */
const REQUEST = z.looseObject({
  image: z.union([IMAGE, z.array(IMAGE)]).optional(),
  text: z.union([z.string(), z.array(z.string())]).optional().describe("In place of image"),
  clip_version_id: z.string().optional().describe("The model"),
});

/** The key stands in the query; errors are strings in `message`. */
export const roboflow: Dialect = {
  name: "roboflow",
  paths: ["/clip/embed_image", "/clip/embed_text"],
  schemas: {
    summary: "Images or texts to embeddings, as Roboflow's inference server has it",
    request: REQUEST,
    reply: z.object({ embeddings: z.array(z.array(z.number())) }),
    error: z.object({ message: z.string() }),
  },
  key: bearerOrQuery("api_key"),
  decode(request, limits) {
    const fields = readJsonFields(request);
    const options = { limits, keepErrors: false };
    return {
      ...fields.image === undefined
        ? readStrings(fields.text, "text", options)
        : readImages(fields.image, options),
      model: readModelName(fields.clip_version_id),
      isSingle: false,
      options: parseOptions({ ...request.defaults }),
    };
  },
  reply: () => (items, { dim }) => {
    const json = new JsonText(items.length * dim);
    json.add('{"embeddings":');
    addEmbeddings(json, items);
    json.add("}");
    return jsonResponse(json);
  },
  errorBody: ({ message }) => ({ message }),
};

function readImages(image: unknown, options: InputListOptions): InputList {
  const { image: images } = checkFields(IMAGES, { image: [image].flat() });
  return readInputs(images.map(({ value }) => ({ image: value })), options);
}
