import assert from "node:assert/strict";
import { chooseJpegDecoder, jpegDecoderName } from "./jpeg_decoders.ts";
import { JPEG_CODEC_VERSION } from "./jpeg_codec.ts";
import { TURBOJPEG_VERSION } from "./turbojpeg.ts";

const LIBRARY = { path: "/lib/libturbojpeg.so" };
const NONE = { path: undefined, reason: "no libturbojpeg for darwin-aarch64" };

Deno.test("chooseJpegDecoder() takes libturbojpeg where it is to be had, unless portable is asked for", () => {
  assert.deepEqual(chooseJpegDecoder("auto", () => LIBRARY), LIBRARY);
  assert.deepEqual(chooseJpegDecoder("native", () => LIBRARY), LIBRARY);
  assert.equal(chooseJpegDecoder("portable", () => LIBRARY).path, undefined);
});

Deno.test("chooseJpegDecoder() says why there is no libturbojpeg, and fails where it must be that", () => {
  assert.deepEqual(chooseJpegDecoder("auto", () => NONE), NONE);
  assert.equal(chooseJpegDecoder("portable", () => NONE).path, undefined);
  assert.throws(() => chooseJpegDecoder("native", () => NONE), { message: NONE.reason });
});

Deno.test("jpegDecoderName() names decoder and version, so that the preprocess id differs", () => {
  assert.equal(jpegDecoderName("/lib/libturbojpeg.so"), `libturbojpeg ${TURBOJPEG_VERSION}`);
  assert.equal(jpegDecoderName(undefined), `codec-libjpeg-turbo-8bit ${JPEG_CODEC_VERSION}`);
});

Deno.test("JPEG_CODEC_VERSION is the version in the import map", async () => {
  const { imports } = JSON.parse(
    await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)),
  );
  const name = "@cornerstonejs/codec-libjpeg-turbo-8bit";
  assert.equal(imports[name], `npm:${name}@${JPEG_CODEC_VERSION}`);
});
