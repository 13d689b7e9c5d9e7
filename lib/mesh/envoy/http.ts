import { typed } from './core';
import type { Extension, HeaderMatcher } from './v3/core';
import type { HttpConnectionManager, HttpOptions, Route } from './v3/http';

/** @param filters before the router; their order is the order in which a request meets them */
export const httpConnectionManager = (
  name: string,
  { routes, filters = [], ...options }: HttpOptions & { routes: readonly Route[]; filters?: readonly Extension[] },
): Extension<HttpConnectionManager> => ({
  name: 'envoy.filters.network.http_connection_manager',
  typed_config: typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: name,
    server_header_transformation: 'PASS_THROUGH',
    ...options,
    route_config: { name, virtual_hosts: [{ name, domains: ['*'], routes }] },
    http_filters: [...filters, ROUTER],
  } as const),
});

/** Adds no x-envoy headers: what a program answers is what its caller gets. */
const ROUTER: Extension = {
  name: 'envoy.filters.http.router',
  typed_config: typed('envoy.extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
};

export const GET: HeaderMatcher = { name: ':method', string_match: { exact: 'GET' } };

export const NOT_FOUND: Route = { match: { prefix: '/' }, direct_response: { status: 404 } };
