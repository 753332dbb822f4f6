/** GET /info and the landing page. */
import { html } from "hono/html";
import type { EngineDescription } from "../engine/engine.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import { imageOptionsName } from "../contract/options.ts";

/** What the gateway tells about itself. */
export interface Info {
  readonly name: string;
  readonly version: string;
  readonly engine: EngineDescription;
  readonly model: { readonly name: string; readonly description: string; readonly license: string };
  /**
   * Fingerprints of everything that changes an embedding, by option `orient`; those of `decode: fast` have `fast_`
   * in front.
   */
  readonly preprocess_id: Readonly<Record<string, string>>;
  /** What holds without the option. */
  readonly orient: { readonly default: ImageOptions["orient"] };
  /** What holds without the option, and how many times the model's size fast decoding leaves. */
  readonly decode: { readonly default: ImageOptions["decode"]; readonly fast_scale_min: number };
  readonly jpeg_decoder: string;
  readonly accepted_formats: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** A page for people who open the gateway in a browser. */
export function landingPage(info: Info): ReturnType<typeof html> {
  const { model, engine } = info;
  const idName = imageOptionsName({ orient: info.orient.default, decode: info.decode.default });
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>${info.name}</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1d2733; }
        h1 { font-size: 1.5rem; } code, pre { font-family: ui-monospace, monospace; background: #f2f5f8; }
        pre { padding: .8rem 1rem; overflow-x: auto; border-radius: 6px; } code { padding: .1rem .3rem; border-radius: 4px; }
        table { border-collapse: collapse; } td { padding: .2rem 1rem .2rem 0; vertical-align: top; } td:first-child { color: #5a6b7d; }
        </style>
      </head>
      <body>
        <h1>${info.name} ${info.version}</h1>
        <p>Takes photos, returns embeddings.</p>
        <table>
          <tr>
            <td>Model</td>
            <td><b>${model.name}</b>: ${model.description}</td>
          </tr>
          <tr>
            <td>Embedding</td>
            <td>${engine.embeddingDim} floats, length 1</td>
          </tr>
          <tr>
            <td>Engine</td>
            <td>${engine.engine}, ${engine.runtime}</td>
          </tr>
          <tr>
            <td>JPEG decoder</td>
            <td>${info.jpeg_decoder}</td>
          </tr>
          <tr>
            <td>Preprocess id</td>
            <td><code>${info.preprocess_id[idName]}</code></td>
          </tr>
        </table>
        <h2>Try it</h2>
        <pre>curl -s localhost:8080/embed -H 'content-type: image/jpeg' --data-binary @photo.jpg</pre>
        <p>
          More: <a href="/info">/info</a>, <a href="/metrics">/metrics</a>, <a href="/readyz"
          >/readyz</a>.
        </p>
      </body>
    </html>
  `;
}
