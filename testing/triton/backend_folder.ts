/** The backends of one run of Triton: its Python backend, and ours on top of it. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { TritonInstallation } from "./installation.ts";

/** Names for `backend` in a config.pbtxt, and the folder beside this file that serves it. */
const BACKENDS: Record<string, string> = {
  onnxruntime: "onnxruntime_backend",
  scripted: "scripted_backend",
};

/**
 * Fills a folder with copies (3 MB) of the backends. The stub writes `__pycache__` beside every model.py it loads,
 * whatever PYTHONDONTWRITEBYTECODE says, and that belongs neither among our sources nor into the installation.
 */
export async function fillBackendFolder(
  folder: string,
  installation: Pick<TritonInstallation, "pythonBackend">,
): Promise<void> {
  await Deno.mkdir(`${folder}/python`, { recursive: true });
  for (const file of installation.pythonBackend) {
    await Deno.copyFile(file, `${folder}/python/${basename(file)}`);
  }
  for (const [name, source] of Object.entries(BACKENDS)) {
    await Deno.mkdir(`${folder}/${name}`);
    const model = fileURLToPath(new URL(`./${source}/model.py`, import.meta.url));
    await Deno.copyFile(model, `${folder}/${name}/model.py`);
  }
}
