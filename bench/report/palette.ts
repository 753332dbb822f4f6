/** Colours: warm for tensors, gray for Python, cold for the gateway; stages have their own. */
import type { WayName } from "../ways/registry.ts";
import type { Series } from "./result.ts";

const WAY_COLORS: Readonly<Record<WayName, string>> = {
  "triton-json": "#8c2d04",
  "triton-http": "#d94801",
  "triton-grpc": "#fd8d3c",
  "python": "#737373",
  "gateway-base64": "#4292c6",
  "gateway-raw": "#08519c",
};

/** The colour of a series; several servers of one way differ by name only. */
export function seriesColor({ way }: Pick<Series, "way">): string {
  return WAY_COLORS[way];
}

/** What a segment of a latency stack shows. */
export interface StageStyle {
  readonly label: string;
  readonly color: string;
}

/** Segments of the latency stacks, in order. */
export const SEGMENTS = {
  client: { label: "client: encode, decode", color: "#9e9ac8" },
  distance: { label: "distance: the round trip", color: "#d0d4d9" },
  up: { label: "request's bytes on the line", color: "#e6550d" },
  down: { label: "reply's bytes on the line", color: "#fdae6b" },
  preprocess: { label: "decode, resize, normalise", color: "#2171b5" },
  model: { label: "model", color: "#238b45" },
  queue: { label: "queue", color: "#fed976" },
  server: { label: "server: protocol, parsing, copies", color: "#9ecae1" },
} as const satisfies Record<string, StageStyle>;

/** Name of a segment. */
export type Segment = keyof typeof SEGMENTS;

/** Process roles. */
export const ROLE_COLORS: Readonly<Record<string, string>> = {
  gateway: "#08519c",
  triton: "#76b900",
  python: "#737373",
  generator: "#9e9ac8",
};
