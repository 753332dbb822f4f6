import { pixelBytes, type PixelExtent, type PixelImage } from "../contract/pixels.ts";

/** Whether axes swap, then whether source columns and rows run backwards. */
interface Transform {
  readonly swap: boolean;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

/** How each EXIF orientation maps. */
const TRANSFORMS: Record<number, Transform> = {
  2: { swap: false, flipX: true, flipY: false },
  3: { swap: false, flipX: true, flipY: true },
  4: { swap: false, flipX: false, flipY: true },
  5: { swap: true, flipX: false, flipY: false },
  6: { swap: true, flipX: false, flipY: true },
  7: { swap: true, flipX: true, flipY: true },
  8: { swap: true, flipX: true, flipY: false },
};

/**
 * Turns pixels upright by their EXIF orientation, as Pillow's `ImageOps.exif_transpose`.
 *
 * @returns The image itself for orientation 1, else a fresh copy.
 */
export function applyOrientation(image: PixelImage, orientation: number): PixelImage {
  const transform = TRANSFORMS[orientation];
  if (transform === undefined) return image;
  const { swap, flipX, flipY } = transform;
  const { data } = image;
  const bytes = pixelBytes(image);
  const width = swap ? image.height : image.width;
  const height = swap ? image.width : image.height;
  const result = new Uint8Array(width * height * bytes);
  let out = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = swap ? y : x;
      const row = swap ? x : y;
      const sourceX = flipX ? image.width - 1 - column : column;
      const sourceY = flipY ? image.height - 1 - row : row;
      const source = (sourceY * image.width + sourceX) * bytes;
      for (let byte = 0; byte < bytes; byte++) {
        result[out++] = data[source + byte] as number;
      }
    }
  }
  const turned = { ...image, width, height, data: result };
  return image.extent === undefined ? turned : { ...turned, extent: turnExtent(image, transform) };
}

function turnExtent(
  { width, height, extent = { x: 0, y: 0, width, height } }: PixelImage,
  { swap, flipX, flipY }: Transform,
): PixelExtent {
  const x = flipX ? width - extent.x - extent.width : extent.x;
  const y = flipY ? height - extent.y - extent.height : extent.y;
  return swap
    ? { x: y, y: x, width: extent.height, height: extent.width }
    : { x, y, width: extent.width, height: extent.height };
}
