/** Small pictures of photos, made one at a time: photos of a phone, decoded all at once, would take its memory. */
import { make } from "./element.js";

/** Pixels of an edge; twice what is shown, for fine screens. */
const EDGE = 160;

const drawn = new WeakMap();
let last = Promise.resolve();

/** A square of a photo, drawn as soon as it is its turn; the photo's name stands beside it, so it has no text of its own. */
export function preview({ file }) {
  const canvas = make("canvas", {
    width: EDGE,
    height: EDGE,
    className: "preview",
    "aria-hidden": "true",
  });
  const source = drawn.get(file) ?? drawInTurn(file);
  drawn.set(file, source);
  source.then((square) => {
    if (square === undefined) canvas.classList.add("unknown");
    else canvas.getContext("2d").drawImage(square, 0, 0);
  });
  return canvas;
}

/** Squares of a list that is drawn anew again and again: each photo has one there, which is kept. */
export function keptPreviews() {
  const kept = new WeakMap();
  return (photo) => {
    const canvas = kept.get(photo) ?? preview(photo);
    kept.set(photo, canvas);
    return canvas;
  };
}

function drawInTurn(file) {
  const square = last.then(() => draw(file)).catch(() => undefined);
  last = square;
  return square;
}

/** Throws where the browser does not know the format, such as TIFF: the gateway may. */
async function draw(file) {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const edge = Math.min(width, height);
  const square = make("canvas", { width: EDGE, height: EDGE });
  const context = square.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, (width - edge) / 2, (height - edge) / 2, edge, edge, 0, 0, EDGE, EDGE);
  bitmap.close();
  return square;
}
