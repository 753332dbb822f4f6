/** `POST /embed/base64`: `{"images": […]}` to `{"embeddings": [[…]…]}`, as existing callers speak it. */
import { z } from "zod";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { BEARER } from "../codec/key_header.ts";
import { addEmbeddings, jsonResponse } from "../codec/embedding_json.ts";
import { decodeImageTexts } from "../codec/image_list.ts";
import { EMBEDDING, EXAMPLE_PHOTO, IMAGE_TEXTS, MODEL_NAME } from "../codec/input_schemas.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { JsonText } from "../codec/json_text.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Dialect } from "./dialect.ts";
import { NATIVE_ERROR } from "./native_schemas.ts";
import { nativeErrorBody } from "./native.ts";

/** Nothing but a list of images, and rows of floats. */
export const base64List: Dialect = {
  name: "base64_list",
  paths: ["/embed/base64"],
  key: BEARER,
  schemas: {
    summary: "Embeddings of images, for callers of this shape; no options",
    request: z.strictObject({ images: IMAGE_TEXTS, model: MODEL_NAME.optional() })
      .meta({ examples: [{ images: [EXAMPLE_PHOTO] }] }),
    query: z.strictObject({ model: MODEL_NAME.optional() }),
    reply: z.strictObject({ embeddings: z.array(EMBEDDING) }),
    error: NATIVE_ERROR,
  },
  decode(request, limits) {
    const { query, defaults } = request;
    const { images, model, ...rest } = readJsonFields(request);
    const { model: queryModel, ...others } = query;
    if (Object.keys({ ...others, ...rest }).length > 0) {
      throw new GatewayError(
        "invalid_option",
        "Cannot embed: this path takes images and no options, for which there is /embed",
      );
    }
    // Wrong in the query is wrong, whatever the body says in its stead.
    readModelName(queryModel);
    const options = parseOptions({ ...defaults });
    return {
      inputs: decodeImageTexts(images, limits, false),
      modality: "image",
      model: readModelName(model ?? queryModel),
      isSingle: false,
      options,
    };
  },
  reply: () => (items, { dim }) => {
    const json = new JsonText(items.length * dim);
    json.add('{"embeddings":');
    addEmbeddings(json, items);
    json.add("}");
    return jsonResponse(json);
  },
  errorBody: nativeErrorBody,
};
