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

/** How a photo was made, by names that people know: what tells two shots apart. */
const SETTINGS: readonly (readonly [
  directory: "Image" | "Photo",
  tag: string,
  name: string,
  text: (value: unknown) => string,
])[] = [
  ["Photo", "ExposureTime", "Exposure", exposureText],
  ["Photo", "FNumber", "Aperture", (value) => `f/${value}`],
  ["Photo", "ISOSpeedRatings", "ISO", String],
  ["Photo", "FocalLength", "Focal length", (value) => `${value} mm`],
  ["Photo", "LensModel", "Lens", String],
  ["Photo", "ExposureBiasValue", "Exposure bias", String],
  ["Image", "Orientation", "Orientation", String],
  ["Image", "Software", "Software", String],
];

/** Reads how a photo was made, as texts by their names; nothing where there is no EXIF. */
export function readSettings(bytes: Uint8Array): Readonly<Record<string, string>> {
  const directories: Partial<Record<"Image" | "Photo", object>> = readBlock(bytes) ?? {};
  return Object.fromEntries(SETTINGS.flatMap(([directory, tag, name, text]) => {
    const value = Object.entries(directories[directory] ?? {}).find(([key]) => key === tag)?.[1];
    if (typeof value !== "string" && typeof value !== "number") return [];
    return [[name, text(value).replaceAll("\0", "").trim().slice(0, CAMERA_LENGTH_MAX)]];
  }));
}

function exposureText(value: unknown): string {
  const seconds = Number(value);
  return seconds > 0 && seconds < 1 ? `1/${Math.round(1 / seconds)} s` : `${value} s`;
}

/** Reads the EXIF of a JPEG or a TIFF; nothing where there is none, or none that can be read. */
export function readExif(bytes: Uint8Array): CameraFacts {
  const found = readBlock(bytes);
  if (found === undefined) return NOTHING;
  const { Image, Photo } = found;
  const { DateTimeOriginal: taken, SubSecTimeOriginal: fraction } = Photo ?? {};
  return {
    takenAt: taken instanceof Date && taken.getTime() >= FIRST_PHOTO
      ? localTime(taken, fraction)
      : undefined,
    camera: cameraName(Image?.Make, Image?.Model),
  };
}

/** `undefined` where there is no EXIF, or none that can be read. */
function readBlock(bytes: Uint8Array): ReturnType<typeof exif> | undefined {
  const block = isTiff(bytes) ? bytes : jpegExif(bytes);
  if (block === undefined) return undefined;
  try {
    return exif(Buffer.from(block.buffer, block.byteOffset, block.byteLength));
  } catch {
    return undefined;
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
