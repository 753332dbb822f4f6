/** A whole gateway beside a real Triton, for `*_triton_test.ts`. */
import type { TestModel } from "./triton/test_repository.ts";
import { startGateway, testFile, type TestGateway } from "./harness.ts";
import { eventually, RealTriton } from "./real_triton.ts";

/** The model of most tests: `dct_512` that misbehaves when told to. */
export const SCRIPTED: TestModel = { source: "dct_512", scripted: true };

/** A request to /embed; the sample photo unless told otherwise. */
export interface EmbedRequest {
  readonly photo?: Uint8Array<ArrayBuffer>;
  readonly query?: string;
  readonly signal?: AbortSignal;
}

/** A reply of /embed, as far as tests look at it. */
export interface EmbedReply {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  readonly embedding: readonly number[] | undefined;
}

/** Both processes' parts, ended in the right order. */
export class GatewayOnTriton implements AsyncDisposable {
  private constructor(
    readonly triton: RealTriton,
    readonly gateway: TestGateway,
    readonly photo: Uint8Array<ArrayBuffer>,
  ) {}

  /** Starts Triton, then the gateway, unless Triton is to come later. */
  static async start(
    options: {
      readonly models?: readonly TestModel[];
      readonly env?: Readonly<Record<string, string>>;
      readonly tritonLater?: boolean;
    } = {},
  ): Promise<GatewayOnTriton> {
    const triton = await RealTriton.start(options.models ?? [SCRIPTED]);
    try {
      if (options.tritonLater) await triton.process.stop();
      const gateway = await startGateway({
        GATEWAY_ENGINE: "triton",
        GATEWAY_TRITON_URL: triton.process.grpcUrl,
        ...options.env,
      });
      return new GatewayOnTriton(triton, gateway, await testFile("photos/cat_half.jpg"));
    } catch (error) {
      await triton[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Sends a photo. */
  async embed(request: EmbedRequest = {}): Promise<EmbedReply> {
    const { photo = this.photo, query = "", signal = null } = request;
    const response = await fetch(`${this.gateway.url}/embed${query}`, {
      method: "POST",
      headers: { "content-type": "image/jpeg" },
      body: photo,
      signal,
    });
    const body = await response.json();
    return {
      status: response.status,
      code: body.error?.code,
      retryAfter: response.headers.get("retry-after"),
      embedding: body.embedding,
    };
  }

  /** Sends the sample photo until it is embedded. */
  async untilServing(): Promise<void> {
    await eventually("a photo is embedded", async () => (await this.embed()).status === 200);
  }

  /** Status of /readyz. */
  async ready(): Promise<number> {
    const response = await fetch(`${this.gateway.url}/readyz`);
    await response.body?.cancel();
    return response.status;
  }

  /** Field of /info's engine. */
  async engine(): Promise<Record<string, unknown>> {
    return (await (await fetch(`${this.gateway.url}/info`)).json()).engine;
  }

  /** Waits until nothing is held any more, and fails if something is. */
  async untilIdle(): Promise<void> {
    await eventually("no slot and no permit is held", async () => {
      const metrics = await this.gateway.metrics();
      return metrics.get('gateway_slots_in_use_inputs{model="dct_512"}') === 0 &&
        metrics.get("gateway_inflight_requests") === 0;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.triton[Symbol.asyncDispose]();
  }
}

/** Regions in /dev/shm of this process's gateways; others may run beside it. */
export function gatewayRegions(): string[] {
  return [...Deno.readDirSync("/dev/shm")]
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`triton-edge-gateway_${Deno.pid}_`));
}
