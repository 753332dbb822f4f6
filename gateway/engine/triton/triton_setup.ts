/** Builds a Triton engine with its connection and its shared memory. */
import { itemByteLength, type ModelManifest } from "../../../models/contract/manifest.ts";
import { TritonClient } from "../../../triton/client.ts";
import { PosixShm } from "../../../triton/posix_shm.ts";
import { SharedMemoryRegion } from "../../../triton/shared_memory.ts";
import { removeStaleRegions } from "../../../triton/stale_regions.ts";
import { TritonTransport } from "../../../triton/transport.ts";
import type { Engine } from "../engine.ts";
import type { LinkChange } from "./server_link.ts";
import type { TritonConnection } from "./connection.ts";
import { slotCapacity, TritonEngine } from "./triton_engine.ts";

/** What to build. */
export interface TritonSetup {
  /** gRPC address, such as `http://127.0.0.1:8001`. */
  readonly url: string;
  /** `auto` uses shared memory where Triton sees it, `on` insists, `off` sends every tensor inline. */
  readonly sharedMemory: "auto" | "on" | "off";
  readonly manifest: ModelManifest;
  readonly modelDigest: string;
  readonly slots: number;
  /** Whether `modelEpoch` is asked for. */
  readonly watchesModel: boolean;
  readonly onLink: (change: LinkChange<TritonConnection>) => void;
}

/** Regions of every gateway begin with this, so that those of dead ones can be found. */
const REGION_PREFIX = "triton-edge-gateway";

/**
 * Creates the engine and puts it on the stack with everything that has to go after it. Triton need not be there yet.
 *
 * @throws {Error} when shared memory is `on` and cannot be had on this machine.
 */
export async function createTritonEngine(
  setup: TritonSetup,
  stack: AsyncDisposableStack,
): Promise<Engine> {
  const transport = stack.use(new TritonTransport({ url: setup.url }));
  const client = new TritonClient(transport);
  const { region, reason, stale } = createRegion(setup, client, stack);
  return stack.use(
    await TritonEngine.create({
      ...setup,
      client,
      region,
      noRegionReason: reason,
      staleRegions: stale,
      requiresSharedMemory: setup.sharedMemory === "on",
    }),
  );
}

interface RegionOutcome {
  readonly region: SharedMemoryRegion | undefined;
  /** Why there is none. */
  readonly reason: string | undefined;
  /** Names of regions that dead gateways left and that were removed. */
  readonly stale: readonly string[];
}

function createRegion(
  setup: TritonSetup,
  client: TritonClient,
  stack: AsyncDisposableStack,
): RegionOutcome {
  if (setup.sharedMemory === "off") return { region: undefined, reason: undefined, stale: [] };
  try {
    const shm = stack.use(new PosixShm());
    const stale = removeStaleRegions(shm, REGION_PREFIX);
    const byteLength = slotCapacity(setup.slots) * itemByteLength(setup.manifest.input);
    const region = SharedMemoryRegion.create({ shm, client, prefix: REGION_PREFIX, byteLength });
    stack.use(region);
    return { region, reason: undefined, stale };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (setup.sharedMemory === "on") {
      throw new Error(
        `Cannot use shared memory, which GATEWAY_TRITON_SHM=on insists on: ${reason}`,
        {
          cause,
        },
      );
    }
    return { region: undefined, reason, stale: [] };
  }
}
