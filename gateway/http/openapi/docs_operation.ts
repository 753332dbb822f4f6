/** One operation of the document as a section of the page. */
import { html } from "hono/html";
import { curlExample, keyHeaderOf } from "./curl_example.ts";
import type { Json } from "./json_schema.ts";
import { inline, prose } from "./prose.ts";
import { schemaHtml } from "./schema_html.ts";

type Html = ReturnType<typeof html>;

/** An operation and where it is. */
export interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: Json;
}

/** Everything that is to be known of it: who may, what it takes, what it answers. */
export function operationSection({ method, path, operation }: Listed, components: Json): Html {
  const { operationId, summary, parameters = [], requestBody, responses } = operation;
  const key = keyHeaderOf(operation, Object(components.securitySchemes) as Json);
  const content = contentOf(requestBody);
  const commands = method === "GET"
    ? [curlExample({ method, path, key })]
    : content.map(([type, { examples }]) =>
      curlExample({ method, path, key }, type, firstExample(examples))
    );
  return html`
    <section id="${operationId}">
      <h3><span class="${method}">${method}</span> ${path}</h3>
      <p>${inline(String(summary))}${key === undefined ? "" : html`
        <span class="faint">Wants a key.</span>
      `}</p>
      ${parameterTable(parameters as readonly Json[])}${content.length === 0 ? "" : html`
        <h4>Body</h4>${content.map(bodyOf)}
      `}
      <h4>Try it</h4>${commands.filter((line) => line !== undefined).map((line) =>
        html`
          <pre>${line}</pre>
        `
      )}
      <h4>Replies</h4>${replyLines(responses as Record<string, Json>, components)}
    </section>
  `;
}

function parameterTable(parameters: readonly Json[]): Html | string {
  if (parameters.length === 0) return "";
  return html`
    <h4>Parameters</h4>
    <table>
      <thead>
        <tr>
          <th>Name</th>
          <th>In</th>
          <th>Value</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${parameters.map(({ name, in: place, schema, description = "" }) => {
          const { default: initial } = schema as Json;
          return html`
            <tr>
              <td><code>${name}</code></td>
              <td class="faint">${place}</td>
              <td>${schemaHtml(schema as Json)}${initial === undefined ? "" : html`
                <span class="faint">default ${String(initial)}</span>
              `}</td>
              <td>${inline(String(description))}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

function bodyOf([type, { schema }]: readonly [string, Json]): Html {
  return html`
    <p class="type"><code>${type}</code> ${schemaHtml(schema as Json)}</p>
  `;
}

/** What is this operation's own in full, and errors by their codes. */
function replyLines(responses: Readonly<Record<string, Json>>, components: Json): Html[] {
  const shared = Object(components.responses) as Record<string, Json>;
  return Object.entries(responses).map(([status, reply]) => {
    const name = String(reply.$ref ?? "").replace(/.*\//, "");
    if (name === "") {
      return html`
        <p class="type"><strong>${status}</strong> ${inline(String(reply.description))}</p>
        ${replyParts(reply)}
      `;
    }
    const codes = codesOf(String(shared[name]?.description));
    return html`
      <p class="type"><a href="#${name}"><strong>${status}</strong></a> ${codes}</p>
    `;
  });
}

/** A reply that several operations share. */
export function sharedReply([name, reply]: readonly [string, Json]): Html {
  const [example] = contentOf(reply).flatMap(([, { examples }]) =>
    Object.values(Object(examples) as Record<string, Json>)
  );
  return html`
    <section id="${name}">
      <h3>${name}</h3>
      ${prose(String(reply.description))} ${replyParts(reply)}
      <pre>${JSON.stringify(example?.value, undefined, 1)}</pre>
    </section>
  `;
}

function replyParts(reply: Json): Html {
  return html`
    ${contentOf(reply).map(bodyOf)}
    <p class="type faint">Headers: ${Object.keys(Object(reply.headers)).join(", ")}</p>
  `;
}

/** Codes of an error, without what they mean. */
function codesOf(description: string): (string | Html)[] {
  const codes = [...description.matchAll(/^`(\w+)`: /gm)].map(([, code]) => `\`${code}\``);
  return inline(codes.join(" "));
}

/** Bodies by their types. */
function contentOf(holder: unknown): [string, Json][] {
  return Object.entries(Object(Object(holder).content) as Record<string, Json>);
}

function firstExample(examples: unknown): unknown {
  const [first] = Object.values(Object(examples) as Record<string, Json>);
  return first?.value;
}
