/** Addresses of IANA's registries of special-purpose addresses, each range at both of its ends. */
import assert from "node:assert/strict";
import { isPublicAddress } from "./public_address.ts";

const INNER = [
  "0.0.0.0 0.255.255.255",
  "10.0.0.0 10.255.255.255",
  "100.64.0.0 100.127.255.255",
  "127.0.0.0 127.0.0.1 127.255.255.255",
  "169.254.0.0 169.254.169.254 169.254.255.255",
  "172.16.0.0 172.31.255.255",
  "192.0.0.0 192.0.0.255",
  "192.0.2.0 192.0.2.255",
  "192.31.196.1 192.52.193.1 192.175.48.1",
  "192.88.99.0 192.88.99.255",
  "192.168.0.0 192.168.255.255",
  "198.18.0.0 198.19.255.255",
  "198.51.100.0 198.51.100.255",
  "203.0.113.0 203.0.113.255",
  "224.0.0.0 239.255.255.255",
  "240.0.0.0 255.255.255.254 255.255.255.255",
].flatMap((line) => line.split(" "));

const OUTER = [
  "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0",
  "169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0",
  "192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0",
  "198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 8.8.8.8",
].flatMap((line) => line.split(" "));

const OTHER_FORMS = [
  // Of IPv6 none, whatever is inside.
  ...["::", "::1", "::8.8.8.8", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::ffff:0:8.8.8.8"],
  ...["64:ff9b::8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1"],
  ...["2001:20::1", "2001:db8::1", "2002:808:808::1", "2002:7f00:1::1", "2606:4700::1", "3fff::1"],
  ...["5f00::1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "[::1]"],
  // Of IPv4 only what a name server says.
  ...["2130706433", "0x7f.1", "0x7f000001", "127.1", "010.0.0.1", "0127.0.0.1", "8.8", "8.8.8.8."],
  ...["8.8.8.8:443", " 8.8.8.8", "8.8.8.256", "localhost", "example.com", ""],
];

Deno.test("isPublicAddress() refuses every address that is not the whole internet's", () => {
  assert.deepEqual(INNER.filter(isPublicAddress), []);
});

Deno.test("isPublicAddress() takes their neighbours", () => {
  assert.deepEqual(OUTER.filter((address) => !isPublicAddress(address)), []);
});

Deno.test("isPublicAddress() refuses IPv6, numbers in other forms, and names", () => {
  assert.deepEqual(OTHER_FORMS.filter(isPublicAddress), []);
});
