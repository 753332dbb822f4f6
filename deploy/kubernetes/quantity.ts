/** Kubernetes' quantities, such as `500m`, `2` and `384Mi`. */
const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/**
 * Reads a quantity: bytes, cores or a count.
 *
 * @throws {SyntaxError} when it is none, or in a unit that nothing here is measured in.
 */
export function parseQuantity(text: string | number): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(String(text)) ?? [];
  const factor = FACTORS[unit];
  if (digits === "" || factor === undefined) {
    throw new SyntaxError(
      `A quantity must be a number with a known unit: current value is ${text}`,
    );
  }
  return Number(digits) * factor;
}
