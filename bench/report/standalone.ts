/** Pictures as files of their own, for a light page and for a dark one. */

/** Pages' colours, as GitHub has them. */
export const THEMES = {
  light: {
    page: { background: "#ffffff", text: "#1f2328", muted: "#59636e", grid: "#d1d9e0" },
    pieces: { distance: "#afb8c1", bytes: "#e16f24", work: "#0969da" },
  },
  dark: {
    page: { background: "#0d1117", text: "#f0f6fc", muted: "#9198a1", grid: "#3d444d" },
    pieces: { distance: "#656c76", bytes: "#f0883e", work: "#4493f8" },
  },
} as const;

/** Name of a theme. */
export type ThemeName = keyof typeof THEMES;

/** All of them. */
export const THEME_NAMES = Object.keys(THEMES) as readonly ThemeName[];

/** A file needs a namespace and brings its style along: a page's own does not reach into an image. */
export function standalone(
  svg: string,
  { background, text, muted, grid }: Readonly<Record<string, string>>,
): string {
  const style =
    `text{font:14px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:${text}}` +
    `.grid{stroke:${grid}}.tick,.legend{font-size:13px;fill:${muted}}` +
    ".title{font-size:16px;font-weight:600}.name{font-size:12.5px}" +
    `.value{font-weight:600;paint-order:stroke;stroke:${background};stroke-width:5px}`;
  return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace("</title>", `</title><style>${style}</style>`) + "\n";
}
