import assert from "node:assert/strict";
import { testPosix } from "../testing/platform_tests.ts";
import { absoluteArguments, parseLaunch, pathGrants, type PermissionSet } from "./path_grants.ts";

const STANDPOINT = {
  from: "/home/me/photos",
  project: "/opt/gateway/",
  home: "/home/me",
  env: (): string | undefined => undefined,
};

/** What is granted to a program that is given arguments, and what it is given. */
function launch(
  flags: readonly string[],
  args: readonly string[],
  { repository, set = {} }: { readonly repository?: string; readonly set?: PermissionSet } = {},
) {
  const parsed = parseLaunch([...flags, "-P=set", "main.ts", ...args]);
  assert.deepEqual([parsed.set, parsed.program], ["set", "main.ts"]);
  const typed = absoluteArguments(parsed, STANDPOINT);
  const env = (name: string) => name === "REPOSITORY" ? repository : undefined;
  return { grants: pathGrants({ ...parsed, args: typed }, set, { ...STANDPOINT, env }), typed };
}

const reads = (...paths: string[]) => paths.map((path) => `--allow-read=${path}`);

testPosix(
  "a path that is no option is granted from where the person stands, and stays as it was typed",
  () => {
    const args = ["a.jpg", "../b c", "/tmp/x", "--", "-x.jpg", "~/y"];
    assert.deepEqual(launch(["--read=FILE"], args), {
      grants: reads(
        ...["/home/me/photos/a.jpg", "/home/me/b c", "/tmp/x"],
        ...["/home/me/photos/-x.jpg", "/home/me/y"],
      ),
      typed: ["a.jpg", "../b c", "/tmp/x", "--", "-x.jpg", "/home/me/y"],
    });
  },
);

testPosix("a comma of a path divides no grant", () => {
  assert.deepEqual(launch(["--read=FILE"], ["a,/etc"]).grants, reads("/home/me/photos/a,,/etc"));
});

testPosix("an option that names a path is granted in both its forms, and is absolute", () => {
  const flags = ["--write=--repository"];
  for (const args of [["--repository", "~/m o"], ["--repository=~/m o"], ["--repository=../m o"]]) {
    const { grants, typed } = launch(flags, args);
    assert.deepEqual(grants, ["--allow-write=/home/me/m o"]);
    assert.equal(typed.join("="), "--repository=/home/me/m o");
  }
});

testPosix("a file beside the one that an option names is granted by its end", () => {
  const { grants, typed } = launch(["--write=--out,--out+.part"], ["--out", "a,b"]);
  assert.deepEqual(grants, [
    "--allow-write=/home/me/photos/a,,b",
    "--allow-write=/home/me/photos/a,,b.part",
  ]);
  assert.deepEqual(typed, ["--out", "/home/me/photos/a,b"]);
});

testPosix(
  "nothing is granted for an option without a value, an empty path or what stands behind --",
  () => {
    const flags = ["--write=--repository"];
    for (const args of [["--repository"], ["--repository="], ["--", "--repository=/x"], ["FILE"]]) {
      assert.deepEqual(launch(flags, args), { grants: [], typed: args });
    }
    assert.deepEqual(launch(["--read=FILE"], [""]).grants, []);
  },
);

testPosix("a variable is relative to the project, and may be unset", () => {
  const flags = ["--read=REPOSITORY"];
  assert.deepEqual(
    launch(flags, [], { repository: "models" }).grants,
    reads("/opt/gateway/models"),
  );
  assert.deepEqual(launch(flags, [], { repository: "/a,b" }).grants, reads("/a,,b"));
  assert.deepEqual(launch(flags, []).grants, []);
});

testPosix("what the set grants is repeated beside paths, unless it is all", () => {
  const [flags, args] = [["--read=FILE", "--write=--to"], ["a", "--to=/b"]];
  const set = { read: true, write: ["models", ".cache"] } as const;
  assert.deepEqual(
    launch(flags, args, { set }).grants,
    ["models", ".cache", "/b"].map((path) => `--allow-write=${path}`),
  );
  assert.deepEqual(launch(flags, [], { set }).grants, []);
});

testPosix("a home that nobody knows is left as it was typed", () => {
  const parsed = parseLaunch(["main.ts", "~/a", "a~/b"]);
  assert.deepEqual(absoluteArguments(parsed, { ...STANDPOINT, home: undefined }), ["~/a", "a~/b"]);
  assert.deepEqual(absoluteArguments(parsed, STANDPOINT), ["/home/me/a", "a~/b"]);
});

testPosix(
  "a name below what was typed is granted alone, and one behind a command for it alone",
  () => {
    const flags = ["--write=FILE/.photos,apply:FILE"];
    const writes = (...paths: string[]) => paths.map((path) => `--allow-write=${path}`);
    assert.deepEqual(
      launch(flags, ["scan", "/x"]).grants,
      writes("/home/me/photos/scan/.photos", "/x/.photos"),
    );
    assert.deepEqual(launch(flags, ["apply", "/x"]).grants.at(-1), "--allow-write=/x");
  },
);

Deno.test("parseLaunch() passes on what else deno run is to be given", () => {
  const { flags, program } = parseLaunch(["--read=FILE", "--unstable-net", "-P=a", "b.ts", "-c"]);
  assert.deepEqual([flags, program], [["--unstable-net"], "b.ts"]);
});
