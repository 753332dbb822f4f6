/** Raw files as cameras write them, without a sensor's data: a TIFF of several directories, with JPEGs in it. */

/** A tag's values: a LONG each, a JPEG's place, or the places of other directories by their numbers. */
type TagValue =
  | number
  | { readonly placeOf: Uint8Array }
  | { readonly directories: readonly number[] };

/** What a file is of. */
export interface RawFileParts {
  readonly isLittle?: boolean;
  /** In place of TIFF's 42. */
  readonly version?: number;
  /** The first is IFD0. */
  readonly directories: readonly Readonly<Record<number, TagValue>>[];
  /** Numbers of the directories that follow each other from IFD0 on. */
  readonly chain?: readonly number[];
}

const LONG = 4;

/** Writes it: head, directories, lists of directories, JPEGs. */
export function rawFile(
  { isLittle = true, version = 42, directories, chain = [0] }: RawFileParts,
): Uint8Array<ArrayBuffer> {
  const starts: number[] = [];
  let end = 8;
  for (const tags of directories) {
    starts.push(end);
    end += 2 + Object.keys(tags).length * 12 + 4;
  }
  const blobs: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  const place = (bytes: Uint8Array) => {
    blobs.push({ at: end, bytes });
    end += bytes.length;
    return end - bytes.length;
  };
  const longs = (values: readonly number[]) => {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, at) => view.setUint32(at * 4, value, isLittle));
    return new Uint8Array(view.buffer);
  };
  const entries = directories.map((tags) =>
    Object.entries(tags).map(([tag, value]) => {
      if (typeof value === "number") return [Number(tag), 1, value] as const;
      if ("placeOf" in value) return [Number(tag), 1, place(value.placeOf)] as const;
      const places = value.directories.map((number) => starts[number] as number);
      return places.length === 1
        ? [Number(tag), 1, places[0] as number] as const
        : [Number(tag), places.length, place(longs(places))] as const;
    })
  );
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  view.setUint16(0, isLittle ? 0x4949 : 0x4d4d);
  view.setUint16(2, version, isLittle);
  view.setUint32(4, 8, isLittle);
  entries.forEach((tags, number) => {
    let at = starts[number] as number;
    view.setUint16(at, tags.length, isLittle);
    at += 2;
    for (const [tag, count, value] of tags) {
      view.setUint16(at, tag, isLittle);
      view.setUint16(at + 2, LONG, isLittle);
      view.setUint32(at + 4, count, isLittle);
      view.setUint32(at + 8, value, isLittle);
      at += 12;
    }
    const follower = chain[chain.indexOf(number) + 1];
    const follows = chain.includes(number) && follower !== undefined;
    view.setUint32(at, follows ? starts[follower] as number : 0, isLittle);
  });
  for (const { at, bytes } of blobs) file.set(bytes, at);
  return file;
}

/** As NEFs are: a small picture in IFD0, sensor data in a directory below it, and a preview in another. */
export function nefFile(preview: Uint8Array, thumbnail: Uint8Array): Uint8Array<ArrayBuffer> {
  return rawFile({
    isLittle: false,
    directories: [
      { 0x100: 160, 0x101: 120, 0x103: 1, 0x14a: { directories: [2, 3] } },
      { 0x201: { placeOf: thumbnail }, 0x202: thumbnail.length },
      { 0x201: { placeOf: preview }, 0x202: preview.length },
      { 0x100: 6000, 0x101: 4000, 0x103: 34713 },
    ],
    chain: [0, 1],
  });
}
