/** What the API's description is made of. */
import type { Dialects } from "../dialects/dialect_table.ts";
import type { Path } from "../codec/path_template.ts";

/** A path of the gateway, with what is known of its key. */
export interface DescribedRoute {
  readonly method: "GET" | "POST";
  readonly path: Path;
  /** Whether it wants no key. */
  readonly isOpen: boolean;
}

/** A running gateway, as far as its description tells of it: nothing that is secret. */
export interface DescribedGateway {
  readonly name: string;
  readonly version: string;
  readonly routes: readonly DescribedRoute[];
  readonly dialects: Dialects;
  /** Whether routes that are not open want a key. */
  readonly needsKey: boolean;
  /** Those in effect, by their names in /info. */
  readonly limits: Readonly<Record<string, number>>;
  /** Lengths that its models' embeddings have. */
  readonly dims: readonly number[];
  /** Options whose defaults are settings, by their names on the wire. */
  readonly defaults: Readonly<Record<string, string>>;
}
