/** Paragraphs, lists and code of the document's descriptions, in HTML: as much of Markdown as those have. */
import { html } from "hono/html";

type Html = ReturnType<typeof html>;

/** Writes a text of paragraphs, of which one whose lines begin with a dash is a list. */
export function prose(text: string): Html[] {
  return text.split("\n\n").map((paragraph) => {
    const lines = paragraph.split("\n");
    return lines.every((line) => line.startsWith("- "))
      ? html`
        <ul>${lines.map((line) =>
          html`
            <li>${inline(line.slice(2))}</li>
          `
        )}</ul>
      `
      : html`
        <p>${inline(paragraph)}</p>
      `;
  });
}

/** What stands between backticks is code. */
export function inline(text: string): (string | Html)[] {
  // White space around it would show.
  // deno-fmt-ignore
  return text.split("`").map((part, at) => at % 2 === 1 ? html`<code>${part}</code>` : part);
}
