/**
 * A descriptor for near-duplicate photos that needs no training and no weights.
 *
 * Photo → Y, Cb, Cr (BT.601, of values in 0..1) → means of square blocks → orthonormal DCT-II of each plane → the
 * lowest luma × luma coefficients of Y without its mean, and chroma × chroma of Cb and of Cr. A coefficient c of
 * frequency (u, v) then counts
 *
 *     c / (knee + |c|) · (1 + (u² + v²) / rolloff²)^(−1/4)
 *
 * The first factor says which way a pattern swings rather than how strongly, so contrast, brightness and a few large
 * areas of one colour say little; below the knee it is linear, so compression noise says nothing. The second lets low
 * frequencies, which survive cropping and rotation, count more.
 */
import type { DctArchitecture } from "../contract/architecture.ts";
import { elementCount, type ImageManifest } from "../contract/manifest.ts";
import { addImageInput } from "./image_input.ts";
import type { OnnxGraph } from "./onnx_graph.ts";

/** Rows Y, Cb, Cr of RGB, all in 0..1; Cb and Cr swing around 0. */
const YCBCR_OF_RGB = [
  [0.299, 0.587, 0.114],
  [-0.168736, -0.331264, 0.5],
  [0.5, -0.418688, -0.081312],
] as const;

/**
 * The last element of every embedding, so that a photo of one gray, whose coefficients are all 0, has a direction
 * too. Embeddings of other photos are 4 to 11 long: it moves their cosines by less than 10⁻⁵.
 */
const GRAY_FLOOR = 0.01;

/** Places of a plane's coefficients in the embedding, and what each one counts. */
interface Features {
  /** Index into the flattened [3, kept, kept] coefficients, one an element of the embedding. */
  readonly indices: BigInt64Array;
  readonly weights: Float32Array;
}

/**
 * Adds the descriptor to a graph: the manifest's input → its output, FP32 [N, dim], not L2-normalised. Elements that
 * no coefficient fills are 0 but for the last.
 *
 * @throws {RangeError} when the blocks do not tile the input, or the coefficients do not fit.
 */
export function addDctDescriptor(
  graph: OnnxGraph,
  manifest: ImageManifest,
  architecture: DctArchitecture,
): void {
  const { block, luma, chroma, knee } = architecture;
  const blocks = manifest.preprocess.size / block;
  const kept = Math.max(luma, chroma);
  const dim = elementCount(manifest.output);
  assertFits(manifest, architecture);

  const planes = addPlanes(graph, manifest, { block, scale: 1 / knee });
  const cosines = dctMatrix(kept, blocks);
  const columns = graph.node("columns", { type: "MatMul" }, [
    graph.constant("dct", [kept, blocks], cosines),
    planes,
  ]);
  const coefficients = graph.node("coefficients", { type: "MatMul" }, [
    columns,
    graph.constant("dct_transposed", [blocks, kept], transpose(cosines, blocks)),
  ]);
  const flat = graph.node("flat", { type: "Flatten", attributes: { axis: 1 } }, [coefficients]);

  const { indices, weights } = selectFeatures(architecture, dim);
  const features = graph.node("features", { type: "Gather", attributes: { axis: 1 } }, [
    flat,
    graph.constant("feature_indices", [dim], indices),
  ]);
  const swings = graph.node("swings", { type: "Softsign" }, [features]);
  const weighted = graph.node("weighted", { type: "Mul" }, [
    swings,
    graph.constant("feature_weights", [dim], weights),
  ]);
  const floor = new Float32Array(dim);
  floor[dim - 1] = GRAY_FLOOR;
  graph.node(manifest.output.name, { type: "Add" }, [
    weighted,
    graph.constant("gray_floor", [dim], floor),
  ]);
}

function assertFits(manifest: ImageManifest, architecture: DctArchitecture): void {
  const { block, luma, chroma } = architecture;
  const { size } = manifest.preprocess;
  const dim = elementCount(manifest.output);
  const count = luma ** 2 - 1 + 2 * chroma ** 2;
  if (size % block !== 0) {
    throw new RangeError(
      `Cannot build ${manifest.name}: block must divide ${size}: current value is ${block}`,
    );
  }
  if (Math.max(luma, chroma) > size / block) {
    throw new RangeError(
      `Cannot build ${manifest.name}: luma and chroma must be ≤ ${
        size / block
      }: current values are ${luma} and ${chroma}`,
    );
  }
  if (count > dim - 1) {
    throw new RangeError(
      `Cannot build ${manifest.name}: luma and chroma must give ≤ ${
        dim - 1
      } coefficients: current value is ${count}`,
    );
  }
}

/**
 * One convolution undoes the normalisation, turns RGB into Y, Cb, Cr, averages every block and divides by the knee:
 * all four are linear. Its stride is its size, so it reads each pixel once. Output [N, 3, size/block, size/block].
 */
function addPlanes(
  graph: OnnxGraph,
  manifest: ImageManifest,
  { block, scale }: { readonly block: number; readonly scale: number },
): string {
  const { mean, std } = manifest.preprocess;
  const area = block ** 2;
  const kernel = new Float32Array(9 * area);
  const bias = new Float32Array(3);
  YCBCR_OF_RGB.forEach((row, plane) =>
    row.forEach((share, channel) => {
      const first = (3 * plane + channel) * area;
      kernel.fill(share * (std[channel] as number) * scale / area, first, first + area);
      bias[plane] = (bias[plane] as number) + share * (mean[channel] as number) * scale;
    })
  );
  return graph.node(
    "planes",
    { type: "Conv", attributes: { kernel_shape: [block, block], strides: [block, block] } },
    [
      addImageInput(graph, manifest),
      graph.constant("planes_kernel", [3, 3, block, block], kernel),
      graph.constant("planes_bias", [3], bias),
    ],
  );
}

/** The first `rows` rows of the orthonormal DCT-II of `length` samples, row-major. */
function dctMatrix(rows: number, length: number): Float32Array {
  return Float32Array.from({ length: rows * length }, (_, index) => {
    const frequency = Math.floor(index / length);
    const angle = Math.PI * (2 * (index % length) + 1) * frequency / (2 * length);
    return Math.sqrt((frequency === 0 ? 1 : 2) / length) * Math.cos(angle);
  });
}

function transpose(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return Float32Array.from(
    matrix,
    (_, index) => matrix[(index % rows) * columns + Math.floor(index / rows)] as number,
  );
}

/** Y row by row, then Cb, then Cr; elements left over take any coefficient, with weight 0. */
function selectFeatures(architecture: DctArchitecture, dim: number): Features {
  const { luma, chroma, rolloff } = architecture;
  const kept = Math.max(luma, chroma);
  const indices = new BigInt64Array(dim);
  const weights = new Float32Array(dim);
  let element = 0;
  [luma, chroma, chroma].forEach((side, plane) => {
    for (let u = 0; u < side; u++) {
      for (let v = 0; v < side; v++) {
        const isMeanOfLuma = plane === 0 && u === 0 && v === 0;
        if (isMeanOfLuma) continue;
        indices[element] = BigInt((plane * kept + u) * kept + v);
        weights[element] = 1 / Math.sqrt(Math.sqrt(1 + (u ** 2 + v ** 2) / rolloff ** 2));
        element++;
      }
    }
  });
  return { indices, weights };
}
