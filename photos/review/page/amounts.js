/** Amounts, as people read them. */

/** Bytes, in kB or MB. */
export function bytesText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** A number with its noun. */
export function countText(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Width and height in pixels; nothing where nobody knows them. */
export function sizeText({ width, height }) {
  return width === undefined ? "" : `${width} × ${height}`;
}

/** A path's last part, and what is before it. */
export function splitPath(path) {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { name: path.slice(at + 1), folder: path.slice(0, at + 1) };
}
