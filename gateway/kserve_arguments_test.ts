import assert from "node:assert/strict";
import { parseConfig } from "./config/config.ts";
import { type KserveArguments, kserveProblems } from "./kserve_arguments.ts";

const HOST = "photos-predictor.default";
const TRITON = { GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: `http://${HOST}:9000` };
const MODELS = { GATEWAY_MODELS: "dct_512,b32:2", GATEWAY_MODEL_ALIASES: "photos=b32:2" };

type Settings = Readonly<Record<string, string>>;

function problemsOf(args: KserveArguments, env: Settings): string[] {
  const { config, problems } = parseConfig(env);
  assert.deepEqual(problems, []);
  return kserveProblems(args, config);
}

for (
  const [args, env] of [
    [{}, {}],
    [{ model_name: "dct_512", http_port: "8080" }, {}],
    [{ model_name: "b32" }, MODELS],
    [{ model_name: "b32:2" }, MODELS],
    [{ model_name: "photos", http_port: "80" }, { ...MODELS, GATEWAY_PORT: "80" }],
    [{ predictor_host: HOST }, TRITON],
    [{ predictor_host: `${HOST}:80` }, TRITON],
    [{ predictor_host: HOST, model_name: "photos", http_port: "8080" }, { ...TRITON, ...MODELS }],
  ] as const
) {
  Deno.test(`kserveProblems() finds nothing in ${JSON.stringify([args, env])}`, () => {
    assert.deepEqual(problemsOf(args, env), []);
  });
}

for (
  const [args, env, expected] of [
    [
      { model_name: "clip" },
      MODELS,
      /^--model_name must be .* dct_512, b32:2, .*: GATEWAY_MODEL_ALIASES=clip=dct_512 makes it one$/,
    ],
    [{ model_name: "b32:1" }, MODELS, /^--model_name /],
    [{ model_name: "" }, {}, /^--model_name /],
    [
      { predictor_host: `${HOST}:80` },
      {},
      /^--predictor_host photos-predictor\.default:80 is another pod.* GATEWAY_TRITON_URL=http:\/\/photos-predictor\.default:PORT,/,
    ],
    [{ predictor_host: "localhost" }, {}, /^--predictor_host /],
    [{ predictor_host: HOST }, { ...TRITON, GATEWAY_ENGINE: "embedded" }, /^--predictor_host /],
    [{ predictor_host: "other-predictor.default" }, TRITON, /^--predictor_host /],
    [{ http_port: "9000" }, {}, /^--http_port must be .*, 8080: set GATEWAY_PORT=9000$/],
    [{ http_port: "x" }, {}, /^--http_port /],
    [{ workers: "4" }, {}, /^--workers 4 .* GATEWAY_ISOLATES .* containerConcurrency /],
  ] as const
) {
  Deno.test(`kserveProblems() says in a sentence what to do in place of ${JSON.stringify([args, env])}`, () => {
    const [problem = "", ...others] = problemsOf(args, env);
    assert.match(problem, expected);
    assert.deepEqual(others, []);
  });
}
