import assert from "node:assert/strict";
import { isSampled, readTraceContext } from "./trace_context.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const PARENT = `00-${TRACE}-${SPAN}-01`;

const read = (traceparent: string, tracestate?: string) =>
  readTraceContext(new Headers({ traceparent, ...tracestate !== undefined && { tracestate } }));

Deno.test("readTraceContext() gives nothing without the header, whatever the state says", () => {
  assert.equal(readTraceContext(new Headers()), undefined);
  assert.equal(readTraceContext(new Headers({ tracestate: "a=1" })), undefined);
});

Deno.test("readTraceContext() takes a caller's span and its state", () => {
  assert.deepEqual(read(PARENT), { traceId: TRACE, traceparent: PARENT });
  assert.deepEqual(read(PARENT, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"), {
    traceId: TRACE,
    traceparent: PARENT,
    tracestate: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
  });
});

for (
  const [what, text, passedOn] of [
    ["a later version", `01-${TRACE}-${SPAN}-01`, PARENT],
    ["a later version with more behind it", `cc-${TRACE}-${SPAN}-01-what-the-future-holds`, PARENT],
    ["flags that nobody knows", `00-${TRACE}-${SPAN}-ff`, `00-${TRACE}-${SPAN}-03`],
    ["no flag", `00-${TRACE}-${SPAN}-00`, `00-${TRACE}-${SPAN}-00`],
  ] as const
) {
  Deno.test(`readTraceContext() passes on ${what} as version 00 has it`, () => {
    assert.equal(read(text)?.traceparent, passedOn);
  });
}

for (
  const [what, text] of [
    ["nothing", ""],
    ["version ff", `ff-${TRACE}-${SPAN}-01`],
    ["more than version 00 has", `${PARENT}-what`],
    ["a version of one digit", `0-${TRACE}-${SPAN}-01`],
    ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["upper case", PARENT.toUpperCase()],
    ["a trace that is short", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["other letters", `00-${TRACE}-${SPAN.replace("b", "g")}-01`],
    ["no flags", `00-${TRACE}-${SPAN}`],
    ["a later version that runs on without a dash", `01-${TRACE}-${SPAN}-01what`],
    ["two of them", `${PARENT}, ${PARENT}`],
  ] as const
) {
  Deno.test(`readTraceContext() ignores ${what}, and the state beside it`, () => {
    assert.equal(read(text, "a=1"), undefined);
  });
}

for (
  const [what, state] of [
    ["is empty", ""],
    ["is too long", `a=${"x".repeat(511)}`],
    ["has too many members", Array.from({ length: 33 }, (_, index) => `k${index}=1`).join()],
    ["has other letters", "a=\u00e4"],
  ] as const
) {
  Deno.test(`readTraceContext() drops a state that ${what}, and keeps the rest`, () => {
    assert.deepEqual(read(PARENT, state), { traceId: TRACE, traceparent: PARENT });
  });
}

Deno.test("readTraceContext() joins the lines of a state", () => {
  const headers = new Headers({ traceparent: PARENT });
  headers.append("tracestate", "a=1");
  headers.append("tracestate", "b=2");
  assert.equal(readTraceContext(headers)?.tracestate, "a=1, b=2");
});

Deno.test("isSampled() reads the one flag", () => {
  const flags = ["00", "01", "02", "03"].map((flag) => read(`00-${TRACE}-${SPAN}-${flag}`));
  assert.deepEqual(flags.map((context) => context && isSampled(context)), [
    false,
    true,
    false,
    true,
  ]);
});
