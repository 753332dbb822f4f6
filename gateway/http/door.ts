/** The first that sees a request: a full gateway refuses new work here, before anything else is done for it. */
import { ERROR_CATALOGUE } from "../contract/catalogue.ts";
import { type GatewayError, overloaded } from "../contract/errors.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { Admission } from "./admission.ts";
import { drainBody } from "./body_drain.ts";
import type { ClientNames } from "./client_name.ts";
import { type Addressee, type Dialects, DialectTable } from "./dialects/dialect_table.ts";
import { errorResponse } from "./error_response.ts";
import type { Caller } from "./listener.ts";
import { type Pace, Pacer } from "./pacer.ts";
import { requestIdOf } from "./request_context.ts";

/** What the door is made of. */
export interface DoorOptions {
  readonly admission: Pick<Admission, "isFullFor" | "limit">;
  readonly dialects: Dialects;
  readonly clients: ClientNames;
  readonly telemetry: Pick<Telemetry, "requestRefused">;
  /** Serves whoever comes in; `client` is who that is. */
  readonly serve: (request: Request, client: string) => Response | Promise<Response>;
}

/** Who asks for no work, or will be refused before there is any. */
const NOBODY = "";
/**
 * At 0.2 to 0.3 ms each, with bodies of 13 to 60 KB to be read, a thirtieth of an isolate's thread. `Retry-After` asks for
 * 2 s on average, so that to be told late costs a client little.
 */
const REFUSALS: Pace = { perSecond: 125, burst: 100, heldMsMax: 4000 };
/** Who sends too slowly on purpose begins anew as soon as it is told: at 0.7 ms each, connections included, a hundredth. */
const LATE_BODIES: Pace = { perSecond: 15, burst: 25, heldMsMax: 4000 };
/** Probes, metrics, pages and wrong paths, at 0.1 ms each: a fortieth. Who asks once is not to wait for those who flood. */
const ASIDES: Pace = { perSecond: 250, burst: 200, heldMsMax: 2000, isNewestFirst: true };
/** Statuses that go out no faster than the door's own refusals: guessing keys costs less than it is worth, too. */
const REFUSED = [ERROR_CATALOGUE.overloaded.status, ERROR_CATALOGUE.unauthorized.status];
const LATE_BODY = ERROR_CATALOGUE.body_timeout.status;
/** Refusals made for one limit, each of which asks to come back after another time. */
const REFUSALS_KEPT = 16;

/** One isolate's. */
export class Door implements Disposable {
  readonly #options: DoorOptions;
  readonly #refusalPacer = new Pacer(REFUSALS);
  readonly #lateBodies = new Pacer(LATE_BODIES);
  readonly #asides = new Pacer(ASIDES);
  readonly #refusals: GatewayError[] = [];
  readonly #table: DialectTable;
  #refusalsLimit = 0;
  #turns = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#table = new DialectTable(options.dialects);
  }

  /** Serves a request, or refuses it if it asks for work that there is no room for. */
  readonly fetch = (request: Request, caller: Caller): Response | Promise<Response> => {
    const { admission, clients, serve } = this.#options;
    const addressee = request.method === "POST"
      ? this.#table.addresseeOf(pathOf(request.url))
      : undefined;
    if (addressee === undefined) return this.#aside(request);
    const client = clients.of(request, caller.remoteAddr, addressee.dialect.key);
    if (admission.isFullFor(client)) return this.#refuse(request, addressee);
    return this.#paced(serve(request, client ?? NOBODY));
  };

  /** Probes, metrics and errors must not be refused, and cost little unless there are many. */
  #aside(request: Request): Response | Promise<Response> {
    const { serve } = this.#options;
    const turn = this.#asides.turn();
    return turn === undefined ? serve(request, NOBODY) : turn.then(() => serve(request, NOBODY));
  }

  /** What is refused further inside, as only there it is known to be too much, goes out no faster. */
  async #paced(reply: Response | Promise<Response>): Promise<Response> {
    const response = await reply;
    if (REFUSED.includes(response.status)) await this.#refusalPacer.turn();
    else if (response.status === LATE_BODY) await this.#lateBodies.turn();
    return response;
  }

  /** Lets all out that are held. */
  [Symbol.dispose](): void {
    for (const pacer of [this.#refusalPacer, this.#lateBodies, this.#asides]) {
      pacer[Symbol.dispose]();
    }
  }

  async #refuse(request: Request, { route, dialect }: Addressee): Promise<Response> {
    const error = this.#refusal();
    this.#options.telemetry.requestRefused({ route, code: error.code });
    const turn = this.#refusalPacer.turn();
    if (turn !== undefined) await turn;
    const isBodyDrained = await drainBody(request);
    const requestId = requestIdOf(request.headers.get("x-request-id"));
    const headers = { "x-request-id": requestId, "cache-control": "no-store, no-transform" };
    const asked = request.headers;
    return errorResponse(error, { dialect, requestId, isBodyDrained, headers, asked });
  }

  /** One error for many: making one, with its stack, takes as long as everything else here. */
  #refusal(): GatewayError {
    const { limit } = this.#options.admission;
    if (this.#refusals.length === REFUSALS_KEPT && this.#refusalsLimit === limit) {
      return this.#refusals[this.#turns++ % REFUSALS_KEPT] as GatewayError;
    }
    if (this.#refusalsLimit !== limit) this.#refusals.length = 0;
    this.#refusalsLimit = limit;
    const error = overloaded("requests in work", limit);
    this.#refusals.push(error);
    return error;
  }
}

/** The path of an absolute URL, without parsing the rest. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  return url.slice(start, query < 0 ? undefined : query);
}
