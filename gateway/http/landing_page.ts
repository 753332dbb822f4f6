/** GET /: what a gateway says to people, who have no key yet. Nothing on it is secret. */
import { html } from "hono/html";
import { imageOptionsName } from "../contract/options.ts";
import type { Info, ModelInfo } from "./info.ts";
import { publicOrigin } from "./public_url.ts";

/** Who looks, and what they need to go on. */
export interface Visit {
  /** Such as `http://localhost:8080`; `undefined` where nobody knows. */
  readonly origin: string | undefined;
  readonly needsKey: boolean;
}

/** Answers in HTML where a client asks for it, as browsers do, else in plain text, for a terminal. */
export async function landingReply(
  request: Pick<Request, "url" | "headers">,
  info: Info,
  needsKey: boolean,
): Promise<Response> {
  const visit = { origin: publicOrigin(request), needsKey };
  const isPage = (request.headers.get("accept") ?? "").toLowerCase().includes("text/html");
  const body = isPage ? String(await landingPage(info, visit)) : landingText(info, visit);
  const type = isPage ? "text/html" : "text/plain";
  return new Response(body, {
    headers: { "content-type": `${type}; charset=UTF-8`, vary: "accept" },
  });
}

/** The page in HTML. */
export function landingPage(info: Info, visit: Visit): ReturnType<typeof html> {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>${info.name}</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1d2733; overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; } code, pre { font-family: ui-monospace, monospace; background: #f2f5f8; }
        pre { padding: .8rem 1rem; white-space: pre-wrap; border-radius: 6px; } code { padding: .1rem .3rem; border-radius: 4px; }
        table { border-collapse: collapse; } td { padding: .2rem 1rem .2rem 0; vertical-align: top; } td:first-child { color: #5a6b7d; white-space: nowrap; } td div + div { color: #5a6b7d; font-size: .875rem; }
        @media (max-width: 34rem) { td { display: block; padding: 0; } td:first-child { padding-top: .6rem; } }
        </style>
      </head>
      <body>
        <h1>${info.name} ${info.version}</h1>
        <p>${summary(info)}</p>
        <table>
          ${facts(info).map(({ name, lines }) =>
            html`
              <tr>
                <td>${name}</td>
                <td>${lines.map((line) =>
                  html`
                    <div>${line}</div>
                  `
                )}</td>
              </tr>
            `
          )}
        </table>
        <h2>Try it</h2>
        ${examples(info, visit).map((line) =>
          html`
            <pre>${line}</pre>
          `
        )}
        <p>${explanation(info, visit)}</p>
        <p>
          More: <a href="/info">/info</a>, <a href="/models">/models</a>, <a href="/metrics"
          >/metrics</a>, <a href="/readyz">/readyz</a>.${visit.needsKey
            ? " All but the last one want a key."
            : ""}
        </p>
      </body>
    </html>
  `;
}

/** The page as text. */
export function landingText(info: Info, visit: Visit): string {
  const rows = facts(info).flatMap(({ name, lines }) =>
    lines.map((line, at) => `${(at === 0 ? `${name}:` : "").padEnd(17)}${line}`)
  );
  return [
    `${info.name} ${info.version}`,
    summary(info),
    "",
    ...rows,
    "",
    ...examples(info, visit),
    explanation(info, visit),
    "",
  ].join("\n");
}

/** A row: what it is about, and what there is to say of it, the first line being what matters most. */
interface Fact {
  readonly name: string;
  readonly lines: readonly string[];
}

const modelsOf = ({ models }: Info, modality: ModelInfo["modality"]) =>
  models.filter((model) => model.modality === modality);

function summary(info: Info): string {
  const taken = [
    ...modelsOf(info, "image").length > 0 ? ["photos"] : [],
    ...modelsOf(info, "text").length > 0 ? ["words"] : [],
  ];
  return `Takes ${taken.join(" and ")}, returns embeddings.`;
}

function facts(info: Info): Fact[] {
  const { engine, jpeg_decoder, models } = info;
  return [
    ...models.map((model) => modelFact(model, info)),
    { name: "Search by words", lines: [wordSearch(info)] },
    { name: "Engine", lines: [`${engine.engine}, ${engine.runtime}`] },
    ...modelsOf(info, "image").length > 0 ? [{ name: "JPEG decoder", lines: [jpeg_decoder] }] : [],
  ];
}

function modelFact(model: ModelInfo, info: Info): Fact {
  const { name, aliases, description, dim, embedding_space: space, preprocess_id: ids } = model;
  const isText = model.modality === "text";
  const id = imageOptionsName({ orient: info.orient.default, decode: info.decode.default });
  // Where there is one of a kind, nobody asks which answers.
  const isChosen = model.is_default && modelsOf(info, model.modality).length > 1;
  return {
    name: isText ? "Words" : "Photos",
    lines: [
      `${name}: ${description}`,
      `${dim} floats of length 1, space ${space}, preprocess id ${ids[isText ? "text" : id]}`,
      ...aliases.length > 0 ? [`also called ${aliases.join(", ")}`] : [],
      ...isChosen ? ["answers requests that name no model"] : [],
    ],
  };
}

/** Whether words find photos here: that takes a model of each in one space. */
function wordSearch(info: Info): string {
  const images = modelsOf(info, "image");
  const texts = modelsOf(info, "text");
  const pairs = images.filter(({ embedding_space: space }) =>
    texts.some((text) => text.embedding_space === space)
  ).map(({ name }) => name);
  if (pairs.length > 0) return `yes, for photos by ${pairs.join(", ")}`;
  if (texts.length === 0) return "no, as no model here embeds words";
  return "no photos by a model here: words and photos must be of one space";
}

/** With double quotes, which shells of Windows know, too. */
function examples(info: Info, { origin = "http://HOST:PORT", needsKey }: Visit): string[] {
  const embed = `curl ${origin}/embed${needsKey ? ' -H "authorization: Bearer KEY"' : ""}`;
  return [
    ...modelsOf(info, "image").length > 0
      ? [`${embed} -H "content-type: image/jpeg" --data-binary @photo.jpg`]
      : [],
    ...modelsOf(info, "text").length > 0
      ? [`${embed} -H "content-type: text/plain" --data-binary "a dog on a beach"`]
      : [],
  ];
}

function explanation(info: Info, { needsKey }: Visit): string {
  const parts = [
    ...modelsOf(info, "image").length > 0 ? ["photo.jpg is a photo of yours"] : [],
    ...needsKey ? ["KEY is a key that this gateway's operator has given out"] : [],
  ];
  return parts.length === 0 ? "" : `${parts.join(", ")}.`;
}
