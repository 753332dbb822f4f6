/** Measures a link against its own settings: delay by small messages, bandwidth by large ones. */
import { summarize } from "../timing/statistics.ts";
import { epochMs } from "../timing/clock.ts";
import type { LinkProcess } from "./link_process.ts";

/** What the link should do and what it does. */
export interface LinkAccuracy {
  readonly rttMs: number;
  /** Medians; the round trip of the machine's own loopback, by the same messages, is taken off. */
  readonly rttMsMeasured: number;
  readonly loopbackRttMs: number;
  readonly mbitPerSecond: number | null;
  readonly mbitPerSecondUp: number | null;
  readonly mbitPerSecondDown: number | null;
}

/** How far a link may be off. */
export const RTT_ERROR_MS_MAX = 1;
/** As a fraction of the bandwidth. */
export const BANDWIDTH_ERROR_MAX = 0.03;

/** Time that a bandwidth measurement fills the line. */
const TRANSFER_MS = 600;

/** Whether the figures are within the limits above. */
export function isAccurate(accuracy: LinkAccuracy): boolean {
  const { rttMs, rttMsMeasured, mbitPerSecond, mbitPerSecondUp, mbitPerSecondDown } = accuracy;
  const isNear = (measured: number | null) =>
    mbitPerSecond === null || measured === null ||
    Math.abs(measured / mbitPerSecond - 1) <= BANDWIDTH_ERROR_MAX;
  return Math.abs(rttMsMeasured - rttMs) <= RTT_ERROR_MS_MAX &&
    isNear(mbitPerSecondUp) && isNear(mbitPerSecondDown);
}

/** Takes some two seconds. */
export async function measureLink(link: LinkProcess, pings = 30): Promise<LinkAccuracy> {
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  serveMeter(server);
  const { port } = server.addr;
  const url = await link.through(`http://127.0.0.1:${port}`);
  const shapedPort = Number(new URL(url).port);
  const { rttMs, mbitPerSecond } = link.profile;
  const isShaped = Number.isFinite(mbitPerSecond);
  const bytes = Math.round(mbitPerSecond * 125 * TRANSFER_MS);
  const loopbackRttMs = await pingMs(port, pings);
  return {
    rttMs,
    rttMsMeasured: await pingMs(shapedPort, pings) - loopbackRttMs,
    loopbackRttMs,
    mbitPerSecond: isShaped ? mbitPerSecond : null,
    mbitPerSecondUp: isShaped ? await uploadRate(shapedPort, bytes) : null,
    mbitPerSecondDown: isShaped ? await downloadRate(shapedPort, bytes) : null,
  };
}

/** Four letters and a number of bytes: echo a letter, take bytes and tell how fast they came, or send bytes. */
const COMMAND_BYTES = 16;

function command(name: "ping" | "take" | "send", count: number): Uint8Array {
  return new TextEncoder().encode(`${name}${String(count).padStart(COMMAND_BYTES - 4)}`);
}

async function serveMeter(listener: Deno.TcpListener): Promise<void> {
  try {
    for await (const connection of listener) void answer(connection);
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

async function answer(connection: Deno.TcpConn): Promise<void> {
  using _ = connection;
  connection.setNoDelay(true);
  for (;;) {
    const head = await readExactly(connection, COMMAND_BYTES);
    if (head === undefined) return;
    const text = new TextDecoder().decode(head);
    const count = Number(text.slice(4));
    if (text.startsWith("ping")) await connection.write(new Uint8Array(1));
    if (text.startsWith("send")) await sendBytes(connection, count);
    if (text.startsWith("take")) {
      const rate = await receiveRate(connection, count);
      await connection.write(new Uint8Array(new Float64Array([rate]).buffer));
    }
  }
}

async function pingMs(port: number, count: number): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  const samples: number[] = [];
  for (let ping = 0; ping < count + 3; ping++) {
    const started = epochMs();
    await connection.write(command("ping", 0));
    await readExactly(connection, 1);
    samples.push(epochMs() - started);
  }
  // The first ones open the connection and compile the code.
  return summarize(samples.slice(3)).p50;
}

async function uploadRate(port: number, bytes: number): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(command("take", bytes));
  await sendBytes(connection, bytes);
  const rate = await readExactly(connection, 8) ?? new Uint8Array(8);
  return new DataView(rate.buffer).getFloat64(0, true);
}

async function downloadRate(port: number, bytes: number): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(command("send", bytes));
  return await receiveRate(connection, bytes);
}

async function sendBytes(connection: Deno.TcpConn, count: number): Promise<void> {
  const block = new Uint8Array(65_536);
  for (let sent = 0; sent < count;) {
    sent += await connection.write(block.subarray(0, Math.min(block.length, count - sent)));
  }
}

/** Megabits a second from the end of the first piece to the end of the last. */
async function receiveRate(connection: Deno.TcpConn, count: number): Promise<number> {
  const buffer = new Uint8Array(262_144);
  let received = await connection.read(buffer) ?? 0;
  const first = received;
  const started = epochMs();
  while (received < count) received += await connection.read(buffer) ?? count;
  return ((received - first) * 8) / 1000 / (epochMs() - started);
}

async function readExactly(
  connection: Deno.TcpConn,
  count: number,
): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    const read = await connection.read(bytes.subarray(filled));
    if (read === null) return undefined;
    filled += read;
  }
  return bytes;
}
