/** Model inputs that differ in what a model sees: waves of other direction and length, or other words. */
import type { EngineDescription } from "../gateway/engine/engine.ts";

/** What of an engine decides how its inputs look. */
export type WaveTarget = Pick<EngineDescription, "inputDatatype" | "inputByteLength">;

const CHANNELS = 3;

/**
 * The bytes of an input slot, f32 [3, side, side], u8 [side, side, 3] or i32 [length] as the engine wants them; equal for
 * equal seeds.
 *
 * Waves rather than noise: averaged over blocks noise is the same gray everywhere.
 */
export function waveInput(seed: number, engine: WaveTarget): Uint8Array<ArrayBuffer> {
  if (engine.inputDatatype === "INT32") return wordInput(seed, engine.inputByteLength / 4);
  const isFloat = engine.inputDatatype === "FP32";
  const elements = isFloat ? engine.inputByteLength / 4 : engine.inputByteLength;
  const area = elements / CHANNELS;
  const side = Math.sqrt(area);
  const values = new Float32Array(elements);
  const [turnsX, turnsY] = [1 + (seed % 5), 1 + (Math.floor(seed / 5) % 5)];
  for (let channel = 0; channel < CHANNELS; channel++) {
    const phase = seed + channel;
    for (let pixel = 0; pixel < area; pixel++) {
      const turns = (turnsX * (pixel % side) + turnsY * Math.floor(pixel / side)) / side;
      const index = isFloat ? channel * area + pixel : pixel * CHANNELS + channel;
      values[index] = Math.sin(2 * Math.PI * turns + phase);
    }
  }
  if (isFloat) return new Uint8Array(values.buffer);
  return Uint8Array.from(values, (value) => Math.round(127.5 + 127 * value));
}

/** Ids below 256, which every vocabulary has, and zeros behind the text. */
function wordInput(seed: number, length: number): Uint8Array<ArrayBuffer> {
  const words = Array.from({ length: 5 }, (_, index) => 1 + (37 * (seed + 1) * (index + 1)) % 255);
  const ids = new Int32Array(length);
  ids.set([...words, 255].slice(0, length));
  return new Uint8Array(ids.buffer);
}
