import type { EnvoyBootstrap } from '../../../lib/mesh/envoy';

type Listener = EnvoyBootstrap['static_resources']['listeners'][number];
type Cluster = EnvoyBootstrap['static_resources']['clusters'][number];

/** The one of this name. @throws when there is none */
export const listenerOf = (bootstrap: EnvoyBootstrap, name: string): Listener =>
  named(bootstrap.static_resources.listeners, name);

export const clusterOf = (bootstrap: EnvoyBootstrap, name: string): Cluster =>
  named(bootstrap.static_resources.clusters, name);

/** The settings of its connection manager. */
export const httpOf = (bootstrap: EnvoyBootstrap, listener: string) =>
  listenerOf(bootstrap, listener).filter_chains[0].filters[0].typed_config;

export const routesOf = (bootstrap: EnvoyBootstrap, listener: string) =>
  httpOf(bootstrap, listener).route_config.virtual_hosts[0].routes;

/** Settings of an HTTP filter, by the end of its name; several of one kind come one after the other. */
export const filtersOf = (bootstrap: EnvoyBootstrap, listener: string, kind: string): object[] =>
  httpOf(bootstrap, listener)
    .http_filters.filter(({ name }) => name === `envoy.filters.http.${kind}`)
    .map(({ typed_config: { '@type': _, ...settings } }) => settings);

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name} among ${all.map((one) => one.name).join(', ')}`);
  return found;
}
