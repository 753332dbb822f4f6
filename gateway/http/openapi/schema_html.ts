/** Schemas in HTML, with links to those that they name. */
import { html } from "hono/html";
import type { Json } from "./json_schema.ts";
import { schemaText } from "./schema_text.ts";

type Html = ReturnType<typeof html>;

/** Writes a schema. */
export function schemaHtml(schema: Json): (string | Html)[] {
  return schemaText(schema).split(/<([\w.-]+)>/).map((part, at) =>
    at % 2 === 1 ? link(part) : part
  );
}

function link(name: string): Html {
  // White space around it would show.
  // deno-fmt-ignore
  return html`<a href="#${name}">${name}</a>`;
}
