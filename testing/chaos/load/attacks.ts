/** Ways to hold a connection and give it as little as possible. */

/** One of them. */
export interface Attack {
  readonly about: string;
  /** Sent at once. */
  readonly first: string;
  /** Sent byte by byte from then on, over and over. */
  readonly drip: string;
  readonly dripMs: number;
  /** Whether replies are left in the kernel. */
  readonly isDeaf: boolean;
}

const POST = "POST /embed HTTP/1.1\r\nhost: gateway\r\ncontent-type: image/jpeg\r\n";
/** A request whose reply is long and which may follow itself. */
const ASK = "GET /metrics HTTP/1.1\r\nhost: gateway\r\n\r\n";
const SECOND_MS = 1000;
/** More than the kernel keeps of replies that nobody reads. */
const ASKED = 200;

/** All of them, by name. */
export const ATTACKS = {
  slow_body: {
    about: "a body of 1 MB, a byte a second",
    first: `${POST}content-length: 1000000\r\n\r\n`,
    drip: "x",
    dripMs: SECOND_MS,
    isDeaf: false,
  },
  chunked: {
    about: "a body of no declared length, of which ten bytes come",
    first: `${POST}transfer-encoding: chunked\r\n\r\na\r\n0123456789\r\n`,
    drip: "",
    dripMs: SECOND_MS,
    isDeaf: false,
  },
  slow_head: {
    about: "a head, a byte a second",
    first: "P",
    drip: POST.slice(1) + "x-slow: ".padEnd(500, "slow"),
    dripMs: SECOND_MS,
    isDeaf: false,
  },
  silent: {
    about: "nothing at all",
    first: "",
    drip: "",
    dripMs: SECOND_MS,
    isDeaf: false,
  },
  deaf: {
    about: `${ASKED} requests in a row, whose replies are never read`,
    first: ASK.repeat(ASKED),
    drip: "",
    dripMs: SECOND_MS,
    isDeaf: true,
  },
} as const satisfies Record<string, Attack>;

/** Name of an attack. */
export type AttackName = keyof typeof ATTACKS;

/** All of them. */
export const ATTACK_NAMES = Object.keys(ATTACKS) as readonly AttackName[];
