/** A photo in the list: what it is, how it went, where its time went, and its bytes beside those of a tensor. */
import { adviceOn, isWorthAnotherTry } from "./advice.js";
import { bytesText, countText, millisecondsText } from "./amounts.js";
import { make } from "./element.js";
import { preview } from "./preview.js";
import { splitTime } from "./server_timing.js";

const STATES = { waiting: "Waits for its turn", sending: "On its way …" };
/** Phases that have a colour of their own; see `page.css`. */
const COLOURED = ["body", "preprocess", "infer", "line"];

/** Makes the view of a photo, and what brings it up to date. */
export function photoView(photo, { onRemove, onRetry }) {
  const details = make("div", { className: "details" });
  const number = make("span", { className: "number" });
  const remove = make("button", {
    type: "button",
    className: "quiet remove",
    "aria-label": `Remove ${photo.name}`,
    onclick: onRemove,
  }, "✕");
  const title = make("p", { className: "name" }, number, " ", photo.name);
  const element = make(
    "li",
    {},
    preview(photo),
    make("div", { className: "content" }, title, details),
    remove,
  );
  let shown = "";
  return {
    element,
    remove,
    update({ place, tensorBytes, isKeyAwaited }) {
      number.textContent = `${place}.`;
      // A view is made anew only where it would differ: nobody's focus and selection are to be lost.
      const now = [photo.state, photo.reply?.serverTiming, photo.problem?.message, isKeyAwaited]
        .join();
      if (now === shown) return;
      shown = now;
      element.dataset.state = photo.state;
      details.replaceChildren(...detailsOf(photo, { tensorBytes, isKeyAwaited, onRetry }));
    },
  };
}

function detailsOf(photo, { tensorBytes, isKeyAwaited, onRetry }) {
  const { state, reply, problem, file } = photo;
  if (state === "done") return [...timeView(reply), ...bytesView(file.size, tensorBytes)];
  if (state === "failed") return problemView(photo.name, problem, onRetry);
  return [make("p", { className: "note" }, isKeyAwaited ? "Waits for the key" : STATES[state])];
}

function problemView(name, { message, code }, onRetry) {
  const advice = adviceOn(code);
  const text = make(
    "p",
    { className: "problem" },
    make("strong", {}, message),
    advice === "" ? "" : `. ${advice}`,
  );
  if (!isWorthAnotherTry(code)) return [text];
  return [
    text,
    make(
      "button",
      { type: "button", "aria-label": `Try again: ${name}`, onclick: onRetry },
      "Try again",
    ),
  ];
}

function timeView({ serverTiming, waitedMs }) {
  const parts = splitTime(serverTiming, waitedMs);
  const bar = make("div", { className: "bar", "aria-hidden": "true" });
  const text = make("p", { className: "note parts" }, `${millisecondsText(waitedMs)}: `);
  parts.forEach(({ name, ms }, index) => {
    const kind = `phase ${COLOURED.includes(name) ? name : "other"}`;
    const part = make("span", { className: kind });
    part.style.flexGrow = String(ms);
    bar.append(part);
    const swatch = make("span", { className: `swatch ${kind}`, "aria-hidden": "true" });
    const comma = index === parts.length - 1 ? "" : ",";
    text.append(
      make("span", { className: "part" }, swatch, `${name} ${millisecondsText(ms)}${comma}`),
      " ",
    );
  });
  return [bar, text];
}

function bytesView(bytes, tensorBytes) {
  const share = make("span", { className: "phase sent" });
  share.style.width = `${Math.min(100, (100 * bytes) / Math.max(bytes, tensorBytes))}%`;
  const times = tensorBytes / bytes;
  const comparison = times >= 1
    ? `${times >= 10 ? Math.round(times) : times.toFixed(1)} times as much`
    : "less than this photo";
  return [
    make("div", { className: "bar", "aria-hidden": "true" }, share),
    make(
      "p",
      { className: "note" },
      `${bytesText(bytes)} sent; its tensor has ${countText(tensorBytes, "byte")}, ${comparison}`,
    ),
  ];
}
