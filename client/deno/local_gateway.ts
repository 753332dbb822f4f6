/** A gateway of this process's own, where there is none far away. */
import { composeGateway } from "../../gateway/compose_isolates.ts";
import { parseConfig } from "../../gateway/config/config.ts";
import type { LocalServer } from "../route.ts";

/** A gateway that listens on loopback until it is closed, and only for who has its key. */
export interface LocalGateway extends LocalServer, AsyncDisposable {
  readonly key: string;
}

const MIB = 1024 * 1024;
const KEY_BYTES = 24;

/** Camera originals are larger than what strangers may send to a server. */
const SETTINGS = {
  GATEWAY_HOST: "127.0.0.1",
  GATEWAY_PORT: "0",
  GATEWAY_LOG_LEVEL: "error",
  // For one client that keeps a few photos in flight.
  GATEWAY_SLOTS: "64",
  GATEWAY_IMAGE_BYTES_MAX: String(128 * MIB),
  GATEWAY_BODY_BYTES_MAX: String(171 * MIB),
  GATEWAY_IMAGE_PIXELS_MAX: "120000000",
  GATEWAY_INFLIGHT_BYTES_MAX: String(512 * MIB),
};

/**
 * Starts it.
 *
 * @param env `GATEWAY_…` settings of the environment, which hold before those of a library of photos.
 * @throws {Error} where a setting is wrong, or the model cannot be served.
 */
export async function startLocalGateway(
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<LocalGateway> {
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES)).toHex();
  const given = Object.entries(env).filter(([, value]) => value !== undefined);
  const { config, problems } = parseConfig({
    ...SETTINGS,
    ...Object.fromEntries(given),
    GATEWAY_API_KEYS: key,
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const gateway = await composeGateway(config);
  const close = () => gateway[Symbol.asyncDispose]();
  return { url: gateway.url, key, close, [Symbol.asyncDispose]: close };
}
