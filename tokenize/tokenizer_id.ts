/** What changes the ids of a text, in one line. */

/** Raised by hand whenever this folder starts to give other ids for the same text. */
const REVISION = 1;

/** What the ids of a text depend on besides the text and this code. */
export interface TokenizerIdentity {
  /** Of the vocabulary's file, in hex. */
  readonly vocabularySha256: string;
  readonly contextLength: number;
}

/** Equal ids mean equal tokens of equal texts. It is to be a part of whatever names embeddings of texts. */
export function tokenizerId({ vocabularySha256, contextLength }: TokenizerIdentity): string {
  return `clip-bpe-${REVISION}-${contextLength}-${vocabularySha256}`;
}
