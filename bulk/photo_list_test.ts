import assert from "node:assert/strict";
import { parseList } from "./photo_list.ts";

Deno.test("parseList() takes paths and addresses, with ids or by themselves", () => {
  const lines = [
    "a/b.jpg",
    "/mnt/bucket/c d.jpg\tc",
    "",
    "https://bucket.example/e.jpg?signature=secret",
    "HTTP://bucket.example/f.jpg?x=1\tf\r",
    "#no comment.jpg",
  ];
  assert.deepEqual(parseList(lines.join("\n")), [
    { source: "a/b.jpg", id: "a/b.jpg" },
    { source: "/mnt/bucket/c d.jpg", id: "c" },
    {
      source: "https://bucket.example/e.jpg?signature=secret",
      id: "https://bucket.example/e.jpg",
    },
    { source: "HTTP://bucket.example/f.jpg?x=1", id: "f" },
    { source: "#no comment.jpg", id: "#no comment.jpg" },
  ]);
});

for (
  const [text, message] of [
    ["", /no photo/],
    ["\n\r\n", /no photo/],
    ["a\tb\tc", /line 1: it must be a path or an address, and may have a tab/],
    ["a\n\tb", /line 2: it must be/],
    ["a\t", /line 1: it must be/],
    ["s3://bucket/a.jpg", /line 1: an address must be http or https: mount a bucket/],
    ["file:///a.jpg", /line 1: an address must be/],
    ["https://", /line 1: an address must be/],
    ["a\n\nb\ta", /line 3: line 1 has the same id/],
    ["https://h/a?1\nhttps://h/a?2", /line 2: line 1 has the same id/],
  ] as const
) {
  Deno.test(`parseList() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseList(text), message);
  });
}
