/** GET /: what a gateway says to people, who have no key yet. Nothing on it is secret. */
import { html } from "hono/html";
import { imageOptionsName } from "../contract/options.ts";
import type { Info } from "./info.ts";
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
        table { border-collapse: collapse; } td { padding: .2rem 1rem .2rem 0; vertical-align: top; } td:first-child { color: #5a6b7d; white-space: nowrap; }
        </style>
      </head>
      <body>
        <h1>${info.name} ${info.version}</h1>
        <p>${purpose(info)}</p>
        <table>
          ${facts(info).map(([name, value]) =>
            html`
              <tr>
                <td>${name}</td>
                <td>${value}</td>
              </tr>
            `
          )}
        </table>
        <h2>Try it</h2>
        <pre>${example(info, visit)}</pre>
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
  const lines = facts(info).map(([name, value]) => `${`${name}:`.padEnd(15)}${value}`);
  return [
    `${info.name} ${info.version}`,
    purpose(info),
    "",
    ...lines,
    "",
    example(info, visit),
    explanation(info, visit),
    "",
  ].join("\n");
}

function takesPhotos({ models }: Info): boolean {
  return models.some(({ modality }) => modality === "image");
}

function purpose(info: Info): string {
  const takesWords = info.models.some(({ modality }) => modality === "text");
  const inputs = [...takesPhotos(info) ? ["photos"] : [], ...takesWords ? ["words"] : []];
  return `Takes ${inputs.join(" and ")}, returns embeddings.`;
}

function facts(info: Info): [name: string, value: string][] {
  const { model, engine } = info;
  const idName = info.models[0]?.modality === "text"
    ? "text"
    : imageOptionsName({ orient: info.orient.default, decode: info.decode.default });
  const others = info.models.slice(1).map((
    other,
  ): [string, string] => [
    `Also ${other.modality === "text" ? "for words" : "served"}`,
    `${other.name}: ${other.description}`,
  ]);
  return [
    ["Model", `${model.name}: ${model.description}`],
    ...others,
    ["Embedding", `${engine.embeddingDim} floats, length 1`],
    ["Engine", `${engine.engine}, ${engine.runtime}`],
    ...takesPhotos(info) ? [["JPEG decoder", info.jpeg_decoder] as [string, string]] : [],
    ["Preprocess id", String(info.preprocess_id[idName])],
  ];
}

/** With double quotes, which shells of Windows know, too. */
function example(info: Info, { origin = "http://HOST:PORT", needsKey }: Visit): string {
  const key = needsKey ? ' -H "authorization: Bearer KEY"' : "";
  const input = takesPhotos(info)
    ? '"content-type: image/jpeg" --data-binary @photo.jpg'
    : '"content-type: text/plain" --data-binary "a dog on a beach"';
  return `curl ${origin}/embed${key} -H ${input}`;
}

function explanation(info: Info, { needsKey }: Visit): string {
  const parts = [
    ...takesPhotos(info) ? ["photo.jpg is a photo of yours"] : [],
    ...needsKey ? ["KEY a key that this gateway's operator has given out"] : [],
  ];
  return parts.length === 0 ? "" : `${parts.join(", ")}.`;
}
