/** What workers may do: code and libraries to load, and else nothing: no network, no writing. */
export const WORKER_PERMISSIONS: Deno.PermissionOptionsObject = {
  read: "inherit",
  ffi: "inherit",
  env: false,
  net: false,
  write: false,
  run: false,
  sys: false,
  import: false,
};
