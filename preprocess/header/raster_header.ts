/** A head, as far as it could be read. */
export interface RasterHeader {
  /** Width and height in pixels; 0 where the file does not say. */
  readonly width: number;
  readonly height: number;
  /** Bytes a pixel as the file has it unpacked, parts of one where several pixels share it; absent where the head ends before that. */
  readonly sampleBytes?: number;
  /** Bytes a pixel that decoding holds at once, beside the file; absent where the format alone tells. */
  readonly heldBytes?: number;
  /** Strips or tiles, where the file says that it has some. */
  readonly parts?: number;
  /** From where the picture is to be turned upright for `orient=exif`, 1 to 8 (EXIF's numbers); 1 unless given. */
  readonly orientation?: number;
}
