/** Photos made small before they are sent: what does that is given to a client, so that browsers need not carry it. */

/** A photo as the model will see it. */
export interface ShrunkPhoto {
  /** PNG or JPEG of the model's crop. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Becomes part of the vector's preprocess id, such as `png224.native`. */
  readonly mark: string;
}

/** Shrinks a photo; one that it cannot read is sent as it is, so that the gateway says what is wrong with it. */
export type Shrink = (photo: Uint8Array<ArrayBuffer>) => Promise<ShrunkPhoto | undefined>;
