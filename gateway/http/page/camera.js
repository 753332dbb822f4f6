/** Photos from a camera: a phone's own camera app, or the one of a laptop, live in a dialog. */
import { byId, make, showText } from "./element.js";

/** Shows the button that fits the device, if any; `add` takes files. */
export function offerCamera(add) {
  if (matchMedia("(pointer: coarse)").matches) {
    byId("capture").hidden = false;
    document.querySelector('label[for="capture"]').hidden = false;
    return;
  }
  // Browsers have it on HTTPS and localhost only.
  if (navigator.mediaDevices?.getUserMedia === undefined) return;
  const button = byId("camera");
  button.hidden = false;
  button.addEventListener("click", open);
  byId("camera-close").addEventListener("click", () => byId("camera-dialog").close());
  byId("camera-take").addEventListener("click", () => take(add));
  byId("camera-dialog").addEventListener("close", stop);
}

async function open() {
  const problem = byId("intake-problem");
  try {
    const video = byId("camera-video");
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
    showText(problem, "");
    // There is nothing to take before the first picture.
    byId("camera-take").disabled = true;
    byId("camera-dialog").showModal();
    await video.play();
    byId("camera-take").disabled = false;
  } catch {
    showText(problem, "Cannot use a camera: there is none, or this page may not use it.");
  }
}

/** The lamp goes out. */
function stop() {
  const video = byId("camera-video");
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

function take(add) {
  const video = byId("camera-video");
  const { videoWidth: width, videoHeight: height } = video;
  const canvas = make("canvas", { width, height });
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob(
    (blob) => {
      const time = new Date().toISOString().slice(11, 19).replaceAll(":", "-");
      if (blob !== null) add([new File([blob], `camera_${time}.jpg`, { type: "image/jpeg" })]);
      byId("camera-dialog").close();
    },
    "image/jpeg",
    0.9,
  );
}
