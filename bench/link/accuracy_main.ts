// deno-lint-ignore-file no-console
/** `deno task bench:link [PROFILE…]`: measures links against their settings; exits 1 if one is further off than allowed. */
import { BANDWIDTH_ERROR_MAX, isAccurate, measureLink, RTT_ERROR_MS_MAX } from "./accuracy.ts";
import { LinkProcess } from "./link_process.ts";
import { chooseProfile, describeProfile, LINK_PROFILES } from "./profile.ts";

if (import.meta.main) {
  const names = Deno.args.length > 0 ? Deno.args : Object.keys(LINK_PROFILES);
  console.log(`Allowed: ${RTT_ERROR_MS_MAX} ms, ${BANDWIDTH_ERROR_MAX * 100} %`);
  for (const name of names) {
    await using link = await LinkProcess.start(chooseProfile({ profile: name }));
    const accuracy = await measureLink(link);
    const { rttMsMeasured, mbitPerSecondUp, mbitPerSecondDown } = accuracy;
    const rate = mbitPerSecondUp === null
      ? ""
      : `, up ${mbitPerSecondUp.toFixed(2)}, down ${mbitPerSecondDown?.toFixed(2)} Mbit/s`;
    const verdict = isAccurate(accuracy) ? "" : "  ← too far off";
    console.log(
      `${describeProfile(link.profile)}. Measured: ${rttMsMeasured.toFixed(2)} ms${rate}${verdict}`,
    );
    if (!isAccurate(accuracy)) Deno.exitCode = 1;
  }
}
