import assert from "node:assert/strict";
import { z } from "zod";
import { describedGateway } from "../../../testing/described_gateway.ts";
import { photoVectors } from "../../../testing/dialects/photo_vectors.ts";
import { ERROR_CATALOGUE } from "../../contract/catalogue.ts";
import { OPTIONS } from "../../contract/options.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { native } from "../dialects/native.ts";
import { DIALECTS } from "../dialects/registry.ts";
import { openApiDocument } from "./document.ts";
import type { Json } from "./json_schema.ts";

const GATEWAY = describedGateway();
const DOCUMENT = openApiDocument(GATEWAY);

function operation(method: "get" | "post", path: string, document = DOCUMENT): Json {
  return document.paths[path]?.[method] ?? {};
}

Deno.test("openApiDocument() has every route, and says what it is and answers", () => {
  for (const { method, path } of GATEWAY.routes) {
    const { summary, responses, operationId } = operation(method === "GET" ? "get" : "post", path);
    assert.ok(String(summary).length > 5, path);
    assert.ok("200" in Object(responses) || "204" in Object(responses), path);
    assert.match(String(operationId), /^\w+$/, path);
  }
  assert.equal(
    Object.keys(DOCUMENT.paths).length,
    new Set(GATEWAY.routes.map(({ path }) => path)).size,
  );
});

Deno.test("openApiDocument() names operations once", () => {
  const ids = Object.values(DOCUMENT.paths).flatMap((path) => Object.values(path))
    .map(({ operationId }) => operationId);
  assert.deepEqual([...new Set(ids)], ids);
});

Deno.test("openApiDocument() refers to nothing that is not there", () => {
  const references = [
    ...JSON.stringify(DOCUMENT).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g),
  ];
  assert.ok(references.length > 50);
  for (const [, kind = "", name = ""] of references) {
    assert.ok(name in Object(DOCUMENT.components[kind]), `${kind} ${name}`);
  }
  assert.ok(!JSON.stringify(DOCUMENT).includes("$defs"));
});

Deno.test("openApiDocument() has every error that a reply can have, and every option", () => {
  const text = JSON.stringify(DOCUMENT.components.responses);
  for (const code of Object.keys(ERROR_CATALOGUE).filter((code) => code !== "client_closed")) {
    assert.ok(text.includes(`\`${code}\`: `), code);
  }
  const parameters = operation("post", "/embed").parameters as readonly { name: string }[];
  const names = parameters.map(({ name }) => name);
  for (const { wire } of Object.values(OPTIONS)) assert.ok(names.includes(wire), wire);
});

Deno.test("openApiDocument() has the limits and defaults in effect", () => {
  const text = JSON.stringify(DOCUMENT);
  for (
    const limit of [
      '"maxItems":7',
      '"maxItems":9',
      '"maxItems":16',
      '"maxLength":50',
      "at most 1000 bytes",
    ]
  ) {
    assert.ok(text.includes(limit), limit);
  }
  const parameters = operation("post", "/embed").parameters as readonly Json[];
  const orient = parameters.find(({ name }) => name === "orient");
  assert.equal((orient?.schema as Json).default, "exif");
});

Deno.test("openApiDocument() wants keys where the gateway does", () => {
  assert.deepEqual(operation("post", "/embed").security, [{ bearer: [] }]);
  assert.equal(operation("get", "/readyz").security, undefined);
  const open = openApiDocument({ ...GATEWAY, needsKey: false });
  assert.equal(operation("post", "/embed", open).security, undefined);
  assert.ok(!("401" in Object(operation("post", "/embed", open).responses)));
  assert.equal(open.components.securitySchemes, undefined);
});

Deno.test("openApiDocument() gives a dialect's errors the statuses and words of its own", () => {
  const { responses } = operation("post", "/v1/embeddings");
  assert.ok(!("422" in Object(responses)));
  assert.equal(DOCUMENT.components.responses["openai.422"], undefined);
  const { content } = DOCUMENT.components.responses["openai.400"] as { content: Json };
  const { examples } = Object(content["application/json"]) as { examples: Record<string, Json> };
  assert.equal(Object(Object(examples.invalid_image?.value).error).type, "invalid_request_error");
});

Deno.test("openApiDocument() shows errors that are as their dialect's schema says", () => {
  for (const { name, schemas, errorBody } of DIALECTS) {
    const texts = Object.entries(DOCUMENT.components.responses)
      .filter(([key]) => key.startsWith(`${name}.`));
    assert.ok(texts.length > 0 && errorBody !== undefined, name);
    for (const [key, reply] of texts) {
      const { examples } = Object(Object(reply.content)["application/json"]);
      for (const { value } of Object.values<{ value: unknown }>(examples)) {
        assert.ok(schemas.error.safeParse(value).success, `${key}: ${JSON.stringify(value)}`);
      }
    }
  }
});

Deno.test("openApiDocument() has requests of those who claim some of another's, and their errors", () => {
  const schemas = {
    summary: "Claims",
    request: z.object({ inputs: z.string() }),
    reply: z.array(z.number()),
    error: z.object({ detail: z.string() }),
  };
  const claimant: Dialect = {
    ...photoVectors,
    schemas,
    claims: [{ path: "/embed", isMine: () => true }],
  };
  const document = openApiDocument(describedGateway({ dialects: [native, claimant] }));
  const body = JSON.stringify(operation("post", "/embed", document));
  for (const name of ["native.request", "photo_vectors.request", "photo_vectors.reply"]) {
    assert.ok(body.includes(`schemas/${name}"`), name);
  }
  const errors = JSON.stringify(document.components.responses["native_photo_vectors.400"]);
  assert.ok(errors.includes("schemas/photo_vectors.error"));
  assert.ok(errors.includes('"detail"'));
});

Deno.test("openApiDocument() has what stands in a dialect's paths and headers, and its key", () => {
  const dialect: Dialect = {
    ...photoVectors,
    paths: ["/v0/{name}/vectors"],
    headers: ["x-kind"],
  };
  const document = openApiDocument(describedGateway({ dialects: [native, dialect] }));
  const { parameters, security } = operation("post", "/v0/{name}/vectors", document);
  const places = (parameters as readonly Json[]).map(({ name, in: place }) => `${place} ${name}`);
  assert.deepEqual(places, ["path name", "header x-request-id", "header x-kind"]);
  assert.deepEqual(security, [{ "x-api-key": [] }]);
});
