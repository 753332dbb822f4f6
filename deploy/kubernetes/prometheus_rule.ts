/** The alerts of deploy/prometheus as Prometheus Operator takes them, so that there is one text of each. */

/** Where it lies. */
export const RULE_PATH = "deploy/kubernetes/components/monitoring/prometheus_rule.yaml";

/** Where the Helm chart has its own copy, as it reads no file outside it. */
export const CHART_ALERTS_PATH = "deploy/kubernetes/chart/alerts.yaml";

const HEAD = `# Written by deno task docs: change deploy/prometheus/alerts.yml instead.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: gateway
  labels:
    app.kubernetes.io/name: triton-edge-gateway
spec:
`;

/**
 * @param alerts YAML text of a file of rules.
 * @returns YAML text, whose `spec` is that file from its groups on.
 */
export function prometheusRule(alerts: string): string {
  return HEAD + groupsIn(alerts).replaceAll(/^(?=.)/gm, "  ");
}

/** The same groups alone, for the chart, whose template has the rest. */
export function chartAlerts(alerts: string): string {
  return `# Written by deno task docs: change deploy/prometheus/alerts.yml instead.\n${
    groupsIn(alerts)
  }`;
}

function groupsIn(alerts: string): string {
  return alerts.slice(alerts.search(/^groups:$/m));
}
