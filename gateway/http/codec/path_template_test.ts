import assert from "node:assert/strict";
import { type Path, PathTemplate } from "./path_template.ts";

for (
  const [template, path, params] of [
    ["/embed", "/embed", {}],
    ["/embed", "/embed/", undefined],
    ["/v1.0/x", "/v1-0/x", undefined],
    ["/v2/models/{model}", "/v2/models/a", { model: "a" }],
    ["/v2/models/{model}", "/v2/models/", undefined],
    ["/v2/models/{model}", "/v2/models/a/ready", undefined],
    ["/v2/models/{model}", "/v2/models/a%2Fb%20c", { model: "a/b c" }],
    ["/v2/models/{model}", "/v2/models/%ff", undefined],
    ["/v2/models/{model}/versions/{version}/infer", "/v2/models/a/versions/2/infer", {
      model: "a",
      version: "2",
    }],
    ["/v1/models/{model}:embedContent", "/v1/models/a:b:embedContent", { model: "a:b" }],
    ["/v1/models/{model}:embedContent", "/v1/models/a:other", undefined],
  ] as const
) {
  Deno.test(`PathTemplate ${template} finds ${JSON.stringify(params)} in ${path.slice(0, 40)}`, () => {
    const found = new PathTemplate(template as Path).match(path);
    assert.deepEqual(found === undefined ? found : { ...found }, params);
  });
}

Deno.test("PathTemplate.start is what stands before its first name's segment", () => {
  assert.equal(new PathTemplate("/v2/models/{model}/infer").start, "/v2/models");
  assert.equal(new PathTemplate("/embed").start, "/embed");
});
