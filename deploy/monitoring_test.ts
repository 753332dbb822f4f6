/** Dashboards and alerts ask for metrics that exist. */
import assert from "node:assert/strict";
import { DIALECTS } from "../gateway/http/dialects/registry.ts";
import { allMetrics } from "../tools/reference.ts";
import { metricsIn, TRITON_METRICS, unknownMetrics } from "./metric_names.ts";
import { parse } from "./yaml.ts";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly expr: string }[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const readText = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));

const dashboard = JSON.parse(await readText("grafana/dashboards/gateway.json"));
const panels: Panel[] = dashboard.panels;
const rules: Rule[] = parse(await readText("prometheus/alerts.yml")).groups
  .flatMap((group: { rules: Rule[] }) => group.rules);

const known = new Set([...allMetrics().map(({ name }) => name), ...TRITON_METRICS, "up"]);

Deno.test("every panel of the dashboard shows metrics that exist", () => {
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const used = metricsIn(expr);
      assert.ok(used.length > 0, title);
      assert.deepEqual(unknownMetrics(used, known), [], title);
    }
  }
});

Deno.test("the dashboard's panels use the provisioned data source and do not overlap", async () => {
  const [source] =
    parse(await readText("grafana/provisioning/datasources/prometheus.yml")).datasources;
  const taken = new Set<string>();
  for (const { title, datasource, gridPos: { x, y, w, h } } of panels) {
    assert.equal(datasource.uid, source.uid);
    assert.ok(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        assert.ok(!taken.has(`${column},${row}`), `${title} overlaps another panel`);
        taken.add(`${column},${row}`);
      }
    }
  }
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
});

Deno.test("every alert asks for metrics that exist, says what is wrong and what to do", () => {
  for (const { alert, expr, annotations } of rules) {
    assert.deepEqual(unknownMetrics(metricsIn(expr), known), [], alert);
    assert.deepEqual(
      Object.keys(annotations),
      ["summary", "action", "compose", "kubernetes"],
      alert,
    );
  }
});

Deno.test("every alert says how to look, with Compose and on Kubernetes", () => {
  for (const { alert, annotations: { compose = "", kubernetes = "" } } of rules) {
    assert.match(compose, /docker compose|nvidia-smi|curl/, alert);
    assert.match(kubernetes, /kubectl .*(?:-n |-A )/, alert);
    assert.doesNotMatch(compose, /kubectl/, alert);
  }
});

Deno.test("what counts requests for embeddings counts those of every dialect", () => {
  const texts = [...panels.flatMap(({ targets }) => targets), ...rules].map(({ expr }) => expr);
  const patterns = new Set(texts.flatMap((expr) =>
    [...expr.matchAll(/route=~"([^"]+)"/g)]
      .map(([, pattern = ""]) => pattern)
  ));
  assert.ok(patterns.size > 0);
  for (const pattern of patterns) {
    for (const path of DIALECTS.flatMap(({ paths }) => paths)) {
      assert.match(path, new RegExp(`^(?:${pattern})$`));
    }
  }
});

Deno.test("every alert has a case in alerts_test.yml, which promtool runs", async () => {
  const cases = await readText("prometheus/alerts_test.yml");
  for (const { alert } of rules) assert.match(cases, new RegExp(`alertname: ${alert} `));
});

Deno.test("Prometheus reads its rules and both services", async () => {
  const config = parse(await readText("prometheus/prometheus.yml"));
  assert.deepEqual(config.rule_files, ["alerts.yml"]);
  const jobs = config.scrape_configs.map((job: { job_name: string }) => job.job_name);
  assert.deepEqual(jobs, ["gateway", "triton"]);
});
