/** Routes as OpenAPI's operations. */
import { z } from "zod";
import type { ErrorCode } from "../../contract/catalogue.ts";
import type { Dialect, DialectSchemas } from "../dialects/dialect.ts";
import type { DescribedGateway, DescribedRoute } from "./described_gateway.ts";
import { DIALECT_GET_ERRORS, EMBED_ERRORS, errorReplies, GET_ERRORS } from "./error_replies.ts";
import type { Json, SchemaShelf } from "./json_schema.ts";
import { keyScheme } from "./key_schemes.ts";
import { OWN_ROUTES } from "./own_routes.ts";
import { HEADERS, replyHeaders } from "./reply_headers.ts";
import type { ReplyShelf } from "./reply_shelf.ts";

const JSON_TYPE = "application/json";
const OBJECT = z.looseObject({});

/** Makes operations, and puts their schemas and errors on the document's shelves. */
export class Operations {
  readonly #gateway: DescribedGateway;
  readonly #shelf: SchemaShelf;
  readonly #replies: ReplyShelf;

  constructor(gateway: DescribedGateway, shelf: SchemaShelf, replies: ReplyShelf) {
    this.#gateway = gateway;
    this.#shelf = shelf;
    this.#replies = replies;
  }

  /** What answers on a route, and what it may be asked. */
  of(route: DescribedRoute): Json {
    const { method, path } = route;
    const { dialects } = this.#gateway;
    const owner = dialects.find(({ paths, gets = [] }) =>
      method === "POST" && paths.includes(path) || gets.some((get) => isOf(route, get))
    );
    const speaker = owner ?? dialects[0];
    return {
      operationId: `${method.toLowerCase()}${path.replaceAll(/\W+/g, "_")}`.replace(/_$/, ""),
      tags: [owner?.name ?? "gateway"],
      ...owner === undefined
        ? this.#own(route)
        : owner.paths.includes(path) && method === "POST"
        ? this.#embed(route, owner)
        : this.#get(route, owner),
      ...this.#wantsKey(route) && { security: [{ [keyScheme(speaker.key).name]: [] }] },
    };
  }

