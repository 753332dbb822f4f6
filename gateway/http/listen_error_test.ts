/** The errors are those that the system gives, where it can be made to. */
import assert from "node:assert/strict";
import { ListenError } from "./listen_error.ts";

/** What comes of listening there, as a user reads it. */
function messageAt(host: string, port: number): string {
  try {
    Deno.listen({ hostname: host, port }).close();
  } catch (cause) {
    return new ListenError({ host, port }, cause).message;
  }
  throw new Error("Nothing stood in the way");
}

Deno.test("ListenError names both settings and says that a port is taken", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assert.match(
    messageAt("127.0.0.1", port),
    new RegExp(
      `^Cannot listen on GATEWAY_HOST=127.0.0.1 at GATEWAY_PORT=${port}: another program has`,
    ),
  );
});

// Of a network that is for documents alone (RFC 5737).
Deno.test("ListenError says that an address is not this machine's", () => {
  assert.match(
    messageAt("192.0.2.1", 0),
    /GATEWAY_HOST=192\.0\.2\.1 .*no such address; 127\.0\.0\.1/,
  );
});

Deno.test("ListenError says that a name is not known", () => {
  assert.match(
    messageAt("no-such-host.invalid", 0),
    /=no-such-host\.invalid .*no such host is known/,
  );
});

for (
  const [cause, port, reason] of [
    [new Deno.errors.PermissionDenied("denied"), 80, /choose a higher one.*CAP_NET_BIND_SERVICE$/],
    [new Deno.errors.PermissionDenied("denied"), 8080, /: the system does not allow it$/],
    [new Deno.errors.NotCapable("net"), 8080, /not allowed to; deno task start/],
    [new Error("Too many open files (os error 24)"), 8080, /limit of open files .*LimitNOFILE/],
    [new Error("Protocol not supported"), 8080, /: Protocol not supported$/],
  ] as const
) {
  Deno.test(`ListenError says what to do about ${cause.message} at port ${port}`, () => {
    const error = new ListenError({ host: "::1", port }, cause);
    assert.match(error.message, reason);
    assert.equal(error.cause, cause);
  });
}
