/** yaml, apart from deno.json: all that its lock file has is fetched by a user's first command. */
export { isNode, parse, parseAllDocuments, parseDocument, stringify } from "npm:yaml@2.9.1";
