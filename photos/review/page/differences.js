/** What tells two photos apart, beside their pixels. */
import { bytesText, sizeText, splitPath } from "./amounts.js";

/** Of two photos' facts and settings, a row a fact that either of them has: its name, both values as text, and whether they differ. */
export function differences(left, right) {
  const settings = new Set([left, right].flatMap(({ settings }) => Object.keys(settings)));
  const rows = FACTS.map(([name, read]) => ({ name, left: read(left), right: read(right) }));
  for (const name of settings) {
    rows.push({ name, left: left.settings[name] ?? "", right: right.settings[name] ?? "" });
  }
  return rows
    .filter((row) => row.left !== "" || row.right !== "")
    .map((row) => ({ ...row, isOther: row.left !== row.right }));
}

const FACTS = [
  ["Name", ({ path }) => splitPath(path).name],
  ["Folder", ({ path }) => splitPath(path).folder],
  ["Pixels", sizeText],
  ["File", ({ bytes }) => `${bytesText(bytes)} (${bytes.toLocaleString("en")} bytes)`],
  ["Format", ({ format }) => format?.toUpperCase() ?? ""],
  ["Taken", ({ takenAt }) => takenAt?.replace("T", " ") ?? ""],
  ["Camera", ({ camera }) => camera ?? ""],
  ["Changed", ({ mtimeMs }) => new Date(mtimeMs).toISOString().slice(0, 19).replace("T", " ")],
];
