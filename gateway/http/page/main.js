/** The page's program: photos come in, are sent, and everything that depends on them is drawn anew. */
import { offerCamera } from "./camera.js";
import { CodeView } from "./code_view.js";
import { countText } from "./amounts.js";
import { byId, make } from "./element.js";
import { GATEWAY } from "./gateway.js";
import { GroupList } from "./group_list.js";
import { takeIn } from "./intake.js";
import { KeyForm } from "./key_form.js";
import { renderMatrix } from "./matrix.js";
import { PhotoList } from "./photo_list.js";
import { Photos } from "./photos.js";
import { Search } from "./search.js";
import { Sender } from "./sender.js";

function start() {
  const photos = new Photos();
  const settings = () => ({
    key: keyForm.key,
    isKeyAwaited: keyForm.isAwaited,
    isUpright: byId("upright").checked,
    ...modelSettings(),
  });
  const refuseKey = ({ message }) => {
    keyForm.refuse(message);
    draw();
  };
  const sender = new Sender(photos, settings, refuseKey);
  const keyForm = new KeyForm(() => {
    sender.wake();
    say("The key was accepted.");
    draw();
  });
  const list = new PhotoList(photos);
  const groups = new GroupList(photos);
  const search = new Search(photos, settings, refuseKey);
  const code = new CodeView(say);

  const isNews = newsWatch();
  let several = 0;
  let wasIdle = true;
  const draw = () => {
    const { model, isKeyAwaited, isUpright, tensorBytes } = settings();
    list.render({ tensorBytes, isKeyAwaited });
    if (isNews(photos.all.flatMap((photo) => [photo, photo.vector]))) {
      several = groups.render();
      renderMatrix(photos);
      search.render();
    }
    code.render(photos, { model, isUpright });
    // One sentence when all is done, not one a photo.
    if (sender.isIdle && !wasIdle) say(outcomeText(photos, several));
    wasIdle = sender.isIdle;
  };
  photos.addEventListener("change", oncePerFrame(draw));
  chooseModel(() => photos.restart(photos.all));
  offerCamera(takeIn(photos));
  draw();
}

/** What holds of the chosen model; its name only where there is a choice, as requests need it only there. */
function modelSettings() {
  const { models } = GATEWAY;
  const { name, tensorBytes, findsByWords } = models[Math.max(0, byId("model").selectedIndex)];
  return { model: models.length > 1 ? name : undefined, tensorBytes, findsByWords };
}

function chooseModel(onChange) {
  const select = byId("model");
  for (const { name, isDefault } of GATEWAY.models) {
    select.append(make("option", { value: name, defaultSelected: isDefault }, name));
  }
  byId("model-choice").hidden = GATEWAY.models.length < 2;
  select.addEventListener("change", onChange);
  byId("upright").addEventListener("change", onChange);
}

/** Photos change several times between two pictures of the screen. */
function oncePerFrame(draw) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  };
}

/** Tells whether a list is another one than the last: a table of cosines is long to draw. */
function newsWatch() {
  let last = [];
  return (list) => {
    const isOther = list.length !== last.length || list.some((item, at) => item !== last[at]);
    last = list;
    return isOther;
  };
}

function outcomeText(photos, several) {
  const failed = photos.all.length - photos.embedded.length;
  const failures = failed === 0 ? "" : `, ${failed} failed`;
  return `${countText(photos.embedded.length, "photo")} embedded${failures}. ` +
    `${countText(several, "group")} of near-duplicates.`;
}

function say(text) {
  byId("said").textContent = text;
}

// A gateway of words alone has no place for photos.
if (GATEWAY.models.length > 0) start();
