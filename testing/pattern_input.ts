/** A model input for tests that need no photo. */
import type { GoldenPhoto } from "../models/export/golden_embedding.ts";
import type { ImageManifest } from "../models/contract/manifest.ts";

/**
 * A test picture of level x in red, y in green and x xor y in blue, normalised as the manifest says: contours of every
 * size in every direction, from whole numbers only, so every machine makes the same bits.
 */
export function patternInput(manifest: ImageManifest): GoldenPhoto {
  const { size, mean, std } = manifest.preprocess;
  const levels = [
    (x: number, _y: number) => x,
    (_x: number, y: number) => y,
    (x: number, y: number) => x ^ y,
  ];
  const area = size ** 2;
  const crop = new Uint8Array(3 * area);
  const input = new Float32Array(3 * area);
  levels.forEach((level, channel) => {
    const [channelMean, channelStd] = [mean[channel] as number, std[channel] as number];
    for (let pixel = 0; pixel < area; pixel++) {
      const value = level(pixel % size, Math.floor(pixel / size)) & 255;
      crop[3 * pixel + channel] = value;
      input[channel * area + pixel] = (value / 255 - channelMean) / channelStd;
    }
  });
  return { sample: { photo: "pattern" }, crop, input };
}
