/** fake-timers, apart from deno.json: all that its lock file has is fetched by a user's first command. */
export { type Clock, install } from "npm:@sinonjs/fake-timers@15.5.0";
