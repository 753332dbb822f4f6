/** The image trunks of SigLIP that timm 1.0 has, by name: their numbers stand in its `vision_transformer.py`. */

/** A trunk's numbers. */
export interface SiglipTrunk {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly patchSize: number;
  readonly imageSize: number;
  readonly mlpRatio: number;
  /** GELU by its tanh formula, in place of the exact one. */
  readonly isTanh: boolean;
}

const SIZES: Readonly<
  Record<string, Pick<SiglipTrunk, "width" | "layers" | "heads" | "mlpRatio">>
> = {
  base: { width: 768, layers: 12, heads: 12, mlpRatio: 4 },
  large: { width: 1024, layers: 24, heads: 16, mlpRatio: 4 },
  so400m: { width: 1152, layers: 27, heads: 16, mlpRatio: 3.7362 },
  giantopt: { width: 1536, layers: 40, heads: 16, mlpRatio: 4 },
};

/** Whether a trunk has the tanh formula: timm gave it to those that came with SigLIP 2. */
const TRUNKS: Readonly<Record<string, boolean>> = {
  vit_base_patch32_siglip_256: true,
  vit_base_patch16_siglip_224: false,
  vit_base_patch16_siglip_256: false,
  vit_base_patch16_siglip_384: false,
  vit_base_patch16_siglip_512: false,
  vit_large_patch16_siglip_256: false,
  vit_large_patch16_siglip_384: false,
  vit_large_patch16_siglip_512: true,
  vit_so400m_patch14_siglip_224: false,
  vit_so400m_patch14_siglip_378: false,
  vit_so400m_patch14_siglip_384: false,
  vit_so400m_patch16_siglip_256: true,
  vit_so400m_patch16_siglip_384: true,
  vit_so400m_patch16_siglip_512: true,
  vit_giantopt_patch16_siglip_256: true,
  vit_giantopt_patch16_siglip_384: true,
};

/** The trunk of a name of timm's, without the tag of weights behind a dot; nothing for others. */
export function siglipTrunk(timmName: string): SiglipTrunk | undefined {
  const [name = ""] = timmName.split(".");
  const isTanh = TRUNKS[name];
  const [, size = "", patchSize, imageSize] = /^vit_(\w+)_patch(\d+)_siglip_(\d+)$/.exec(name) ??
    [];
  const numbers = SIZES[size];
  if (isTanh === undefined || numbers === undefined) return undefined;
  return { ...numbers, patchSize: Number(patchSize), imageSize: Number(imageSize), isTanh };
}
