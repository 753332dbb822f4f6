/** GET /: what a gateway says to people, who have no key yet, and where they try it. Nothing on it is secret. */
import { html, raw } from "hono/html";
import type { Info } from "./info.ts";
import { examples, explanation, facts, summary, type Visit } from "./landing_facts.ts";
import { jsonOfScript, pageData } from "./page_data.ts";
import { PAGE_HEADERS, WORKBENCH } from "./page_files.ts";
import { publicOrigin } from "./public_url.ts";

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
    headers: { ...PAGE_HEADERS, "content-type": `${type}; charset=UTF-8`, vary: "accept" },
  });
}

/** The page in HTML. Its addresses are relative: a proxy may have put it below a path. */
export function landingPage(info: Info, visit: Visit): ReturnType<typeof html> {
  const data = pageData(info, visit.needsKey);
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="page/page.css">
        <link rel="stylesheet" href="page/workbench.css">
        <title>${info.name}</title>
        <script type="application/json" id="gateway">
        ${raw(jsonOfScript(data))}
        </script>
        <script type="module" src="page/main.js"></script>
      </head>
      <body>
        <header>
          <h1>${info.name} <small>${info.version}</small></h1>
          <p>${summary(info)}</p>
        </header>
        <main>
          ${data.models.length > 0 ? raw(WORKBENCH) : ""} ${about(info, visit)}
        </main>
      </body>
    </html>
  `;
}

function about(info: Info, visit: Visit): ReturnType<typeof html> {
  return html`
    <section aria-labelledby="about-title">
      <h2 id="about-title">About this gateway</h2>
      <dl class="facts">
        ${facts(info).map(({ name, lines }) =>
          html`
            <div>
              <dt>${name}</dt>
              ${lines.map((line) =>
                html`
                  <dd>${line}</dd>
                `
              )}
            </div>
          `
        )}
      </dl>
      <h3>From a terminal</h3>
      ${examples(info, visit).map((line) =>
        html`
          <pre>${line}</pre>
        `
      )}
      <p>${explanation(info, visit)}</p>
      <p>
        More: <a href="docs">/docs</a>, the API; <a href="readyz">/readyz</a>, <a href="info">/info</a>,
        <a
          href="models"
        >/models</a>, <a href="metrics">/metrics</a>.${visit.needsKey
          ? " The last three want a key."
          : ""}
      </p>
    </section>
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
