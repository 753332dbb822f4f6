/** The seam between the gateway and the ways in which clients speak to it: one file a dialect. */
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

/** A body that was read, with what its request's head says. */
export interface EncodedRequest {
  readonly kind: BodyKind;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Parameters of the query string. */
  readonly query: Readonly<Record<string, string>>;
  /** Options that hold where neither body nor query says otherwise. */
  readonly defaults: OptionDefaults;
}

/** What a reply says beside its embeddings. */
export interface ReplyModel {
  readonly model: string;
  /** The models of images and of texts, where the inputs are both. */
  readonly models?: Readonly<Record<Modality, string>>;
  /** Length of an embedding. */
  readonly dim: number;
  /** Positions of texts whose end had no influence, ascending. */
  readonly truncated?: readonly number[];
  /** How cosines of images with texts are weighed, where the checkpoint says so. */
  readonly logits?: CosineLogits | undefined;
}

/** Writes the rows of a reply. */
type WriteReply = (items: readonly EmbedItem[], model: ReplyModel) => Response;

/** A path of an URL. */
export type Path = `/${string}`;

/** A model that is served, as far as a list of models needs it. */
export interface ListedModel {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** What a dialect's clients ask for beside embeddings. */
interface DialectGet {
  /** It wants a key, as embeddings do. */
  readonly path: Path;
  reply(models: readonly ListedModel[]): Response;
}

/** One way to ask for embeddings. */
export interface Dialect {
  /** Names it to the worker that reads long bodies. */
  readonly name: string;
  /** Where it is spoken: POST on each of these paths; errors of paths below them are worded by it, too. */
  readonly paths: readonly [Path, ...Path[]];
  /** Paths of other requests of its clients, whose errors it words as well. */
  readonly gets?: readonly DialectGet[];
  /** The header that its clients put their API key into. */
  readonly key: KeyHeader;
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
}
