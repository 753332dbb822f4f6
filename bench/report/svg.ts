/** SVG and HTML as text: elements, escaping, scales. */

/** Attributes of an element. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with its children, which are markup already. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [` ${key}="${escapeText(typeof value === "number" ? round(value) : value)}"`]
  );
  return `<${name}${written.join("")}>${children.join("")}</${name}>`;
}

/** Text at a place. */
export function label(
  x: number,
  y: number,
  attributes: Attributes & { readonly text: string },
): string {
  const { text, ...rest } = attributes;
  return element("text", { x, y, ...rest }, escapeText(text));
}

/** Text that cannot become markup. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** A picture with a description for those who cannot see it. */
export function picture(
  size: { readonly width: number; readonly height: number },
  description: string,
  ...children: string[]
): string {
  const { width, height } = size;
  const attributes = { viewBox: `0 0 ${round(width)} ${round(height)}`, role: "img" };
  return element("svg", attributes, element("title", {}, escapeText(description)), ...children);
}

/** Round values from 0 to at least the largest one. */
export function ticks(largest: number, count = 5): number[] {
  if (!(largest > 0)) return [0, 1];
  const rough = largest / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude)
    .find((candidate) => candidate >= rough) ?? 10 * magnitude;
  const last = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: last + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** A number with at most three significant digits, and thousands apart. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.min(9, digits) });
}

/** Bytes in the unit that suits. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e6) return `${short(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${short(bytes / 1e3)} kB` : `${short(bytes)} B`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
