/** A folder of photos that was scanned and looked through. */
import { Library } from "../photos/library/library.ts";
import { type PhotosTrial, photosTrial } from "./photos_task.ts";

/** A cat twice, the copy of which is marked trash. */
export async function markedPhotos(): Promise<PhotosTrial> {
  const trial = await photosTrial("cat.jpg", "coffee.jpg");
  await Deno.mkdir(`${trial.path}/old`);
  await Deno.copyFile(`${trial.path}/cat.jpg`, `${trial.path}/old/cat, copy.jpg`);
  await trial.run("scan", ".");
  using library = Library.open(`${trial.path}/.photos`);
  const cats = [...library.photos.all()].filter(({ path }) => path.includes("cat"));
  const group = cats.map(({ path }) => path);
  for (const { path, digest } of cats) {
    library.decisions.put({ path, digest, choice: path === "cat.jpg" ? "keep" : "trash", group });
  }
  return trial;
}
