/** A certificate that nobody signed but itself: its own authority for tests (RFC 5280, RFC 5480). */

/** What a server shows, the key it has for that, and the names that it is for. */
export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** Object identifiers, encoded: ecdsa-with-SHA256, commonName, subjectAltName. */
const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME = [0x55, 0x04, 0x03];
const ALT_NAME = [0x55, 0x1d, 0x11];
const VALIDITY = ["200101000000Z", "491231235959Z"];

type Bytes = readonly number[] | Uint8Array;
const ascii = (text: string) => new TextEncoder().encode(text);

/** An element of DER. */
function der(tag: number, ...parts: readonly Bytes[]): number[] {
  const content = parts.flatMap((part) => [...part]);
  const { length } = content;
  const head = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return [tag, ...head, ...content];
}

const sequence = (...parts: readonly Bytes[]) => der(0x30, ...parts);
const bits = (content: Bytes) => der(0x03, [0], content);

/** Half of a signature, as the shortest positive integer. */
function integer(half: Uint8Array): number[] {
  const first = half.findIndex((byte) => byte !== 0);
  const digits = half.subarray(Math.max(first, 0));
  return der(0x02, (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits);
}

/** Makes one for DNS names, such as `photos.example` and `*.photos.example`. */
export async function testCertificate(names: readonly string[]): Promise<TestCertificate> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(ECDSA, true, [
    "sign",
    "verify",
  ]);
  const algorithm = sequence(der(0x06, ECDSA_WITH_SHA256));
  const common = sequence(der(0x06, COMMON_NAME), der(0x0c, ascii("test")));
  const name = sequence(der(0x31, common));
  const altNames = sequence(...names.map((name) => der(0x82, ascii(name))));
  const body = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [1]),
    algorithm,
    name,
    sequence(...VALIDITY.map((time) => der(0x17, ascii(time)))),
    name,
    new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
    der(0xa3, sequence(sequence(der(0x06, ALT_NAME), der(0x04, altNames)))),
  );
  const halves = new Uint8Array(
    await crypto.subtle.sign(ECDSA, privateKey, Uint8Array.from(body)),
  );
  const signature = sequence(integer(halves.subarray(0, 32)), integer(halves.subarray(32)));
  return {
    cert: pem("CERTIFICATE", Uint8Array.from(sequence(body, algorithm, bits(signature)))),
    key: pem("PRIVATE KEY", new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey))),
  };
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