  #embed(route: DescribedRoute, owner: Dialect): Json {
    const speakers = [
      owner,
      ...this.#gateway.dialects.filter(({ claims = [] }) =>
        claims.some(({ path }) => path === route.path)
      ),
    ];
    const { schemas, bodyKind } = owner;
    const jsonType = bodyKind === "multipart" ? "multipart/form-data" : JSON_TYPE;
    const request = anyOf(
      speakers.map(({ name, schemas }) =>
        this.#shelf.addRequest(`${name}.request`, schemas.request)
      ),
    );
    const reply = anyOf(
      speakers.map(({ name, schemas }) => this.#shelf.add(`${name}.reply`, schemas.reply)),
    );
    const examples = speakers.flatMap(({ schemas }) => examplesOf(schemas.request));
    return {
      summary: schemas.summary,
      parameters: [
        ...pathParameters(route),
        ...this.#queryParameters(owner.name, schemas.query),
        ...headerParameters(owner.headers),
      ],
      requestBody: {
        required: true,
        content: {
          [jsonType]: { schema: request, ...named(examples) },
          ...this.#bodies(`${owner.name}.body`, schemas.bodies),
        },
      },
      responses: {
        200: {
          description: "Embeddings, in the order of the inputs",
          headers: replyHeaders(200, true),
          content: {
            [JSON_TYPE]: { schema: reply },
            ...this.#bodies(`${owner.name}.reply`, schemas.replies),
          },
        },
        ...this.#errors(route, speakers, EMBED_ERRORS),
      },
    };
  }

  #get(route: DescribedRoute, owner: Dialect): Json {
    const { summary = `As clients of ${owner.name} ask for it`, schema = OBJECT, answers } =
      owner.gets?.find((get) => isOf(route, get)) ?? {};
    const content = answers === "text"
      ? { "text/plain": { schema: { type: "string" } } }
      : { [JSON_TYPE]: { schema: this.#shelf.add(replyName(route), schema) } };
    const isPost = route.method === "POST";
    return {
      summary,
      parameters: [...pathParameters(route), ...headerParameters()],
      // Those that want no field of it read none.
      ...isPost && { requestBody: { content: { [JSON_TYPE]: { schema: {} } } } },
      responses: {
        [answers === "nothing" ? 204 : 200]: {
          description: summary,
          headers: replyHeaders(200, false),
          ...answers !== "nothing" && { content },
        },
        ...this.#errors(route, [owner], isPost ? EMBED_ERRORS : DIALECT_GET_ERRORS),
      },
    };
  }

  #own(route: DescribedRoute): Json {
    const entry = OWN_ROUTES[`${route.method} ${route.path}`];
    const { meaning = "", replies = {}, others = {}, query, errors = [] } = entry ?? {};
    const [fallback] = this.#gateway.dialects;
    const content = this.#bodies(replyName(route), replies);
    const reply = (status: number, description: string) => ({
      description,
      headers: replyHeaders(status, false),
      ...status !== 304 && { content },
    });
    return {
      summary: meaning,
      parameters: [
        ...pathParameters(route),
        ...this.#queryParameters("gateway", query),
        ...headerParameters(),
      ],
      responses: {
        200: reply(200, meaning),
        ...this.#errors(route, [fallback], [...GET_ERRORS, ...errors]),
        ...Object.fromEntries(
          Object.entries(others).map(([status, text]) => [status, reply(Number(status), text)]),
        ),
      },
    };
  }

  #wantsKey({ isOpen }: DescribedRoute): boolean {
    return this.#gateway.needsKey && !isOpen;
  }

  #errors(
    route: DescribedRoute,
    speakers: readonly Dialect[],
    codes: readonly ErrorCode[],
  ): Record<string, Json> {
    const possible = codes.filter((code) => code !== "unauthorized" || this.#wantsKey(route));
    const schema = anyOf(
      speakers.map(({ name, schemas }) => this.#shelf.add(`${name}.error`, schemas.error)),
    );
    const name = speakers.map(({ name }) => name).join("_");
    return this.#replies.add(name, errorReplies(possible, speakers, schema));
  }

  #bodies(name: string, bodies: DialectSchemas["bodies"] = {}): Json {
    return Object.fromEntries(
      Object.entries(bodies).map(([type, schema]) => [type, {
        schema: this.#shelf.add(
          `${name}.${type.replace("*", "any").replaceAll(/\W+/g, "_")}`,
          schema,
        ),
        ...named(examplesOf(schema)),
      }]),
    );
  }

  #queryParameters(name: string, query?: z.ZodObject): Json[] {
    return Object.entries((query?.shape ?? {}) as Record<string, z.ZodType>).map((
      [field, one],
    ) => ({
      name: field,
      in: "query",
      description: one.description ?? (one as z.ZodOptional<z.ZodType>).unwrap?.().description,
      schema: this.#shelf.inline(`${name}.query.${field}`, one),
    }));
  }
}

function isOf({ method, path }: DescribedRoute, get: NonNullable<Dialect["gets"]>[number]) {
  return get.path === path && (get.method ?? "GET") === method;
}

function pathParameters({ path }: DescribedRoute): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", minLength: 1 },
  }));
}

function headerParameters(names: readonly string[] = []): Json[] {
  const described = HEADERS.filter(({ name }) => name === "x-request-id");
  return [...described, ...names.map((name) => ({ name, meaning: undefined }))].map((
    { name, meaning },
  ) => ({
    name,
    in: "header",
    ...meaning !== undefined && { description: meaning },
    schema: { type: "string" },
  }));
}

function replyName({ method, path }: DescribedRoute): string {
  return `${method.toLowerCase()}${path.replaceAll(/\W+/g, "_")}.reply`;
}

function anyOf(schemas: readonly Json[]): Json {
  return schemas.length === 1 ? schemas[0] as Json : { anyOf: schemas };
}

function examplesOf(schema: z.ZodType): readonly unknown[] {
  const { examples = [] } = schema.meta() ?? {};
  return Array.isArray(examples) ? examples : Object.values(Object(examples));
}

function named(examples: readonly unknown[]): Json {
  if (examples.length === 0) return {};
  return { examples: Object.fromEntries(examples.map((value, at) => [`${at + 1}`, { value }])) };
}
