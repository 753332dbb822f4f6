import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import type { EmbedInput } from "../contract/embed_request.ts";
import { GatewayError } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import { TextReader, type TextTokenizer } from "./text_reader.ts";
import { TextTurns } from "./text_turns.ts";

/** An id a letter, three at most; a blank has none. */
const LETTERS: TextTokenizer = {
  encode: (text) => {
    const ids = [...text.replaceAll(" ", "")].map((letter) => letter.codePointAt(0) ?? 0);
    const padded = [1, ...ids.slice(0, 3), 2, 0, 0, 0].slice(0, 5);
    const count = Math.min(ids.length, 3) + 2;
    return { ids: Int32Array.from(padded), count, isTruncated: ids.length > 3 };
  },
};

const TURN: Disposable = { [Symbol.dispose]: () => {} };

function createTrial(
  tokenizer = LETTERS,
  turns: Pick<TextTurns, "first" | "next"> = new TextTurns(),
) {
  const telemetry = new RecordingTelemetry();
  const reader = new TextReader({ tokenizer, telemetry, turns });
  const stamps: number[] = [];
  const read = async (
    texts: readonly EmbedInput[],
    deadline = new Deadline({ timeoutMs: 1000 }),
  ) => {
    using _ = deadline;
    const stamp = (_phase: string, milliseconds: number) => void stamps.push(milliseconds);
    return await reader.read(texts, { deadline, stamp });
  };
  return { telemetry, stamps, read };
}

const idsOf = (input: unknown) =>
  input instanceof Uint8Array ? [...new Int32Array(input.buffer)] : (input as GatewayError).code;

Deno.test("TextReader.read() gives ids as bytes, in order, counts them, and says which texts lost their end", async () => {
  const { read, telemetry } = createTrial();
  const error = new GatewayError("text_too_long", "Cannot");
  const { inputs, truncated, tokens } = await read(["ab", "abcd", error, "xyz", "wxyz"]);
  assert.deepEqual(inputs.map(idsOf), [
    [1, 97, 98, 2, 0],
    [1, 97, 98, 99, 2],
    "text_too_long",
    [1, 120, 121, 122, 2],
    [1, 119, 120, 121, 2],
  ]);
  assert.deepEqual([truncated, tokens], [[1, 4], 4 + 5 + 5 + 5]);
  assert.deepEqual(telemetry.lines, ["text", "text truncated", "text", "text truncated"]);
});

Deno.test("TextReader.read() refuses a text that nothing is left of, which every tokenizer tells", async () => {
  const { read, telemetry } = createTrial();
  const { inputs, truncated, tokens } = await read(["", " ", "a"]);
  assert.deepEqual(inputs.map(idsOf), ["invalid_text", "invalid_text", [1, 97, 2, 0, 0]]);
  assert.deepEqual([truncated, tokens, telemetry.lines], [[], 3, ["text"]]);
});

Deno.test("TextReader.read() lets others have a turn every few milliseconds, and counts its own time alone", async () => {
  using clock = stopTime();
  const slow: TextTokenizer = {
    encode: (text) => {
      if (text !== "") clock.hold(4);
      return LETTERS.encode(text);
    },
  };
  const { read, stamps } = createTrial(slow);
  const reading = read(["a", "b", "c", "d", "e"]);
  assert.deepEqual(stamps, [8]);
  await clock.tick(100);
  await reading;
  assert.deepEqual(stamps, [8, 8, 4]);
});

Deno.test("TextReader.read() waits for its turn behind other requests", async () => {
  using clock = stopTime();
  const turn = Promise.withResolvers<Disposable>();
  const slow: TextTokenizer = {
    encode: (text) => {
      if (text !== "") clock.hold(6);
      return LETTERS.encode(text);
    },
  };
  const { read, stamps } = createTrial(slow, {
    first: () => Promise.reject(new Error("They are short")),
    next: () => turn.promise,
  });
  const reading = read(["a", "b"]);
  await clock.tick(100);
  assert.deepEqual(stamps, [6]);
  turn.resolve(TURN);
  await reading;
  assert.deepEqual(stamps, [6, 6]);
});

Deno.test("TextReader.read() of long texts waits before the first of them", async () => {
  const turn = Promise.withResolvers<Disposable>();
  const turns = { first: () => turn.promise, next: () => Promise.resolve(TURN) };
  const { read, stamps } = createTrial(LETTERS, turns);
  const long = read(["a".repeat(1000), "b".repeat(25)]);
  await read(["a".repeat(1000), "b".repeat(24)]);
  assert.equal(stamps.length, 1);
  turn.resolve(TURN);
  await long;
  assert.equal(stamps.length, 2);
});

Deno.test("TextReader.read() ends with the deadline between two turns", async () => {
  using clock = stopTime();
  let encoded = 0;
  const slow: TextTokenizer = {
    encode: (text) => {
      if (text !== "") clock.hold(600);
      encoded++;
      return LETTERS.encode(text);
    },
  };
  const { read } = createTrial(slow);
  const failure = rejectedBy(read(["a", "b", "c", "d"], new Deadline({ timeoutMs: 1000 })));
  await clock.tick(2000);
  assert.equal((await failure).code, "deadline_exceeded");
  assert.equal(encoded, 3);
});
