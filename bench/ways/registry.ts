/** All ways, with what the plan and the report need to know about them. */
import { Base64Json } from "./gateway_base64.ts";
import { RawBody } from "./gateway_raw.ts";
import { TritonBinary } from "./triton_binary.ts";
import { TritonGrpc } from "./triton_grpc.ts";
import { TritonJson } from "./triton_json.ts";
import type { Way, WayTarget } from "./way.ts";

/** Names of the ways. */
export type WayName =
  | "triton-json"
  | "triton-http"
  | "triton-grpc"
  | "python"
  | "gateway-base64"
  | "gateway-raw";

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

/** In the order in which reports show them. */
export const WAYS: Readonly<Record<WayName, WayDescription>> = {
  "triton-json": {
    label: "tensor → Triton, HTTP JSON",
    sends: "tensor",
    server: "triton",
    protocol: "http",
    create: (target) => new TritonJson(target),
  },
  "triton-http": {
    label: "tensor → Triton, HTTP binary",
    sends: "tensor",
    server: "triton",
    protocol: "http",
    create: (target) => new TritonBinary(target),
  },
  "triton-grpc": {
    label: "tensor → Triton, gRPC",
    sends: "tensor",
    server: "triton",
    protocol: "grpc",
    create: (target) => new TritonGrpc(target),
  },
  "python": {
    label: "JPEG → Python service",
    sends: "jpeg",
    server: "python",
    protocol: "http",
    create: (target) => new Base64Json(target),
  },
  "gateway-base64": {
    label: "JPEG → gateway, base64 JSON",
    sends: "jpeg",
    server: "gateway",
    protocol: "http",
    create: (target) => new Base64Json(target),
  },
  "gateway-raw": {
    label: "JPEG → gateway, raw bytes",
    sends: "jpeg",
    server: "gateway",
    protocol: "http",
    create: (target) => new RawBody(target),
  },
};

/** All names, in order. */
export const WAY_NAMES = Object.keys(WAYS) as readonly WayName[];
