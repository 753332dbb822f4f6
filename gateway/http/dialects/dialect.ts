/** The seam between the gateway and the ways in which clients speak to it: one file a dialect. */
import type { z } from "zod";
import type { Modality } from "../../../models/contract/manifest.ts";
import type {
  CosineLogits,
  EmbedItem,
  EmbedRequest,
  EmbedRequestLimits,
} from "../../contract/embed_request.ts";
import type { GatewayError } from "../../contract/errors.ts";
import type { OptionDefaults } from "../../contract/options.ts";
import type { KeyHeader } from "../codec/key_header.ts";
import type { BodyKind } from "../codec/body_kind.ts";
import type { Path } from "../codec/path_template.ts";

/** A body that was read, with what its request's head says. It may move to a worker. */
export interface EncodedRequest {
  readonly kind: BodyKind;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Parameters of the query string. */
  readonly query: Readonly<Record<string, string>>;
  /** What the path has where its template has a name in braces. */
  readonly params: Readonly<Record<string, string>>;
  /** Those of the dialect's `headers` that the request has, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Options that hold where neither body nor query says otherwise. */
  readonly defaults: OptionDefaults;
}

/** What a reply says beside its embeddings. */
export interface ReplyModel {
  readonly model: string;
  /** Its version, where that is known. */
  readonly version?: string | undefined;
  /** What the model calls its output, where it was given its inputs as tensors. */
  readonly output?: string | undefined;
  /** The models of images and of texts, where the inputs are both. */
  readonly models?: Readonly<Record<Modality, string>>;
  /** Length of an embedding. */
  readonly dim: number;
  /** Positions of texts whose end had no influence, ascending. */
  readonly truncated?: readonly number[];
  /** Ids that the texts take, with the marks at their starts and ends; absent, as 0. */
  readonly tokens?: number;
  /** How cosines of images with texts are weighed, where the checkpoint says so. */
  readonly logits?: CosineLogits | undefined;
}

/** Writes the rows of a reply. */
type WriteReply = (items: readonly EmbedItem[], model: ReplyModel) => Response;

/** A tensor of a model, without the batch dimension. */
interface ListedTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** A model that is served, as far as clients ask for it by GET. */
export interface ListedModel {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Absent where a server chooses it. */
  readonly version?: string | undefined;
  readonly modality: Modality;
  /** Whether it answers requests of its modality that name no model. */
  readonly is_default: boolean;
  /** Length of an embedding. */
  readonly dim: number;
  readonly digest: string;
  /** Of one input, without the batch dimension. */
  readonly input: ListedTensor;
  readonly output: ListedTensor;
  /** Whether clients may send such inputs themselves. */
  readonly tensor_input: boolean;
  readonly limits: Readonly<Record<string, number>>;
  readonly ready: boolean;
}

/** A request by GET, and whom it may ask. */
export interface GetRequest {
  /** As in `EncodedRequest`. */
  readonly params: Readonly<Record<string, string>>;
  readonly server: { readonly name: string; readonly version: string };
  readonly contentType: string;
  /**
   * The body of a POST, which has 4 KiB at most.
   *
   * @throws {GatewayError}
   */
  body(): Promise<Uint8Array<ArrayBuffer>>;
  /** All that are served; whoever wants to know whether they are ready waits for a second at most. */
  models(): Promise<readonly ListedModel[]>;
}

/** What a dialect's clients ask for beside embeddings. */
export interface DialectGet {
  readonly path: Path;
  /** GET unless given. */
  readonly method?: "POST";
  /** Whether it wants no key, as probes do not; absent, it wants one as embeddings do. */
  readonly isOpen?: true;
  /** Both for the API's description: what it answers, in one line, and its body. */
  readonly summary?: string;
  readonly schema?: z.ZodType;
  /** What it answers where that is no JSON: a text, or status 204 without a body. */
  readonly answers?: "text" | "nothing";
  /** @throws {GatewayError} which is worded as those of embeddings. */
  reply(request: GetRequest): Response | Promise<Response>;
}

/** Requests on a path of another dialect that are this one's own, told by their JSON. */
interface DialectClaim {
  readonly path: Path;
  isMine(fields: Readonly<Record<string, unknown>>): boolean;
}

/**
 * Bodies as schemas, from which the API's description is made. What is in a schema's `meta()` goes there, too: `examples`,
 * `description`, and as `limit` the name of the limit in /info that bounds its length.
 */
export interface DialectSchemas {
  /** What embeddings are asked for with, in one line. */
  readonly summary: string;
  /** A request of JSON; also what checks it, where a schema can say all that is to be checked. */
  readonly request: z.ZodType;
  readonly reply: z.ZodType;
  readonly error: z.ZodType;
  /** Bodies of requests that are no JSON, by their media types or ranges of them. */
  readonly bodies?: Readonly<Record<string, z.ZodType>>;
  /** Replies that are no JSON, likewise. */
  readonly replies?: Readonly<Record<string, z.ZodType>>;
  /** Parameters of the query, a field each; those of a request that has none are ignored or refused. */
  readonly query?: z.ZodObject;
}

/** One way to ask for embeddings. */
export interface Dialect {
  /** Names it to the worker that reads long bodies. */
  readonly name: string;
  /** Where it is spoken: POST on each of these paths; errors of paths below them are worded by it, too. */
  readonly paths: readonly [Path, ...Path[]];
  readonly schemas: DialectSchemas;
  /** What it takes over from others' paths. */
  readonly claims?: readonly DialectClaim[];
  /** Paths of other requests of its clients, whose errors it words as well. */
  readonly gets?: readonly DialectGet[];
  /** The header that its clients put their API key into. */
  readonly key: KeyHeader;
  /** What every body is, for clients that name its type wrongly or not at all; absent, what its head says. */
  readonly bodyKind?: BodyKind;
  /** Names of request headers that `decode` reads, in lower case. */
  readonly headers?: readonly string[];
  /**
   * Whether a request is for the server that its clients had before, where the gateway was told of one: told on the
   * isolate's thread, by as little of the body as that takes. What cannot be read is not, and `decode` says why.
   */
  isForUpstream?(request: EncodedRequest): boolean;
  /**
   * Reads a body. Long ones are read in a worker, so nothing else is known here and nothing is kept.
   *
   * @throws {GatewayError}
   */
  decode(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest;
  /**
   * Chooses the form of the reply before anything is embedded.
   *
   * @throws {GatewayError} where the reply cannot be what the request asks for.
   */
  reply(request: EmbedRequest, headers: Headers): WriteReply;
  /** What messages call an input of a request of several; unless given, by what it is and its place. */
  nameInput?(index: number): string;
  /** The status of an error's reply, where its clients take another one than the catalogue's for their own. */
  status?(error: GatewayError): number;
  /** The body of an error's reply, as JSON. */
  errorBody(error: GatewayError, requestId: string): unknown;
  /**
   * A reply without a body in its place, where clients who ask so want another form.
   *
   * @param asked The request's headers.
   */
  errorReply?(
    error: GatewayError,
    asked: Headers,
  ): { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
}
