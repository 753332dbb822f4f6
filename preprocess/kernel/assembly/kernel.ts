/** What `../kernel.wasm` exports. */
export * from "./resample";
export { BITS_END } from "../../scaled_jpeg/assembly/jpeg_layout";
export { scaleJpeg } from "../../scaled_jpeg/assembly/scaled_jpeg";
