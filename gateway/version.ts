/** Name and version of this program. */
export const NAME = "triton-edge-gateway";
export const VERSION = "0.1.0";
