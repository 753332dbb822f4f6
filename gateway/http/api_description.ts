/** GET /openapi.json and GET /docs, which are made once. */
import { createHash } from "node:crypto";
import type { DescribedGateway } from "./openapi/described_gateway.ts";
import { docsPage } from "./openapi/docs_page.ts";
import { openApiDocument } from "./openapi/document.ts";

/** A text that does not change, with what names it. */
interface Kept {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Of one gateway; made when the first client asks, as most gateways are never asked. */
export class ApiDescription {
  readonly #describe: () => DescribedGateway;
  #document: Kept | undefined;
  #page: Promise<Kept> | undefined;

  /** @param describe Tells what the gateway is; asked when there is a request. */
  constructor(describe: () => DescribedGateway) {
    this.#describe = describe;
  }

  /** The document, as JSON. */
  document(request: Pick<Request, "headers">): Response {
    this.#document ??= kept("application/json", JSON.stringify(openApiDocument(this.#describe())));
    return reply(this.#document, request);
  }

  /** The page, as HTML. */
  async page(request: Pick<Request, "headers">): Promise<Response> {
    this.#page ??= docsPage(openApiDocument(this.#describe()))
      .then(({ html, policy }) =>
        kept("text/html; charset=UTF-8", html, { "content-security-policy": policy })
      );
    return reply(await this.#page, request);
  }
}

function kept(type: string, body: string, headers: Kept["headers"] = {}): Kept {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { body, headers: { ...headers, "content-type": type, etag } };
}

function reply({ headers, body }: Kept, request: Pick<Request, "headers">): Response {
  const known =
    request.headers.get("if-none-match")?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ??
      [];
  return known.includes(headers.etag ?? "")
    ? new Response(null, { status: 304, headers: { etag: headers.etag ?? "" } })
    : new Response(body, { headers });
}
