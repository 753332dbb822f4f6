/** The gateway's HTTP as one OpenAPI 3.1 document. */
import type { DescribedGateway } from "./described_gateway.ts";
import { errorReplies, PATH_ERRORS } from "./error_replies.ts";
import { type Json, SchemaShelf } from "./json_schema.ts";
import { keyScheme } from "./key_schemes.ts";
import { Operations } from "./operations.ts";
import { headerComponents, HEADERS } from "./reply_headers.ts";
import { ReplyShelf } from "./reply_shelf.ts";

/** What readers of the document look for. */
export interface OpenApiDocument extends Json {
  readonly openapi: "3.1.0";
  readonly info: Json & {
    readonly title: string;
    readonly version: string;
    readonly description: string;
  };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Json & {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly responses: Readonly<Record<string, Json>>;
  };
}

/** Describes a gateway; the same gateway has the same document. */
export function openApiDocument(gateway: DescribedGateway): OpenApiDocument {
  const shelf = new SchemaShelf(gateway);
  const replies = new ReplyShelf();
  const operations = new Operations(gateway, shelf, replies);
  const byPath = Object.groupBy(gateway.routes, ({ path }) => path);
  const paths = Object.fromEntries(
    Object.entries(byPath).map(([path, routes = []]) => [
      path,
      Object.fromEntries(
        routes.map((route) => [route.method.toLowerCase(), operations.of(route)]),
      ),
    ]),
  );
  const [{ name, ...fallback }] = gateway.dialects;
  replies.add(
    name,
    errorReplies(PATH_ERRORS, [fallback], { $ref: `#/components/schemas/${name}.error` }),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: gateway.name,
      version: gateway.version,
      summary: "Takes photos and words, returns embeddings",
      description: description(gateway),
      license: { name: "MIT", identifier: "MIT" },
    },
    // Wherever the document came from, behind any proxy.
    servers: [{ url: "/" }],
    tags: tags(gateway),
    paths,
    components: {
      schemas: shelf.schemas,
      responses: replies.replies,
      headers: headerComponents(),
      ...gateway.needsKey && { securitySchemes: securitySchemes(gateway) },
    },
  };
}

function description({ limits, needsKey }: DescribedGateway): string {
  const list = Object.entries(limits).map(([name, value]) => `- \`${name}\`: ${value}`);
  const headers = HEADERS.map(({ name, on, meaning }) => `- \`${name}\` (${on}): ${meaning}`);
  return [
    "Every route answers GET with HEAD, too. Other paths are 404 `not_found`, other methods 405 `method_not_allowed` with `allow`; paths below a dialect's are worded by it. A field of JSON that is null is as good as none.",
    needsKey ? "This gateway wants a key where an operation says so." : "",
    `Limits in effect:\n\n${list.join("\n")}`,
    `Headers:\n\n${headers.join("\n")}`,
  ].filter((part) => part !== "").join("\n\n");
}

function tags({ dialects, routes }: DescribedGateway): Json[] {
  const spoken = dialects.filter(({ paths }) => routes.some(({ path }) => paths.includes(path)));
  return [
    ...spoken.map(({ name, paths, key }) => ({
      name,
      description: `${paths.join(", ")}; key: \`${key.hint}\``,
    })),
    { name: "gateway", description: "Probes, metrics and what the gateway tells of itself" },
  ];
}

function securitySchemes({ dialects }: DescribedGateway): Json {
  return Object.fromEntries(dialects.map(({ key }) => {
    const { name, scheme } = keyScheme(key);
    return [name, scheme];
  }));
}
