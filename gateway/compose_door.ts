/** What stands before the app: outermost what adds to every reply, then what refuses, then what answers browsers. */
import type { Config } from "./config/config_fields.ts";
import type { ApiKeys } from "./http/api_keys.ts";
import type { createApp } from "./http/app.ts";
import { ClientNames } from "./http/client_name.ts";
import { routeMethods, withCors, withPreflights } from "./http/cors.ts";
import { Door, type DoorOptions } from "./http/door.ts";
import type { Caller } from "./http/listener.ts";
import { type Fetch, withHeadCheck } from "./http/request_head.ts";
import type { Telemetry } from "./telemetry/events.ts";

/** What the door is before, and what it is made of. */
export interface ComposeDoorOptions extends Pick<DoorOptions, "admission" | "dialects"> {
  readonly config: Config;
  readonly app: ReturnType<typeof createApp>;
  readonly apiKeys: ApiKeys;
  readonly telemetry: Telemetry;
}

/** The two ways in. */
export interface Entrances {
  /** By the door, where a full gateway refuses: what a listener serves. */
  readonly fetch: Fetch<[caller: Caller]>;
  /** Past the door. */
  readonly app: Fetch<[]>;
}

/** Puts door and checks before an app; the door is closed with the stack. */
export function composeDoor(
  { config, app, apiKeys, admission, dialects, telemetry }: ComposeDoorOptions,
  stack: AsyncDisposableStack,
): Entrances {
  const serve = (request: Request, client: string) => app.fetch(request, { client });
  const clients = new ClientNames({ addressHeader: config.clientAddressHeader, apiKeys });
  const door = stack.use(new Door({ admission, dialects, clients, telemetry, serve }));
  const preflights = {
    origins: config.corsOrigins,
    methodsOf: (path: string) => routeMethods(app.router, path),
    telemetry,
  };
  const guarded = <More extends unknown[]>(fetch: Fetch<More>): Fetch<More> => {
    const heads = { dialect: dialects[0], telemetry };
    return withCors(withHeadCheck(withPreflights(fetch, preflights), heads), preflights.origins);
  };
  return { fetch: guarded(door.fetch), app: guarded((request) => serve(request, "")) };
}
