/** How close the embeddings of two running gateways are: the same model on another engine, or in another precision. */
import { cosine } from "../models/contract/vectors.ts";

/** A gateway that listens. */
export interface RunningGateway {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where it asks for one. */
  readonly key?: string | undefined;
}

/** A file of an image format that both gateways take. */
export interface Photo {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One photo at both gateways. */
export interface Agreement {
  readonly photo: string;
  /** Of its two embeddings. */
  readonly cosine: number;
}

/**
 * Has every photo embedded by both gateways, one after the other, in the order given.
 *
 * @throws {Error} when a gateway refuses a photo, or the two give embeddings of different lengths.
 */
export async function compareGateways(
  photos: readonly Photo[],
  first: RunningGateway,
  second: RunningGateway,
): Promise<Agreement[]> {
  const agreements: Agreement[] = [];
  for (const photo of photos) {
    const [a, b] = await Promise.all([embed(photo, first), embed(photo, second)]);
    if (a.length !== b.length) {
      throw new Error(`Cannot compare embeddings of ${a.length} and ${b.length} numbers`);
    }
    agreements.push({ photo: photo.name, cosine: cosine(a, b) });
  }
  return agreements;
}

/**
 * A line on model, digest and engine, as the gateway tells them.
 *
 * @throws {Error} when it tells nothing, for want of a key or because it is no gateway.
 */
export async function describeGateway(gateway: RunningGateway): Promise<string> {
  const response = await fetch(`${gateway.url}/info`, { headers: authorization(gateway) });
  if (!response.ok) throw await refusal(`ask ${gateway.url} what it is`, response);
  const { engine } = await response.json();
  return `${engine.model} ${engine.modelDigest}, ${engine.engine}, ${engine.runtime}`;
}

async function embed({ name, bytes }: Photo, gateway: RunningGateway): Promise<Float32Array> {
  const response = await fetch(`${gateway.url}/embed`, {
    method: "POST",
    headers: {
      "content-type": "image/jpeg",
      accept: "application/octet-stream",
      ...authorization(gateway),
    },
    body: bytes,
  });
  if (!response.ok) throw await refusal(`embed ${name} at ${gateway.url}`, response);
  return new Float32Array(await response.arrayBuffer());
}

function authorization({ key }: RunningGateway): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

async function refusal(action: string, response: Response): Promise<Error> {
  return new Error(
    `Cannot ${action}: it answered ${response.status} ${await response.text()}`,
  );
}
