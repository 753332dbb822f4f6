/** Tensors that clients made themselves: checked against the model, and embedded without any preprocessing. */
import type { EmbedItem, EmbedRequest, EncodedInput } from "../contract/embed_request.ts";
import { GatewayError, InputFailure } from "../contract/errors.ts";
import type { RequestScope } from "./pipeline.ts";
import type { ServedModel } from "./served_model.ts";

/** A request whose inputs are model inputs. */
export type TensorRequest =
  & Pick<EmbedRequest, "inputs" | "options" | "tensorReply">
  & Required<Pick<EmbedRequest, "tensor">>;

/**
 * Embeds the items of a tensor.
 *
 * @throws {GatewayError} `invalid_body` where it is none of the model's inputs, or whatever `ServedModel.embed()` throws.
 */
export async function embedTensors(
  { inputs, options, tensor, tensorReply }: TensorRequest,
  model: ServedModel,
  scope: RequestScope,
): Promise<EmbedItem[]> {
  const { input, manifest } = model;
  assertSame("the input's name", tensor.name, input.name);
  assertSame("the input's datatype", tensor.datatype, input.datatype);
  assertSame("the input's shape", shown(tensor.shape.slice(1)), shown(input.shape));
  const { output = manifest.output.name } = tensorReply ?? {};
  assertSame("the output's name", output, manifest.output.name);
  // What the dialect read as bytes only.
  const items = inputs as readonly Uint8Array<ArrayBuffer>[];
  if (manifest.modality === "text") assertIds(items, manifest.architecture.vocab_size);
  return await model.embedTensors(items as readonly EncodedInput[], options, scope);
}

/** What was sent is not repeated. */
function assertSame(what: string, given: string, expected: string): void {
  if (given === expected) return;
  throw new GatewayError("invalid_body", `Cannot embed as ${what} must be ${expected}`);
}

function shown(shape: readonly number[]): string {
  return `[n, ${shape.join(", ")}]`;
}

/** A graph that is asked for a token that there is not fails, and so would those beside it in its batch. */
function assertIds(items: readonly Uint8Array<ArrayBuffer>[], count: number): void {
  items.forEach((bytes, index) => {
    const ids = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    if (ids.every((id) => id >= 0 && id < count)) return;
    throw new InputFailure(
      new GatewayError("invalid_body", `Cannot embed as token ids must be from 0 to ${count - 1}`),
      index,
    );
  });
}
