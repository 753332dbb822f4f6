/** The report: one HTML file that needs nothing else. */
import { problemsOf } from "./checks.ts";
import { type Headline, headlines } from "./headline.ts";
import { SEGMENTS, seriesColor } from "./palette.ts";
import { bytesPicture, cpuPicture, latencyPicture, throughputPictures } from "./pictures.ts";
import type { BenchResult, Series } from "./result.ts";
import { STYLE } from "./style.ts";
import { element, escapeText, formatBytes, short } from "./svg.ts";
import { agreementText, cpuTable, gridTable, serverTable } from "./tables.ts";

/** Writes the page. */
export function reportPage(result: BenchResult): string {
  const title = "A photo's way to its embedding";
  const body = [
    element("h1", {}, title),
    element("p", { class: "lead" }, leadText(result)),
    element("div", { class: "headlines" }, ...headlines(result).map(headlineBox)),
    ...warnings(result),
    ...sections(result),
    element("footer", {}, ...provenance(result)),
  ];
  return "<!DOCTYPE html>\n" + element(
    "html",
    { lang: "en" },
    element(
      "head",
      {},
      '<meta charset="utf-8"><meta name="viewport" content="width=device-width">',
      element("title", {}, title),
      element("style", {}, STYLE),
    ),
    element("body", {}, ...body),
  );
}

function leadText({ link, photos, gatewayEngine, model }: BenchResult): string {
  const rate = link.mbitPerSecond === null ? "" : ` and ${short(link.mbitPerSecond)} Mbit/s`;
  const size = formatBytes(photos.jpegBytesMean);
  return escapeText(
    `A client ${
      short(link.rttMs)
    } ms${rate} away from the model sends either tensors to Triton or JPEGs of ${size} ` +
      `to a gateway beside it. Model ${model}, gateway engine: ${gatewayEngine}.`,
  );
}

function headlineBox({ factor, text, detail }: Headline): string {
  return element(
    "div",
    { class: "headline" },
    element("strong", {}, escapeText(factor)),
    element("span", {}, escapeText(text)),
    element("small", {}, escapeText(detail)),
  );
}

function warnings(result: BenchResult): string[] {
  const failed = result.cells.filter(({ errors }) => Object.keys(errors).length > 0);
  const lines = [
    ...(result.isComplete ? [] : ["This run was stopped before its end."]),
    ...failed.map(({ series, errors }) => `${series}: ${JSON.stringify(errors)}`),
    ...problemsOf(result),
  ];
  if (lines.length === 0) return [];
  return [
    element(
      "ul",
      { class: "warning" },
      ...lines.map((line) => element("li", {}, escapeText(line))),
    ),
  ];
}

/** A section, unless it has nothing to show. */
function section(title: string, text: string, ...content: string[]): string[] {
  if (content.every((part) => part === "")) return [];
  return [element("section", {}, element("h2", {}, title), element("p", {}, text), ...content)];
}

function grid(pictures: readonly string[]): string {
  return pictures.length === 0 ? "" : element("div", { class: "pictures" }, ...pictures);
}

function sections(result: BenchResult): string[] {
  return [
    ...section(
      "Where the time goes",
      "One image, one request at a time, means. Gray is distance, which nobody can shorten; orange is bytes.",
      latencyPicture(result),
      details("The servers' own accounts", serverTable(result)),
    ),
    ...section("What crosses the line for one image", "", bytesPicture(result)),
    ...section(
      "How many images a second",
      "Closed loop, every client sends its next request when it has its reply.",
      seriesLegend(result.series),
      grid(throughputPictures(result)),
      details("All figures", gridTable(result)),
    ),
    ...section(
      "What it costs in processor time",
      "One image, one request at a time. The client pays for its own preprocessing of tensors, which is not shown.",
      cpuPicture(result),
      details("By thread, and memory", cpuTable(result)),
    ),
  ];
}

function seriesLegend(entries: readonly Pick<Series, "label" | "way">[]): string {
  const spans = entries.map((one) =>
    element("span", { style: `--color: ${seriesColor(one)}` }, escapeText(one.label))
  );
  return element("p", { class: "series" }, ...spans);
}

function details(title: string, content: string): string {
  return element("details", {}, element("summary", {}, title), content);
}

function provenance(result: BenchResult): string[] {
  const { machine, versions, link, photos } = result;
  const measured = link.mbitPerSecondUp === null
    ? `${short(link.rttMsMeasured)} ms`
    : `${short(link.rttMsMeasured)} ms, ${short(link.mbitPerSecondUp)} Mbit/s up, ` +
      `${short(link.mbitPerSecondDown ?? NaN)} down`;
  const date = result.startedAt.slice(0, 16);
  const numbers = Object.entries(versions).map((entry) => entry.join(" ")).join(", ");
  const lines = [
    `The line is a user-space proxy with delay, bandwidth and one queue a direction; measured: ${measured}. ` +
    "It reproduces no packet loss, no slow start, no other traffic.",
    `${photos.count} different photos of ${photos.size} px. ${agreementText(result)}`,
    `Colours of stages: ${SEGMENTS.server.label} is what the link sees of the server beyond its own stamps.`,
    `${result.command}; commit ${result.commit}; ${date}; ${result.seconds} s.`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}; ${numbers}. ` +
    "Clients, link and servers share the machine.",
  ];
  return lines.map((line) => element("p", {}, escapeText(line)));
}
