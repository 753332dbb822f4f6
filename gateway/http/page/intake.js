/** How photos come onto the page: chosen, dropped, pasted, or samples. */
import { countText } from "./amounts.js";
import { byId, showText } from "./element.js";
import { addressOf } from "./gateway.js";
import { PHOTOS_MAX } from "./photos.js";

/** Two of one picture, twice, and one that is alone; as `gateway/http/page/README.md` has them. */
const SAMPLES = ["cat_half", "cat_q30", "coffee_half", "coffee_q30", "rocket_half"]
  .map((name) => `${name}.jpg`);

/** Takes photos in every way; gives back what takes those of the camera. */
export function takeIn(photos) {
  const problem = byId("intake-problem");
  byId("intake-note").textContent =
    `Up to ${PHOTOS_MAX} photos. They go to this gateway only, as they are, and it keeps none.`;
  const add = (files) => {
    const left = photos.add([...files]);
    showText(
      problem,
      left === 0
        ? ""
        : `${
          countText(left, "file")
        } left out, as this page holds ${PHOTOS_MAX} photos. Remove some.`,
    );
  };
  for (const input of [byId("files"), byId("capture")]) {
    input.addEventListener("change", () => {
      add(input.files);
      // The same file may be chosen once more.
      input.value = "";
    });
  }
  takeDropped(add);
  document.addEventListener("paste", ({ clipboardData }) => {
    if (clipboardData !== null && clipboardData.files.length > 0) add(clipboardData.files);
  });
  byId("samples").addEventListener("click", async () => {
    try {
      add(await Promise.all(SAMPLES.map(fetchSample)));
    } catch {
      showText(problem, "Cannot reach the gateway for its samples. See whether it still runs.");
    }
  });
  return add;
}

/** Files may be dropped anywhere: beside the place, a browser would leave the page and show the photo. */
function takeDropped(add) {
  const place = byId("drop");
  let depth = 0;
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    place.classList.toggle("over", depth > 0);
  };
  const on = (type, react) =>
    addEventListener(type, (event) => {
      if (mayBePhoto(event.dataTransfer)) react(event);
    });
  on("dragenter", () => mark(1));
  on("dragleave", () => mark(-1));
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    mark(-depth);
    const { files } = event.dataTransfer;
    if (files.length > 0) add(files);
    else {showText(
        byId("intake-problem"),
        "Nothing came along. Save the photo first, then drop its file.",
      );}
  });
}

/** Words that somebody drags into a field are none of ours; a link may be a photo of another page. */
function mayBePhoto(transfer) {
  return transfer !== null &&
    ["Files", "text/uri-list"].some((type) => transfer.types.includes(type));
}

async function fetchSample(name) {
  const response = await fetch(addressOf(`page/${name}`));
  if (!response.ok) throw new Error(`Cannot fetch ${name}`);
  return new File([await response.blob()], name, { type: "image/jpeg" });
}
