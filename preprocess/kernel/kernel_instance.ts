/** One instance of the SIMD kernel with memory of its own. */

/** What the kernel can do; `assembly/resample.ts` says how. */
export type StepName =
  | "resampleColumns"
  | "resampleGrayColumns"
  | "resampleRows"
  | "copyRows"
  | "convertGray"
  | "convertCmyk"
  | "normalize";

/** Parameters of a step, addresses and counts; what they mean is said by `Step` in `assembly/resample.ts`. */
export interface KernelStep {
  readonly source: number;
  readonly sourceStride?: number;
  readonly target: number;
  readonly targetStride?: number;
  readonly starts?: number;
  readonly weights?: number;
  readonly taps?: number;
  readonly count: number;
  readonly lines?: number;
  readonly channels?: number;
}

const STEP_ADDRESS = 16;
const PAGE_BYTES = 65536;

/** A memory that is not shared: its declared type allows for both. */
interface UnsharedMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type KernelExports =
  & { readonly memory: UnsharedMemory; readonly FREE_ADDRESS: WebAssembly.Global }
  & Readonly<Record<StepName, (step: number) => void>>;

/** Reads and compiles the kernel, once a thread; instances are cheap. */
export function compileKernel(): WebAssembly.Module {
  return new WebAssembly.Module(Deno.readFileSync(new URL("kernel.wasm", import.meta.url)));
}

/** An instance; its memory grows and never shrinks, so that who needs less must drop it. */
export class KernelInstance {
  readonly #exports: KernelExports;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
  }

  /** First address that is free: a step's parameters, the kernel's constants and what linked code keeps lie below. */
  get freeAddress(): number {
    return this.#exports.FREE_ADDRESS.value;
  }

  /** All of the memory. Growing replaces it, which empties every view of the old one. */
  get buffer(): ArrayBuffer {
    return this.#exports.memory.buffer;
  }

  /** Makes the memory at least so large. */
  reserve(byteLength: number): void {
    const missing = byteLength - this.buffer.byteLength;
    if (missing > 0) this.#exports.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }

  /** Runs a step. */
  run(name: StepName, step: KernelStep): void {
    new Uint32Array(this.buffer, STEP_ADDRESS, 10).set([
      step.source,
      step.sourceStride ?? 0,
      step.target,
      step.targetStride ?? 0,
      step.starts ?? 0,
      step.weights ?? 0,
      step.taps ?? 0,
      step.count,
      step.lines ?? 0,
      step.channels ?? 0,
    ]);
    this.#exports[name](STEP_ADDRESS);
  }

  /** A number that code linked into the kernel exports. */
  linkedNumber(name: string): number {
    return (this.#linked(name) as WebAssembly.Global).value;
  }

  /** A function without parameters that code linked into the kernel exports. */
  linkedFunction(name: string): () => number {
    return this.#linked(name) as () => number;
  }

  #linked(name: string): WebAssembly.ExportValue {
    const linked = (this.#exports as unknown as WebAssembly.Exports)[name];
    if (linked === undefined) throw new Error(`Cannot find ${name} in the kernel`);
    return linked;
  }
}
