/** An engine that does as it is told: failures, silence, NaN, too few rows, a full house. */
import type {
  Engine,
  EngineDescription,
  Inference,
  InputLease,
  LeaseHolder,
  SlotUse,
} from "../gateway/engine/engine.ts";
import { checkedRows } from "../gateway/engine/embeddings_check.ts";
import { SlotAllocator } from "../gateway/engine/slots.ts";

/** Computes f32 [n, dim] from the slots of an inference. */
export type FakeModel = (inputs: readonly Float32Array[]) => Float32Array | Promise<Float32Array>;

/** What a fake engine is made of. */
export interface FakeEngineOptions {
  /** Slots for requests; the canary's comes on top. */
  readonly slots?: number;
  readonly inputByteLength?: number;
}

/** Length of the fake's embeddings. */
export const FAKE_DIM = 4;
/** f32 [3, 224, 224]: what the real preprocessing writes. */
const INPUT_BYTES = 3 * 224 * 224 * 4;

/** Four values of each input, so that another input gives another embedding. */
function echoModel(inputs: readonly Float32Array[]): Float32Array {
  const rows = inputs.map((input) =>
    Array.from(
      { length: FAKE_DIM },
      (_, index) => input[Math.floor(((index + 0.5) * input.length) / FAKE_DIM)] as number,
    )
  );
  return Float32Array.from(rows.flat());
}

/** Answers each inference by the next model of its script, and by `echoModel` when that is used up. */
export class FakeEngine implements Engine {
  readonly description: EngineDescription;
  /** Models of the inferences to come. */
  readonly script: FakeModel[] = [];
  isHealthy = true;
  modelEpoch: number | undefined = 1;
  /** Numbers of inputs of the inferences so far. */
  readonly inferences: number[] = [];
  /** Called when a lease is asked for, and when an inference begins. */
  onLease: () => void = () => {};
  onInfer: () => void = () => {};
  readonly #allocator: SlotAllocator;
  readonly #buffer: SharedArrayBuffer;

  constructor({ slots = 32, inputByteLength = INPUT_BYTES }: FakeEngineOptions = {}) {
    this.#allocator = new SlotAllocator(slots);
    this.#buffer = new SharedArrayBuffer(this.#allocator.capacity * inputByteLength);
    this.description = {
      engine: "embedded",
      model: "fake",
      modelDigest: "0".repeat(64),
      inputDatatype: "FP32",
      inputByteLength,
      embeddingDim: FAKE_DIM,
      tensorPath: "memory",
      batchImagesMax: 8,
      runtime: "fake",
    };
  }

  get slots(): SlotUse {
    return this.#allocator;
  }

  lease(inputCount: number, holder?: LeaseHolder): InputLease | undefined {
    this.onLease();
    const slots = this.#allocator.take(inputCount, holder);
    if (slots === undefined) return undefined;
    const { inputByteLength } = this.description;
    const byteOffset = (slot: number) => slot * inputByteLength;
    const inputAt = (position: number) => {
      const offset = byteOffset(slots[position] as number);
      return new Float32Array(this.#buffer, offset, inputByteLength / 4);
    };
    return {
      addresses: slots.map((slot) => ({
        kind: "memory",
        datatype: "FP32",
        buffer: this.#buffer,
        byteOffset: byteOffset(slot),
      })),
      infer: (positions) => this.#infer(positions.map(inputAt)),
      inferHere: async (encode) => {
        const bytes = encode();
        inputAt(0).set(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
        return await this.#infer([inputAt(0)]);
      },
      [Symbol.dispose]: () => this.#allocator.release(slots),
    };
  }

  healthy(): Promise<boolean> {
    return Promise.resolve(this.isHealthy);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** Knows no deadline, so that nobody can rely on engines for it. */
  async #infer(inputs: readonly Float32Array[]): Promise<Inference> {
    this.inferences.push(inputs.length);
    this.onInfer();
    const model = this.script.shift() ?? echoModel;
    const expected = { count: inputs.length, dim: FAKE_DIM };
    const rows = checkedRows(await model(inputs), expected, "internal");
    return { rows, queueMs: 1, computeMs: 2 };
  }
}
