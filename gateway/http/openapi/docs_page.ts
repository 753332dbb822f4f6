/** The API's description as a page: no script, no asset, nothing that is not in the document. */
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { DOCS_STYLE } from "./docs_style.ts";
import type { OpenApiDocument } from "./document.ts";
import { type Listed, operationSection, sharedReply } from "./docs_operation.ts";
import type { Json } from "./json_schema.ts";
import { prose } from "./prose.ts";
import { schemaHtml } from "./schema_html.ts";

type Html = ReturnType<typeof html>;

/** Operations of a dialect, or the gateway's own. */
interface Group {
  readonly tag: Json;
  readonly operations: readonly Listed[];
}

/** A page and the policy by which a browser runs nothing on it and loads nothing for it. */
export interface DocsPage {
  readonly html: string;
  /** `Content-Security-Policy`. */
  readonly policy: string;
}

/** Writes the page. */
export async function docsPage(document: OpenApiDocument): Promise<DocsPage> {
  const digest = createHash("sha256").update(DOCS_STYLE).digest("base64");
  return {
    html: String(await page(document)),
    policy:
      `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function page(document: OpenApiDocument): Html {
  const { info, components } = document;
  const groups = groupsOf(document);
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>${info.title}: HTTP</title>
        ${raw(`<style>${DOCS_STYLE}</style>`)}
      </head>
      <body>
        <header>
          <h1>${info.title} ${info.version}</h1>
          <p class="faint">
            All of its HTTP, as <a href="/openapi.json">OpenAPI 3.1</a> has it for programs.
          </p>
        </header>
        <nav aria-label="Routes">
          ${groups.map(routeList)}
        </nav>
        <main>
          ${groups.map(({ tag, operations }) =>
            html`
              <h2>${tag.name}</h2>
              ${prose(String(tag.description))}${operations.map((listed) =>
                operationSection(listed, components)
              )}
            `
          )}
          <h2 id="schemas">Bodies</h2>${Object.entries(components.schemas).map(([name, schema]) =>
            html`
              <section id="${name}">
                <h3>${name}</h3>
                ${schema.description === undefined ? "" : prose(String(schema.description))}
                <pre>${schemaHtml(schema)}</pre>
              </section>
            `
          )}
          <h2>Errors</h2>
          ${Object.entries(components.responses).map(sharedReply)}
          <h2>What holds for all of them</h2>
          ${prose(info.description)}
        </main>
      </body>
    </html>
  `;
}

function routeList({ tag, operations }: Group): Html {
  return html`
    <div>
      <p><strong>${tag.name}</strong></p>
      <ul>
        ${operations.map(({ method, path, operation }) =>
          html`
            <li><span class="${method}">${method}</span> <a href="#${operation
              .operationId}">${path}</a></li>
          `
        )}
      </ul>
    </div>
  `;
}

function groupsOf(document: OpenApiDocument): Group[] {
  const all = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Listed => ({
      method: method.toUpperCase(),
      path,
      operation,
    }))
  );
  return (document.tags as readonly Json[]).map((tag) => ({
    tag,
    operations: all.filter(({ operation }) => (operation.tags as unknown[]).includes(tag.name)),
  }));
}
