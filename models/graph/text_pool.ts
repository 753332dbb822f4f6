/** The one token that stands for a text, and which tokens each may attend to. */
import type { OpenClipTextArchitecture } from "../contract/architecture.ts";
import { TensorProto_DataType as DataType } from "../../proto/gen/onnx_pb.ts";
import type { TensorName } from "./onnx_graph.ts";
import { addComputedFactor, type Tower } from "./tower.ts";

/**
 * What is added to the score of a token behind. PyTorch adds −∞; exp() of this is 0 as well, and FP16 holds it, while −∞
 * turns to NaN where an engine subtracts it from itself.
 */
const MASKED = -65504;

/** The token that stands for the text. */
export interface PooledToken {
  /** Its place in each text of the batch, INT64 [N, 1]; nothing where it is the same in all. */
  readonly positions?: TensorName;
  /** Keeps it alone: [N, tokens, width] → [N, 1, width]. */
  pick(input: TensorName, name: TensorName): TensorName;
  /** Its row of a mask [tokens, tokens]: [N or 1, 1, 1, tokens]. */
  pickRow(mask: TensorName, name: TensorName): TensorName;
}

/** Finds it by the ids, INT32 [N, tokens], as open_clip's `text_global_pool`. */
export function addPooledToken(
  tower: Tower,
  { pool_type, eos_id, context_length }: OpenClipTextArchitecture,
  ids: TensorName,
): PooledToken {
  switch (pool_type) {
    case "first":
      return fixedToken(tower, 0);
    case "last":
      return fixedToken(tower, context_length - 1);
    case "argmax":
      return foundToken(tower, addIdsAsFloats(tower, ids));
    case "eos":
      return foundToken(tower, addEquality(tower, ids, eos_id as number));
  }
}

/** 0 on and before the diagonal of [tokens, tokens], `MASKED` behind it. */
export function addCausalMask(tower: Tower, tokens: number): TensorName {
  return addComputedFactor(tower, "causal_mask", {
    shape: [tokens, tokens],
    load: () =>
      Promise.resolve(Float32Array.from(
        { length: tokens ** 2 },
        (_, index) => index % tokens > Math.floor(index / tokens) ? MASKED : 0,
      )),
  });
}

/**
 * How many tokens of a batch are computed: a multiple of this. Sums over 7 tokens and over more come in another order in
 * ONNX Runtime's kernels, and a text's last bits would depend on its neighbours; over 8 they do not.
 */
const TOKEN_STEP = 8;

/**
 * Tokens of a batch that anything depends on, and a few more, INT64 [1]: with a causal mask nobody sees those behind the
 * last pooled token, which are four fifths of a caption's context. It may be more than there are, which a Slice forgives.
 */
export function addUsedLength({ graph }: Tower, positions: TensorName): TensorName {
  const last = graph.node("last_position", { type: "ReduceMax", attributes: { keepdims: 0 } }, [
    positions,
  ]);
  const step = graph.constant("token_step", [1], new BigInt64Array([BigInt(TOKEN_STEP)]));
  const steps = graph.node("used_steps", { type: "Div" }, [
    graph.node("padded_length", { type: "Add" }, [last, step]),
    step,
  ]);
  return graph.node("used_length", { type: "Mul" }, [steps, step]);
}

/** The first `length` along each of the axes. */
export function addStart(
  { graph }: Tower,
  input: TensorName,
  { name, length, axes }: {
    readonly name: TensorName;
    readonly length: TensorName;
    readonly axes: readonly number[];
  },
): TensorName {
  const ends = axes.length === 1 ? length : graph.node(
    `${name}_ends`,
    { type: "Concat", attributes: { axis: 0 } },
    axes.map(() => length),
  );
  const constant = (what: string, values: readonly number[]) =>
    graph.constant(`${name}_${what}`, [values.length], BigInt64Array.from(values, BigInt));
  return graph.node(name, { type: "Slice" }, [
    input,
    constant("starts", axes.map(() => 0)),
    ends,
    constant("axes", axes),
  ]);
}

function fixedToken({ graph }: Tower, position: number): PooledToken {
  const index = (name: TensorName, shape: readonly number[]) =>
    graph.constant(`${name}_index`, shape, new BigInt64Array([BigInt(position)]));
  return {
    pick: (input, name) =>
      graph.node(name, { type: "Gather", attributes: { axis: 1 } }, [input, index(name, [1])]),
    pickRow: (mask, name) =>
      graph.node(name, { type: "Gather", attributes: { axis: 0 } }, [
        mask,
        index(name, [1, 1, 1]),
      ]),
  };
}

/** The first of the largest numbers among [N, tokens]. */
function foundToken({ graph }: Tower, numbers: TensorName): PooledToken {
  const positions = graph.node("pooled_position", {
    type: "ArgMax",
    attributes: { axis: 1, keepdims: 1 },
  }, [numbers]);
  const index = graph.node("pooled_index", { type: "Reshape" }, [
    positions,
    graph.constant("pooled_index_shape", [3], new BigInt64Array([0n, 1n, 1n])),
  ]);
  return {
    positions,
    pick: (input, name) =>
      graph.node(name, { type: "GatherND", attributes: { batch_dims: 1 } }, [input, index]),
    pickRow: (mask, name) =>
      graph.node(name, { type: "Gather", attributes: { axis: 0 } }, [mask, index]),
  };
}

/** On CUDA there is ArgMax for floats only; they hold ids exactly. */
function addIdsAsFloats({ graph }: Tower, ids: TensorName): TensorName {
  return graph.node("ids_f32", { type: "Cast", attributes: { to: DataType.FLOAT } }, [ids]);
}

/** 1 where the id is that one, else 0. */
function addEquality(tower: Tower, ids: TensorName, id: number): TensorName {
  const { graph } = tower;
  const isEqual = graph.node("is_eos", { type: "Equal" }, [
    addIdsAsFloats(tower, ids),
    graph.constant("eos_id", [], new Float32Array([id])),
  ]);
  return graph.node("is_eos_f32", { type: "Cast", attributes: { to: DataType.FLOAT } }, [isEqual]);
}
