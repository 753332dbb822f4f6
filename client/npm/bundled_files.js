/** What a bundle has in place of files: `Deno.readFileSync()` finds them by name. */
import encoder from "@cornerstonejs/codec-libjpeg-turbo-8bit/wasm";
import decoder from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm";
import webp from "icodec/webp-dec.wasm";
import kernel from "../../preprocess/kernel/kernel.wasm";

const FILES = {
  "kernel.wasm": kernel,
  "libjpegturbowasm.wasm": encoder,
  "libjpegturbowasm_decode.wasm": decoder,
  "webp-dec.wasm": webp,
};

/** All of Deno that is asked for. */
export const Deno = { readFileSync: ({ pathname }) => FILES[pathname.split("/").at(-1)] };
