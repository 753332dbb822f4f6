/** Variables that Kubernetes puts into every container for Services whose names begin like our settings. */

/** Settings of an environment, and what in it is none. */
export interface SettingsAndLinks {
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Names, in their order. */
  readonly links: readonly string[];
}

type Environment = SettingsAndLinks["settings"];

/** Of a Service called gateway or gateway-…: a Service's name in capitals, its dashes as underscores. */
const OF_SERVICE = /^(GATEWAY(?:_[A-Z0-9]+)*)_SERVICE_HOST$/;
/** They say by their value what they are: nobody's port has a scheme. */
const LINK_NAME = /^GATEWAY(?:_[A-Z0-9]+)*_PORT(?:_\d+_(?:TCP|UDP|SCTP))?$/;
const LINK = /^(?:tcp|udp|sctp):\/\//;
/** Behind the Service's name and an underscore. */
const PART =
  /^(?:SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)|PORT_\d+_(?:TCP|UDP|SCTP)_(?:PROTO|PORT|ADDR))$/;

/**
 * Tells settings from service links. A name that only looks like one of those stays a setting, and is reported as
 * unknown: Kubernetes sets a Service's host and port together.
 */
export function separateServiceLinks(env: Environment): SettingsAndLinks {
  const services = Object.keys(env).flatMap((name) => {
    const [, service] = OF_SERVICE.exec(name) ?? [];
    const isWhole = env[name] !== undefined && env[`${service}_SERVICE_PORT`] !== undefined;
    return service !== undefined && isWhole ? [`${service}_`] : [];
  });
  const isLink = (name: string, value = "") =>
    (LINK_NAME.test(name) && LINK.test(value)) ||
    services.some((service) => name.startsWith(service) && PART.test(name.slice(service.length)));
  const entries = Object.entries(env);
  return {
    settings: Object.fromEntries(entries.filter((entry) => !isLink(...entry))),
    links: entries.filter((entry) => isLink(...entry)).map(([name]) => name),
  };
}

/** What the log says of them: in one line, as there may be many. */
export function describeServiceLinks(links: readonly string[], port: number): string {
  const text = `ignored what Kubernetes sets for Services, which is no setting: ${
    links.join(", ")
  }`;
  return links.includes("GATEWAY_PORT") ? `${text}; the port is the default, ${port}` : text;
}
