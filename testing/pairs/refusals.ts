/** Requests that a gateway of several models refuses. */
import { post } from "../requests.ts";
import { MODELS, type Photo } from "./known_inputs.ts";
import { send } from "./request_form.ts";

/** A request, and how it is answered. */
export interface RefusedForm {
  readonly name: string;
  readonly path: string;
  readonly init: RequestInit;
  readonly status: number;
  readonly code: string;
}

/** All of them. */
export function refusedForms({ bytes }: Photo): RefusedForm[] {
  const image = bytes.toBase64();
  const json = (body: unknown, path = "/embed") => ({
    path,
    init: post("application/json", JSON.stringify(body)),
  });
  const notSupported = { status: 400, code: "modality_not_supported" };
  return [
    {
      name: "an unknown model",
      ...json({ text: "a cat", model: "clip" }),
      status: 404,
      code: "model_not_found",
    },
    {
      name: "an unknown model in the query",
      ...json({ image }, "/embed?model=clip"),
      status: 404,
      code: "model_not_found",
    },
    {
      name: "words by dct_512, whose space has none",
      ...json({ text: "a cat", model: MODELS.dct }),
      ...notSupported,
    },
    {
      name: "photos and words by dct_512",
      ...json({ inputs: [{ image }, { text: "a cat" }], model: MODELS.dct }),
      ...notSupported,
    },
    {
      name: "image and text side by side",
      ...json({ image, text: "a cat" }),
      status: 400,
      code: "invalid_body",
    },
    { name: "an empty text", ...json({ text: "" }), status: 400, code: "invalid_text" },
    {
      name: "a bad photo among words",
      ...json({ inputs: [{ text: "a cat" }, { image: "AAAA" }] }),
      status: 415,
      code: "unsupported_media_type",
    },
  ];
}

/** @throws {Error} when a request is answered otherwise. */
export async function checkRefusal(url: string, form: RefusedForm): Promise<void> {
  const response = await send(url, form);
  const { error } = await response.json();
  if (response.status === form.status && error?.code === form.code) return;
  throw new Error(
    `answer is ${response.status} ${error?.code}: must be ${form.status} ${form.code}`,
  );
}
