/** The bodies of `POST /embed`. */
import type { AskedInput, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError, InputFailure } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { readForm } from "../codec/form.ts";
import { parseHeaderValue } from "../codec/header_value.ts";
import { splitImages } from "../codec/image_batch.ts";
import { decodeImage, decodeImageTexts } from "../codec/image_list.ts";
import { type InputList, modalityOf, readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { readModelName } from "../codec/model_name.ts";
import { NO_QUERY } from "../codec/query.ts";
import { decodePlainText, readTexts } from "../codec/text_list.ts";
import type { EncodedRequest } from "./dialect.ts";

/** Axios, jQuery and Rails write a list's name with brackets. */
const LIST_NAME = /^(?:images|texts)(?:\[\d*\])?$/;

/** Reads a body of any kind; see `Dialect.decode()`. */
export function decodeNative(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  checkQuery(request.query);
  if (request.kind === "json") return fromJson(request, limits);
  if (request.kind === "multipart") return fromForm(request, limits);
  const { model: name, ...query } = request.query;
  const options = parseOptions({ ...request.defaults, ...query });
  const model = readModelName(name);
  if (request.kind === "image") {
    return { inputs: [request.body], modality: "image", model, isSingle: true, options };
  }
  if (request.kind === "image_batch") {
    const inputs = splitImages(request.body, limits);
    return { inputs, modality: "image", model, isSingle: false, options };
  }
  const charset = parseHeaderValue(request.contentType)?.params.get("charset") ?? "utf-8";
  const text = decodePlainText(request.body, charset, limits);
  if (text instanceof GatewayError && options.onError === "fail") throw text;
  return { inputs: [text], modality: "text", model, isSingle: true, options };
}

/** A query is right or wrong whatever the body says in its stead. */
function checkQuery(query: EncodedRequest["query"]): void {
  if (query === NO_QUERY) return;
  const { model, ...options } = query;
  parseOptions(options);
  readModelName(model);
}

function fromJson(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { model: queryModel, ...query } = request.query;
  const { image, images, text, texts, inputs, model = queryModel, ...rest } = readJsonFields(
    request,
  );
  const given = [image, images, text, texts, inputs].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed: the body must have exactly one of image, images, text, texts, and inputs, which takes both kinds",
    );
  }
  const options = parseOptions({ ...request.defaults, ...query, ...rest });
  const keepErrors = options.onError === "item";
  const isSingle = image !== undefined || text !== undefined;
  const read = (): InputList => {
    if (inputs !== undefined) return readInputs(inputs, { limits, keepErrors });
    return text === undefined && texts === undefined
      ? {
        inputs: decodeImageTexts(isSingle ? [image] : images, limits, keepErrors),
        modality: "image",
      }
      : { inputs: readTexts(isSingle ? [text] : texts, limits, keepErrors), modality: "text" };
  };
  return { ...read(), model: readModelName(model), isSingle, options };
}

function fromForm(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { inputs, modalities, names, fields } = readForm(request.body, request.contentType, limits);
  if (inputs.length === 0) {
    throw new GatewayError("invalid_body", "Cannot embed: the body holds no image and no text");
  }
  if (names.indexOf("model") !== names.lastIndexOf("model")) {
    throw new GatewayError("invalid_option", "Cannot embed as model must not be given twice");
  }
  const { model, ...others } = { ...request.query, ...fields };
  const options = parseOptions({ ...request.defaults, ...others });
  const keepErrors = options.onError === "item";
  return {
    inputs: inputs.map((input, index): AskedInput => {
      if (typeof input === "string" && modalities[index] === "image") {
        return decodeImage(input, limits, keepErrors);
      }
      if (!(input instanceof GatewayError) || keepErrors) return input;
      throw inputs.length === 1 ? input : new InputFailure(input, index, `Input ${index}`);
    }),
    modality: modalityOf(modalities),
    model: readModelName(model),
    isSingle: inputs.length === 1 && !names.some((name) => LIST_NAME.test(name)),
    options,
  };
}
