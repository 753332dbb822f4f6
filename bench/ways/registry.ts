/** All ways, with what the plan and the report need to know about them. */
import { BASE64_JSON, type HttpForm, RAW_BODY, TRITON_BINARY, TRITON_JSON } from "./http_forms.ts";
import { HttpWay } from "./http_way.ts";
import { type TensorSource, TritonGrpc } from "./triton_grpc.ts";
import type { Way, WayTarget } from "./way.ts";

/** Who answers. */
export type ServerRole = "triton" | "gateway" | "python";

/** What is known about a way without trying it. */
export interface WayDescription {
  /** As the report calls it. */
  readonly label: string;
  readonly sends: "tensor" | "jpeg";
  readonly server: ServerRole;
  /** Port of Triton's that it talks to. */
  readonly protocol: "http" | "grpc";
  readonly create: (target: WayTarget) => Way;
}

const http = (form: HttpForm) => (target: WayTarget) => new HttpWay(target, form);
const lean = (form: HttpForm) => (target: WayTarget) => new HttpWay(target, form, { isLean: true });
const grpc = (source: TensorSource) => (target: WayTarget) => new TritonGrpc(target, source);

const TENSORS = { sends: "tensor", server: "triton", protocol: "http" } as const;
const JPEGS = { sends: "jpeg", server: "gateway", protocol: "http" } as const;

/** In the order in which reports show them. */
export const WAYS = {
  "triton-json": { ...TENSORS, label: "tensor → Triton, HTTP JSON", create: http(TRITON_JSON) },
  "triton-http": { ...TENSORS, label: "tensor → Triton, HTTP binary", create: http(TRITON_BINARY) },
  "triton-grpc": {
    ...TENSORS,
    protocol: "grpc",
    label: "tensor → Triton, gRPC",
    create: grpc("photos"),
  },
  "python": {
    ...JPEGS,
    server: "python",
    label: "JPEG → Python service",
    create: http(BASE64_JSON),
  },
  "gateway-base64": { ...JPEGS, label: "JPEG → gateway, base64 JSON", create: http(BASE64_JSON) },
  "gateway-raw": { ...JPEGS, label: "JPEG → gateway, raw bytes", create: http(RAW_BODY) },
} as const satisfies Record<string, WayDescription>;

/** Name of a way. */
export type WayName = keyof typeof WAYS;

/** All names, in order. */
export const WAY_NAMES = Object.keys(WAYS) as readonly WayName[];

/** What a load needs to know of a way. */
export type Sender = Pick<WayDescription, "sends" | "create">;

/** Senders that cost next to nothing, for loads of a server on the same cores; no part of the comparison. */
const LEAN = {
  "lean-base64": { sends: "jpeg", create: lean(BASE64_JSON) },
  "lean-raw": { sends: "jpeg", create: lean(RAW_BODY) },
  "bare-shared": { sends: "jpeg", create: grpc("shared_memory") },
  "bare-inline": { sends: "jpeg", create: grpc("inline") },
} as const satisfies Record<string, Sender>;

/** Name of a way, or of a lean sender. */
export type SenderName = WayName | keyof typeof LEAN;

/** Everything that can send photos. */
export const SENDERS: Readonly<Record<SenderName, Sender>> = { ...WAYS, ...LEAN };
