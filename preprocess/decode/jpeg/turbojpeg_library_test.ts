import assert from "node:assert/strict";
import { TURBOJPEG_VERSION } from "./turbojpeg.ts";
import { findTurboJpeg } from "./turbojpeg_library.ts";
import { testNative } from "../../../testing/preprocessor_settings.ts";

testNative("findTurboJpeg() finds the pinned library of this platform by its real path", () => {
  const { path } = findTurboJpeg();
  assert.ok(path !== undefined);
  assert.equal(Deno.realPathSync(path), path);
  assert.ok(path.includes(`.so.0`), path);
});

testNative("findTurboJpeg() finds the version that the preprocess id names", () => {
  const { path } = findTurboJpeg();
  const library = new TextDecoder("latin1").decode(Deno.readFileSync(path ?? ""));
  assert.ok(library.includes(`libjpeg-turbo version ${TURBOJPEG_VERSION}`));
});

Deno.test({
  name: "findTurboJpeg() says why where the library may not be loaded",
  permissions: { read: true, ffi: false },
  fn() {
    const library = findTurboJpeg();
    assert.ok(library.path === undefined);
    assert.match(
      library.reason,
      /^(--allow-ffi does not cover .*libturbojpeg|no libturbojpeg for )/,
    );
  },
});

Deno.test({
  ignore: findTurboJpeg().path === undefined,
  name: "findTurboJpeg() is content with --allow-ffi for the package's folder",
  permissions: { read: true, ffi: ["node_modules/.deno"] },
  fn() {
    assert.ok(findTurboJpeg().path !== undefined);
  },
});
