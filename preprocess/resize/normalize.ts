/** From the u8 crop to the model input: torchvision's ToTensor and Normalize. */

/** Mean and standard deviation a channel, of values in 0..1, RGB. */
export interface Normalization {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** Builds a function that normalises u8 [size, size, 3] (HWC) into f32 [3, size, size] (NCHW). */
export function createNormalizer(
  settings: Normalization,
): (crop: Uint8Array, target: Float32Array) => void {
  const tables = [0, 1, 2].map((channel) => levelTable(settings, channel));
  return (crop, target) => {
    const pixels = crop.length / 3;
    tables.forEach((table, channel) => {
      let position = channel;
      const end = (channel + 1) * pixels;
      for (let out = channel * pixels; out < end; out++) {
        target[out] = table[crop[position] as number] as number;
        position += 3;
      }
    });
  };
}

/** All 256 levels of a channel; each step rounds to f32, as PyTorch's does. */
function levelTable(settings: Normalization, channel: number): Float32Array {
  const mean = Math.fround(settings.mean[channel] as number);
  const std = Math.fround(settings.std[channel] as number);
  return Float32Array.from({ length: 256 }, (_, level) => {
    const value = Math.fround(Math.fround(level) / 255);
    return Math.fround(Math.fround(value - mean) / std);
  });
}
