/** When and by what a photo was taken, by its EXIF (CIPA DC-008). */
import { Buffer } from "node:buffer";
import exif from "exif-reader";

/** What a camera says of a photo. */
export interface CameraFacts {
  /** The camera's own clock, which knows no zone: `2026-11-26T18:30:00`, with milliseconds where there are some. */
  readonly takenAt: string | undefined;
  readonly camera: string | undefined;
}

const NOTHING: CameraFacts = { takenAt: undefined, camera: undefined };
const APP1 = 0xe1;
const SOS = 0xda;
/** Nothing digital is older: a clock that was never set writes zeros, which come out as 1899. */
const FIRST_PHOTO = Date.UTC(1980);
const HEADER = "Exif\0\0";
/** A camera's name is short; what is longer is something else. */
const CAMERA_LENGTH_MAX = 100;

/** Reads the EXIF of a JPEG or a TIFF; nothing where there is none, or none that can be read. */
export function readExif(bytes: Uint8Array): CameraFacts {
  const block = isTiff(bytes) ? bytes : jpegExif(bytes);
  if (block === undefined) return NOTHING;
  try {
    const { Image, Photo } = exif(Buffer.from(block.buffer, block.byteOffset, block.byteLength));
    const { DateTimeOriginal: taken, SubSecTimeOriginal: fraction } = Photo ?? {};
    return {
      takenAt: taken instanceof Date && taken.getTime() >= FIRST_PHOTO
        ? localTime(taken, fraction)
        : undefined,
      camera: cameraName(Image?.Make, Image?.Model),
    };
  } catch {
    return NOTHING;
  }
}

/** The reader takes the camera's time for UTC. */
function localTime(taken: Date, fraction: unknown): string {
  const seconds = taken.toISOString().slice(0, 19);
  const digits = typeof fraction === "string" ? /^\d{1,3}/.exec(fraction.trim())?.[0] : undefined;
  return digits === undefined ? seconds : `${seconds}.${digits.padEnd(3, "0")}`;
}

function cameraName(make: unknown, model: unknown): string | undefined {
  const [maker, name] = [make, model].map((part) =>
    typeof part === "string" ? part.replaceAll("\0", "").trim() : ""
  ) as [string, string];
  // Most say their maker in their model's name again.
  const whole = name.toLowerCase().startsWith(maker.toLowerCase()) ? name : `${maker} ${name}`;
  const camera = whole.trim().slice(0, CAMERA_LENGTH_MAX);
  return camera === "" ? undefined : camera;
}

/** The EXIF segment of a JPEG, from its header on. */
function jpegExif(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    if (marker === SOS) return undefined;
    const length = (bytes[at + 2] as number) << 8 | bytes[at + 3] as number;
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (marker === APP1 && latin1(segment.subarray(0, HEADER.length)) === HEADER) return segment;
    at += 2 + length;
  }
  return undefined;
}

function isTiff(bytes: Uint8Array): boolean {
  return ["II*\0", "MM\0*"].includes(latin1(bytes.subarray(0, 4)));
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
