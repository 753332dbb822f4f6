/** What workers may do: code and libraries to load, the variable that imagescript reads, and else nothing: no network, no writing. */
export const WORKER_PERMISSIONS: Deno.PermissionOptionsObject = {
  read: "inherit",
  ffi: "inherit",
  env: ["IMAGESCRIPT_WASM_SIMD"],
  net: false,
  write: false,
  run: false,
  sys: false,
  import: false,
};
