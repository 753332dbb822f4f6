/** What this program is called in /info and in its logs. */
export const NAME = "triton-edge-gateway";

/** Version, following semver. */
export const VERSION = "0.1.0";
