/** A gateway as its API's description sees it. */
import type { DescribedGateway } from "../gateway/http/openapi/described_gateway.ts";
import { DialectTable } from "../gateway/http/dialects/dialect_table.ts";
import { DIALECTS } from "../gateway/http/dialects/registry.ts";
import { listRoutes, type RouteOptions } from "../gateway/http/routes.ts";

/** The gateway's own routes and dialects, or a test's, with limits that are not the defaults. */
export function describedGateway(rest: Partial<DescribedGateway> = {}): DescribedGateway {
  const { dialects = DIALECTS } = rest;
  const options: Partial<RouteOptions> = { dialects };
  return {
    name: "gateway",
    version: "1.2.3",
    routes: listRoutes(options as RouteOptions, new DialectTable(dialects)),
    dialects,
    needsKey: true,
    limits: { request_images: 7, request_texts: 9, text_characters: 50, image_bytes: 1000 },
    dims: [512],
    defaults: { orient: "exif" },
    ...rest,
  };
}
