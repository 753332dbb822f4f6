import assert from "node:assert/strict";
import { thrownBy } from "../../testing/thrown.ts";
import { AllowedHosts } from "./allowed_hosts.ts";

const ANY = new AllowedHosts(["*"]);
const SOME = new AllowedHosts(["Photos.example", "*.cdn.example", "odd.example:8443"]);

function isAllowed(url: string, hosts = SOME): boolean {
  try {
    hosts.target(url);
    return true;
  } catch {
    return false;
  }
}

Deno.test("target() gives host, port and path, in ASCII and without a last dot", () => {
  const { host, port, path } = ANY.target("HTTPS://Bücher.Example.:443/ä b/../c?d=é#e");
  assert.deepEqual({ host, port, path }, {
    host: "xn--bcher-kva.example",
    port: 443,
    path: "/c?d=%C3%A9",
  });
});

Deno.test("target() allows hosts that are listed, and those below a wildcard", () => {
  for (
    const url of [
      ...["https://photos.example/a", "https://PHOTOS.example./", "https://photos.example:443/"],
      ...["https://a.cdn.example/", "https://a.b.cdn.example/", "https://odd.example:8443/"],
    ]
  ) assert.ok(isAllowed(url), url);
});

Deno.test("target() allows no other host or port", () => {
  for (
    const url of [
      ...["https://cdn.example/", "https://xcdn.example/", "https://photos.example.evil.example/"],
      ...[
        "https://evil-photos.example/",
        "https://a.photos.example/",
        "https://photos.example:444/",
      ],
      ...["https://odd.example/", "https://a.cdn.example:8443/", "https://photos.example../"],
      ...["https://photos。evil.example/", "https://photos.example@evil.example/", "https:///"],
      ...["https://photos.example\\@evil.example/x", "https://evil.example\\.photos.example/"],
    ].filter((url) => url !== "https://photos.example\\@evil.example/x")
  ) assert.ok(!isAllowed(url), url);
});

Deno.test("target() takes a backslash for a slash, as URL's standard does, so the host is what is before it", () => {
  assert.equal(SOME.target("https://photos.example\\@evil.example/x").host, "photos.example");
});

for (
  const [reason, urls] of [
    ["it must be https", [
      ...["http://photos.example/", "ftp://photos.example/", "file:///etc/passwd", "data:,a", "x"],
      ...["gopher://photos.example/", "blob:https://photos.example/1", "//photos.example/", ""],
      // What URL's standard refuses is none either.
      ...["https://", "https://photos example/", "https://256.256.256.256/", "https://1.2.3.4.5/"],
      ...["https://[::1/", "https://photos.example:99999/", "https://%00/", "https://a%2fb/"],
      ...["https://0x100000000/", "https://08.1.1.1/"],
    ]],
    ["it must name no user", [
      ...[
        "https://me@photos.example/",
        "https://me:key@photos.example/",
        "https://:key@photos.example/",
      ],
    ]],
    ["its host must be a name", [
      ...["https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/"],
      ...[
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://017700000001/",
        "https://8.8.8.8/",
      ],
      ...["https://0/", "https://127.0.0.1./", "https://１２７.０.０.１/", "https://127。0。0。1/"],
      ...[
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[fd00::1]/",
      ],
      ...["https://[64:ff9b::7f00:1]/", "https://[2606:4700::1]/", "https://%31%32%37.0.0.1/"],
    ]],
  ] as const
) {
  Deno.test(`target() refuses with the reason that ${reason}, whatever is listed`, () => {
    for (const url of urls) {
      for (const hosts of [ANY, SOME]) {
        const { code, message } = thrownBy(() => hosts.target(url));
        assert.equal(code, "url_not_allowed", url);
        assert.ok(message.includes(`: ${reason}`), `${url}: ${message}`);
      }
    }
  });
}

Deno.test("target() with all hosts allowed still allows no other port", () => {
  assert.ok(isAllowed("https://anything.example/", ANY));
  assert.ok(!isAllowed("https://anything.example:8443/", ANY));
});

Deno.test("target() reads a redirect as relative to where it comes from", () => {
  const { url } = SOME.target("https://photos.example/a/b?c");
  assert.equal(SOME.target("d", url).path, "/a/d");
  assert.equal(thrownBy(() => SOME.target("//evil.example/", url)).code, "url_not_allowed");
});
