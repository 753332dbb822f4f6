/** The same fingerprint for texts: of everything that changes the embedding of one. */
import { createHash } from "node:crypto";
import type { TextManifest } from "../../models/contract/manifest.ts";
import { tokenizerId } from "../../tokenize/tokenizer_id.ts";

/** What the fingerprint covers. */
export interface TextIdentity {
  readonly modelDigest: string;
  /** Of the tokenizer, with its code's revision, its vocabulary's digest and the model's context length. */
  readonly tokenizerId: string;
  readonly inputDatatype: string;
}

/** The id of a text model's tokenizer. */
export function modelTokenizerId(
  { tokenizer, architecture }: Pick<TextManifest, "tokenizer" | "architecture">,
): string {
  return tokenizerId({
    vocabularySha256: tokenizer.vocabulary.sha256,
    contextLength: architecture.context_length,
  });
}

/** Raised by hand whenever this code starts to give other bytes for the same token ids. */
const REVISION = 1;

/** 16 hex digits behind `t1-`; equal ids mean equal embeddings of equal texts, up to the runtime's rounding. */
export function textPreprocessId(
  { modelDigest, tokenizerId, inputDatatype }: TextIdentity,
): string {
  const canonical = JSON.stringify([REVISION, modelDigest, tokenizerId, inputDatatype]);
  return `t${REVISION}-${createHash("sha256").update(canonical).digest("hex").slice(0, 16)}`;
}

/** The fingerprint of whatever the model is by now; computed once for each, since every reply carries one. */
export function rememberedTextId(identify: () => TextIdentity): () => string {
  let known: { readonly modelDigest: string; readonly id: string } | undefined;
  return () => {
    const identity = identify();
    const { modelDigest } = identity;
    if (known?.modelDigest !== modelDigest) known = { modelDigest, id: textPreprocessId(identity) };
    return known.id;
  };
}
