/** The gateway, as `deno task start` runs it. */
import { fileURLToPath } from "node:url";
import { gatewayShell } from "../../testing/child_gateway.ts";
import { ServerProcess } from "./server_process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What the benchmark sets; everything else is as it is by default. */
export interface GatewayOptions {
  /** Several with commas between them; who names none asks for the first. */
  readonly model: string;
  /** gRPC address of Triton; absent runs the embedded engine. */
  readonly tritonUrl?: string;
  readonly sharedMemory?: "auto" | "on" | "off";
  /** Further settings, by their environment names. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a gateway on a free port. */
export function startGateway(options: GatewayOptions): Promise<ServerProcess> {
  const { model, tritonUrl, sharedMemory = "auto" } = options;
  const engine = tritonUrl === undefined ? { GATEWAY_ENGINE: "embedded" } : {
    GATEWAY_ENGINE: "triton",
    GATEWAY_TRITON_URL: tritonUrl,
    GATEWAY_TRITON_SHM: sharedMemory,
  };
  return ServerProcess.start({
    name: "the gateway",
    program: "/bin/sh",
    args: gatewayShell(),
    cwd: ROOT,
    // The deadline makes room for slow lines: a batch of phone photos takes longer than a request should.
    env: {
      ...engine,
      GATEWAY_PORT: "0",
      GATEWAY_MODELS: model,
      ...SLOW_LINE,
      NO_COLOR: "1",
      ...options.env,
    },
    readUrl: (line) => {
      if (!line.startsWith("{")) return undefined;
      const { message, url } = JSON.parse(line);
      return message === "listening" ? url as string : undefined;
    },
  });
}

const SLOW_LINE = { GATEWAY_BODY_TIMEOUT_MS: "60000", GATEWAY_REQUEST_TIMEOUT_MS: "60000" };

/** Asks a gateway by its /info who computes embeddings for it, and which way tensors go there. */
export async function gatewayEngine(
  url: string,
  apiKey: string | undefined,
): Promise<Readonly<Record<"engine" | "tensorPath" | "runtime", string>>> {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`${url}/info`, { headers });
  if (!response.ok) throw new Error(`Cannot ask the gateway what it is: ${response.status}`);
  return (await response.json()).engine;
}
