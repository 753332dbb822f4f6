/** A few characters as bytes: an encoder takes longer to be called than they take to be written. */

/**
 * Writes a short text that is ASCII.
 *
 * @param target Has `text.length` bytes left from `offset` on.
 * @returns The offset behind the last byte; `undefined` for other texts, of which parts may have been written.
 */
export function writeAscii(text: string, target: Uint8Array, offset: number): number | undefined {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return undefined;
    target[offset + index] = code;
  }
  return offset + text.length;
}
