/** Keys: what they do, and the list of them. */
import { byId, make } from "./element.js";

const STORED = "photos-review-keys";
/** What takes arrows or letters itself. */
const TAKES_KEYS = "input:not([type=checkbox]), select, textarea";

/** In the order of the help; `action` is a name of `actions`, called with `value`. */
const KEYS = [
  { keys: ["j"], shown: "j", does: "Next group", action: "moveGroup", value: 1 },
  { keys: ["k"], shown: "k", does: "Group before", action: "moveGroup", value: -1 },
  { keys: ["n"], shown: "n", does: "Next group that is not decided", action: "nextUndecided" },
  { keys: ["ArrowRight"], shown: "→", does: "Next photo", action: "movePhoto", value: 1 },
  { keys: ["ArrowLeft"], shown: "←", does: "Photo before", action: "movePhoto", value: -1 },
  { keys: [..."123456789"], shown: "1 – 9", does: "Keep photo of that place", action: "keepPlace" },
  { keys: ["x"], shown: "x", does: "Mark photo trash", action: "trash" },
  { keys: ["o"], shown: "o", does: "Keep only this photo of its group", action: "keepOnly" },
  { keys: ["u"], shown: "u", does: "Undo last decision", action: "undo" },
  { keys: ["c"], shown: "c", does: "Compare photos of group", action: "compare" },
  { keys: ["f"], shown: "f", does: "Flicker, while comparing", action: "flicker" },
  { keys: [" "], shown: "Space", does: "Switch photos, while they flicker", action: "swap" },
  { keys: ["+", "="], shown: "+", does: "Zoom in, while comparing", action: "zoom", value: 1 },
  { keys: ["-"], shown: "−", does: "Zoom out, while comparing", action: "zoom", value: -1 },
  { keys: ["?"], shown: "?", does: "This help", action: "help" },
];

/** Listens; an action that gives `false` leaves the key to the browser. */
export function listenToKeys(actions) {
  const isOn = byId("keys-on");
  isOn.checked = localStorage.getItem(STORED) !== "off";
  isOn.addEventListener("change", () => localStorage.setItem(STORED, isOn.checked ? "on" : "off"));
  const list = byId("keys");
  for (const { shown, does } of KEYS) {
    list.append(make("div", {}, make("dt", {}, make("kbd", {}, shown)), make("dd", {}, does)));
  }
  document.addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    if (!isOn.checked || altKey || ctrlKey || metaKey || target.closest(TAKES_KEYS)) return;
    // A button is pressed by it.
    if (key === " " && target.closest("button, input")) return;
    const found = KEYS.find(({ keys }) => keys.includes(key));
    if (found === undefined || actions[found.action](found.value ?? key) === false) return;
    event.preventDefault();
  });
}
