/** Who can be compared with whom. */
import { fileURLToPath } from "node:url";
import { SEEDED_REPOSITORY } from "../../testing/models/seeded_repository.ts";
import type { PhotoSize } from "../../testing/photo_set.ts";
import { startNativePeer } from "../native/native_server.ts";
import { startGateway } from "../processes/gateway.ts";
import type { ServerProcess } from "../processes/server_process.ts";
import { type PythonEngine, startPythonService } from "../service/python_service.ts";

/** Starts a server; one of a contest with Triton is told where that is. */
type StartServer = (tritonUrl?: string) => Promise<ServerProcess>;

/** What is compared; the first server is what the others are measured by. */
export interface Contest {
  readonly photoSize: PhotoSize;
  readonly withTriton?: boolean;
  /** By what the table calls them; all speak POST /embed/base64. */
  readonly servers: Readonly<Record<string, StartServer>>;
}

/** Names of all contests. */
export const CONTESTS = ["thumbnails", "web", "vit", "triton-thumbnails", "triton-web"] as const;

/** Name of a contest. */
export type ContestName = (typeof CONTESTS)[number];

/** Those that are held unless told otherwise. */
export const USUAL_CONTESTS: readonly ContestName[] = ["thumbnails", "web"];

/** Those that have nobody but the gateway without the native peer. */
export const NATIVE_CONTESTS: readonly ContestName[] = ["triton-thumbnails", "triton-web"];

/** The model of all contests but `vit`. */
export const LIGHT_MODEL = "dct_512";

/** The models of `vit`. */
export const VIT = "openclip_vit_b32";
export const VIT_INT8 = "openclip_vit_b32_int8";

/** Weights of the models of `vit`. */
export const VIT_WEIGHTS: string = fileURLToPath(
  new URL("../../.cache/seeded/weights.safetensors", import.meta.url),
);

/** Labels of the two that a contest with the native peer sets beside each other. */
export const GATEWAY = `gateway, ${LIGHT_MODEL}`;
export const NATIVE = `native (Rust), ${LIGHT_MODEL}`;

const WORKERS = navigator.hardwareConcurrency;

/** What the command line decides. */
export interface ContestChoice {
  /** The native peer, as built; absent leaves it out. */
  readonly nativeProgram: string | undefined;
  /** A Python with PyTorch that is there already. */
  readonly torchPython: string | undefined;
  readonly report: (text: string) => void;
}

/** Everything that can be compared. */
export function listContests(choice: ContestChoice): Readonly<Record<ContestName, Contest>> {
  const { nativeProgram: program, torchPython, report } = choice;
  const python = (engine: PythonEngine, path?: string): StartServer => () =>
    startPythonService({ engine, workers: WORKERS, python: path, report });
  const each = WORKERS === 1 ? "1 process" : `${WORKERS} processes`;
  const model = LIGHT_MODEL;
  const ours: Record<string, StartServer> = {
    [GATEWAY]: (tritonUrl) => startGateway({ model, ...place(tritonUrl), sharedMemory: "on" }),
  };
  if (program !== undefined) {
    ours[NATIVE] = (tritonUrl) => startNativePeer({ program, model, ...place(tritonUrl) });
  }
  const light = {
    [`FastAPI, Pillow, numpy; no model; ${each}`]: python({ kind: "trivial", model }),
    ...ours,
  };
  const seeded = { env: { GATEWAY_MODEL_REPOSITORY: SEEDED_REPOSITORY } };
  const torch = { kind: "torch", weights: VIT_WEIGHTS } as const;
  const vit = {
    [`FastAPI, open_clip, PyTorch FP32; ${each}`]: python(torch, torchPython),
    "gateway, ViT-B/32 FP32": () => startGateway({ model: VIT, ...seeded }),
    "gateway, ViT-B/32 int8": () => startGateway({ model: VIT_INT8, ...seeded }),
  };
  return {
    thumbnails: { photoSize: "224", servers: light },
    web: { photoSize: "640", servers: light },
    vit: { photoSize: "224", servers: vit },
    "triton-thumbnails": { photoSize: "224", servers: ours, withTriton: true },
    "triton-web": { photoSize: "640", servers: ours, withTriton: true },
  };
}

function place(tritonUrl: string | undefined): { readonly tritonUrl?: string } {
  return tritonUrl === undefined ? {} : { tritonUrl };
}
