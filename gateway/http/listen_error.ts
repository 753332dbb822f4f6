/** Why nobody can listen at an address, in words of the settings that it comes from. */

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** The socket cannot be opened; the message is for whoever set the address, the cause is Deno's. */
export class ListenError extends Error {
  constructor({ host, port }: ListenAddress, cause: unknown) {
    const reason = reasonOf(cause, port);
    super(`Cannot listen on GATEWAY_HOST=${host} at GATEWAY_PORT=${port}: ${reason}`, { cause });
    this.name = "ListenError";
  }
}

/** Linux' `net.ipv4.ip_unprivileged_port_start`, unless somebody changed it. */
const PRIVILEGED_BELOW = 1024;

function reasonOf(cause: unknown, port: number): string {
  const { errors } = Deno;
  if (cause instanceof errors.AddrInUse) {
    return "another program has that port; stop it, or choose another one, 0 for any that is free";
  }
  if (cause instanceof errors.AddrNotAvailable) {
    return "this machine has no such address; 127.0.0.1 is for itself, 0.0.0.0 for its networks";
  }
  if (cause instanceof errors.PermissionDenied) {
    return port < PRIVILEGED_BELOW
      ? `ports below ${PRIVILEGED_BELOW} are not for every user; choose a higher one, or give the service ` +
        "CAP_NET_BIND_SERVICE"
      : "the system does not allow it";
  }
  if (cause instanceof errors.NotCapable) {
    return "Deno was not allowed to; deno task start and gateway/command.sh grant what is set";
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/look ?up|resolve/.test(text)) return `no such host is known (${text})`;
  if (/Too many open files/.test(text)) {
    return "the limit of open files is too low; raise it (ulimit -n, LimitNOFILE) to 65536";
  }
  return text;
}
