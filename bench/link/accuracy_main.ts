// deno-lint-ignore-file no-console
/** `deno task bench:link`: measures links against their settings. */
import { oneOf, runProgram } from "../../command/program.ts";
import { BANDWIDTH_ERROR_MAX, isAccurate, measureLink, RTT_ERROR_MS_MAX } from "./accuracy.ts";
import { LinkProcess } from "./link_process.ts";
import { chooseProfile, describeProfile, LINK_PROFILES } from "./profile.ts";

const PROFILES = Object.keys(LINK_PROFILES);

const HELP = `Usage: deno task bench:link [PROFILE…]

Measures links against their settings; exits 1 if one is further off than allowed.

  PROFILE  ${PROFILES.join(", ")} (all)`;

async function measure(names: readonly string[]): Promise<void> {
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

if (import.meta.main) {
  await runProgram({ help: HELP, allowPositionals: true }, ({ positionals }) => {
    const names = positionals.map((name) => oneOf("PROFILE", name, PROFILES));
    return measure(names.length > 0 ? names : PROFILES);
  });
}
