/** Prints deno.lock for the registry that NPM_CONFIG_REGISTRY names; for the image's build. */
import { lockToRegistry, NPM } from "./registry_lock.ts";

if (import.meta.main) {
  const lock = await Deno.readTextFile("deno.lock");
  const text = lockToRegistry(lock, Deno.env.get("NPM_CONFIG_REGISTRY") || NPM);
  await Deno.stdout.write(new TextEncoder().encode(text));
}
