/** What `../kernel.wasm` exports. */
export * from "./resample";
export { BITS_END } from "./jpeg_layout";
export { scaleJpeg } from "./scaled_jpeg";
