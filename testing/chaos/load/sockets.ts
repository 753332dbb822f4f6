/**
 * Many TCP connections on one thread, by the kernel's own calls (connect(2), send(2), recv(2), epoll(7)). Deno's
 * connections cost five times as much processor time a request, which the gateway would lack on a shared machine.
 */

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
} as const;

const AF_INET = 2;
const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const MSG_NOSIGNAL = 0x4000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 1;
const EPOLLOUT = 4;
/** `struct epoll_event` is packed on x86-64 alone. */
const EVENT_BYTES = Deno.build.arch === "x86_64" ? 12 : 16;
const EVENTS_MAX = 256;

const INTERESTS = { nothing: 0, read: EPOLLIN, write: EPOLLOUT, both: EPOLLIN | EPOLLOUT };

/** What one waits for. */
export type Interest = keyof typeof INTERESTS;

/** What happened to a connection. */
export interface SocketEvent {
  readonly descriptor: number;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
}

/** Non-blocking IPv4 connections to one place; disposing closes the library, not the connections. */
export class Sockets implements Disposable {
  readonly #library = Deno.dlopen("libc.so.6", SYMBOLS);
  readonly #epoll = this.#library.symbols.epoll_create1(0);
  readonly #events = new Uint8Array(EVENT_BYTES * EVENTS_MAX);
  readonly #view = new DataView(this.#events.buffer);
  readonly #to: Uint8Array<ArrayBuffer>;
  readonly #from: Uint8Array<ArrayBuffer> | undefined;

  /** @param localAddress What connections come from; the kernel's choice when absent. */
  constructor(to: { readonly hostname: string; readonly port: number }, localAddress?: string) {
    this.#to = socketAddress(to.hostname, to.port);
    this.#from = localAddress === undefined ? undefined : socketAddress(localAddress, 0);
  }

  /** Begins to connect, which has succeeded once the connection is writable; `undefined` where the kernel refuses. */
  open(): number | undefined {
    const { symbols } = this.#library;
    const descriptor = symbols.socket(AF_INET, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
    if (descriptor < 0) return undefined;
    symbols.setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, Int32Array.of(1), 4);
    const isBound = this.#from === undefined ||
      symbols.bind(descriptor, this.#from, this.#from.length) === 0;
    if (isBound && this.#control(EPOLL_CTL_ADD, descriptor, INTERESTS.both)) {
      // Fails as a rule, as nothing is connected at once; what became of it is an event.
      symbols.connect(descriptor, this.#to, this.#to.length);
      return descriptor;
    }
    symbols.close(descriptor);
    return undefined;
  }

  /** What `wait()` tells of a connection; that it broke, always. */
  watch(descriptor: number, interest: Interest): void {
    this.#control(EPOLL_CTL_MOD, descriptor, INTERESTS[interest]);
  }

  /** Bytes that the kernel took; negative when it took none, be it full or broken. */
  send(descriptor: number, bytes: Uint8Array<ArrayBuffer>): number {
    return this.#library.symbols.send(descriptor, bytes, BigInt(bytes.length), MSG_NOSIGNAL);
  }

  /** Bytes that came; 0 at the end and negative when the connection is broken. Only where it is readable. */
  receive(descriptor: number, buffer: Uint8Array<ArrayBuffer>): number {
    return this.#library.symbols.recv(descriptor, buffer, BigInt(buffer.length), 0);
  }

  /** Leaves. */
  close(descriptor: number): void {
    this.#library.symbols.close(descriptor);
  }

  /** Blocks this thread until something happens, for so many whole milliseconds at most. */
  wait(timeoutMs: number): SocketEvent[] {
    const { symbols } = this.#library;
    const count = symbols.epoll_wait(this.#epoll, this.#events, EVENTS_MAX, timeoutMs);
    return Array.from({ length: Math.max(0, count) }, (_, index) => {
      const events = this.#view.getUint32(index * EVENT_BYTES, true);
      return {
        descriptor: this.#view.getUint32(index * EVENT_BYTES + EVENT_BYTES - 8, true),
        // Errors and hang-ups are for whoever reads to find.
        isReadable: (events & ~EPOLLOUT) !== 0,
        isWritable: (events & EPOLLOUT) !== 0,
      };
    });
  }

  [Symbol.dispose](): void {
    this.#library.symbols.close(this.#epoll);
    this.#library.close();
  }

  #control(operation: number, descriptor: number, events: number): boolean {
    const event = new DataView(new ArrayBuffer(EVENT_BYTES));
    event.setUint32(0, events, true);
    event.setUint32(EVENT_BYTES - 8, descriptor, true);
    const bytes = new Uint8Array(event.buffer);
    return this.#library.symbols.epoll_ctl(this.#epoll, operation, descriptor, bytes) === 0;
  }
}

/** `struct sockaddr_in`. */
function socketAddress(address: string, port: number): Uint8Array<ArrayBuffer> {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part < 256))) {
    throw new TypeError(`Cannot connect to ${address} as it is no IPv4 address`);
  }
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  bytes.set(parts, 4);
  return bytes;
}
