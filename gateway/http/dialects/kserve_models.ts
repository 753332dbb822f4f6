/** What KServe's clients ask of a server and its models before they infer; shapes of replies as Triton 24.10's. */
import type { Modality } from "../../../models/contract/manifest.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { GetRequest, ListedModel } from "./dialect.ts";
import { OUTPUT_NAME, VIRTUAL_MODEL, VIRTUAL_VERSION } from "./kserve_request.ts";

/** Extensions of Triton's that hold here. */
const EXTENSIONS = ["binary_tensor_data", "model_configuration", "model_repository", "parameters"];
/** What Triton calls a model of ONNX; clients that look at it expect tensors as that model has them. */
const ONNX = { platform: "onnxruntime_onnx", backend: "onnxruntime" } as const;

/** A tensor as metadata have it. */
interface TensorView {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** A model as clients see it. */
export interface ModelView {
  readonly name: string;
  /** Absent where the server behind it chooses. */
  readonly version: string | undefined;
  readonly platform: string;
  readonly backend: string;
  readonly isReady: boolean;
  readonly inputs: readonly TensorView[];
  readonly outputs: readonly TensorView[];
  /** 0 where a batch dimension is among the tensors' own, as it is for BYTES. */
  readonly batchMax: number;
}

/** What the server is. */
export function serverOf({ server: { name, version } }: GetRequest): {
  readonly name: string;
  readonly version: string;
  readonly extensions: string[];
} {
  return { name, version, extensions: EXTENSIONS };
}

/** `GET /v2` */
export function serverMetadata(request: GetRequest): Response {
  return Response.json(serverOf(request));
}

/** What a model takes and gives, batch dimensions included. */
export function metadataOf({ name, version, platform, inputs, outputs, batchMax }: ModelView): {
  readonly name: string;
  readonly versions: string[];
  readonly platform: string;
  readonly inputs: readonly TensorView[];
  readonly outputs: readonly TensorView[];
} {
  const withBatch = ({ shape, ...tensor }: TensorView) => ({
    ...tensor,
    shape: batchMax > 0 ? [-1, ...shape] : shape,
  });
  return {
    name,
    versions: version === undefined ? [] : [version],
    platform,
    inputs: inputs.map(withBatch),
    outputs: outputs.map(withBatch),
  };
}

/** `GET /v2/models/{model}` */
export async function modelMetadata(request: GetRequest): Promise<Response> {
  return Response.json(metadataOf(await modelOf(request)));
}

/** `GET /v2/models/{model}/config`, as far as clients look at it. */
export async function modelConfig(request: GetRequest): Promise<Response> {
  const { name, platform, backend, inputs, outputs, batchMax } = await modelOf(request);
  const typed = ({ name, datatype, shape }: TensorView) => ({
    name,
    data_type: `TYPE_${datatype === "BYTES" ? "STRING" : datatype}`,
    dims: shape,
  });
  return Response.json({
    name,
    platform,
    backend,
    max_batch_size: batchMax,
    input: inputs.map(typed),
    output: outputs.map(typed),
  });
}

/** `GET /v2/models/{model}/ready`: without a body, as probes want it. */
export async function modelReady(request: GetRequest): Promise<Response> {
  const { isReady } = await modelOf(request);
  if (isReady) return new Response("");
  throw new GatewayError("upstream_unavailable", "Cannot embed as the model is not ready");
}

/** `GET /v2/health/ready`: while any model is, as /readyz. */
export async function serverReady(request: GetRequest): Promise<Response> {
  const models = await request.models();
  if (models.some(({ ready }) => ready)) return new Response("");
  throw new GatewayError("upstream_unavailable", "Cannot embed as no model is ready");
}

/** `POST /v2/repository/index` */
export async function repositoryIndex(request: GetRequest): Promise<Response> {
  const models = await request.models();
  const views = [
    ...models.map((model) => servedView(model, request)),
    virtualView(models, request),
  ];
  return Response.json(views.map(({ name, version, isReady }) => ({
    name,
    version,
    state: isReady ? "READY" : "UNAVAILABLE",
  })));
}

/**
 * The model of a request's `params`, or the one that stands for all.
 *
 * @throws {GatewayError} `model_not_found`.
 */
export async function modelOf(request: GetRequest): Promise<ModelView> {
  const { params: { model: name, version } } = request;
  const models = await request.models();
  if (name === VIRTUAL_MODEL && (version ?? VIRTUAL_VERSION) === VIRTUAL_VERSION) {
    return virtualView(models, request);
  }
  const model = models.find((model) =>
    [model.name, ...model.aliases].includes(
      version === undefined ? name ?? "" : `${name}:${version}`,
    )
  ) ?? models.find((model) =>
    [baseName(model.name), ...model.aliases].includes(name ?? "") &&
    (version ?? model.version) === model.version
  );
  if (model !== undefined) return servedView(model, request);
  const names = [VIRTUAL_MODEL, ...models.flatMap(({ name, aliases }) => [name, ...aliases])];
  throw new GatewayError("model_not_found", `Cannot find model: there are ${names.join(", ")}`);
}

/** As the model itself takes tensors, where clients may send them: who looks for them finds what Triton would tell. */
function servedView(model: ListedModel, { server }: GetRequest): ModelView {
  const { name, version, ready: isReady, modality, dim, input, output, limits } = model;
  const common = { name: baseName(name), version, isReady };
  if (!model.tensor_input) return { ...common, ...encodedView([modality], dim, server.name) };
  return { ...common, ...ONNX, inputs: [input], outputs: [output], batchMax: limits.request ?? 1 };
}

/** Its inputs are all that any model embeds; a request has one of them. */
function virtualView(models: readonly ListedModel[], { server }: GetRequest): ModelView {
  const defaults = models.filter(({ is_default }) => is_default);
  const dims = new Set(defaults.map(({ dim }) => dim));
  const [dim = -1] = dims.size === 1 ? dims : [];
  return {
    name: VIRTUAL_MODEL,
    version: VIRTUAL_VERSION,
    isReady: models.some(({ ready }) => ready),
    ...encodedView(defaults.map(({ modality }) => modality), dim, server.name),
  };
}

function encodedView(modalities: readonly Modality[], dim: number, platform: string) {
  return {
    platform,
    backend: platform,
    inputs: modalities.map((name) => ({ name, datatype: "BYTES", shape: [-1] })),
    outputs: [{ name: OUTPUT_NAME, datatype: "FP32", shape: [-1, dim] }],
    batchMax: 0,
  };
}

function baseName(name: string): string {
  return name.split(":")[0] ?? name;
}
