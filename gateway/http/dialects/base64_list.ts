/** `POST /embed/base64`: `{"images": […]}` to `{"embeddings": [[…]…]}`, as existing callers speak it. */
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { BEARER } from "../codec/key_header.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "../codec/embedding_json.ts";
import { decodeImageTexts } from "../codec/image_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { JsonText } from "../codec/json_text.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Dialect } from "./dialect.ts";
import { nativeErrorBody } from "./native.ts";

/** Nothing but a list of images, and rows of floats. */
export const base64List: Dialect = {
  name: "base64_list",
  paths: ["/embed/base64"],
  key: BEARER,
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
    addList(json, items, (item) => addEmbedding(json, assertEmbedding(item)));
    json.add("}");
    return jsonResponse(json);
  },
  errorBody: nativeErrorBody,
};
