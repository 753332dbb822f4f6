/** What `../kernel.wasm` exports. */
export * from "./resample";
export * from "../../scaled_jpeg/assembly/jpeg_exports";
