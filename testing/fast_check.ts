/** fast-check, apart from deno.json: all that its lock file has is fetched by a user's first command. */
export { default } from "npm:fast-check@4.10.2";
