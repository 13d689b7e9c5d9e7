import { LOCAL_APP } from '../core';
import type { EnvoyBootstrap } from '../v3/bootstrap';
import { at, nameOf, type Tree, trees } from './tree';

/** Addresses: who listens where. */
export function listenerProblems(bootstrap: EnvoyBootstrap): string[] {
  const listeners = trees(at(bootstrap, 'static_resources', 'listeners'));
  const places = [...listeners.map(placeOfListener), ...placesOfApp(bootstrap)];
  return [
    ...places.filter(({ port }) => !isPort(port)).map(({ who, port }) => `${who} has the port ${String(port)}`),
    ...clashes(places),
    ...listeners
      .filter((one) => one.traffic_direction === 'OUTBOUND' && !isLoopback(placeOfListener(one).address))
      .map((one) => `listener ${nameOf(one)} speaks for the program and is open to others than the program`),
    ...(at(bootstrap, 'admin', 'address', 'socket_address') === undefined
      ? []
      : ['the admin interface listens on a port; whoever reaches it can stop Envoy']),
  ];
}

interface Place {
  readonly who: string;
  readonly address: unknown;
  readonly port: unknown;
}

const placeOfListener = (listener: Tree): Place => ({
  who: `listener ${nameOf(listener)}`,
  address: at(listener, 'address', 'socket_address', 'address'),
  port: at(listener, 'address', 'socket_address', 'port_value'),
});

/** The program's own port is taken as well, though no listener of Envoy is behind it. */
const placesOfApp = (bootstrap: EnvoyBootstrap): Place[] =>
  trees(at(bootstrap, 'static_resources', 'clusters'))
    .filter(({ name }) => name === LOCAL_APP)
    .map((cluster) => at(cluster, 'load_assignment', 'endpoints', 0, 'lb_endpoints', 0, 'endpoint', 'address'))
    .map((address) => ({
      who: 'the program',
      address: at(address, 'socket_address', 'address'),
      port: at(address, 'socket_address', 'port_value'),
    }));

const clashes = (places: readonly Place[]): string[] =>
  places.flatMap((one, index) =>
    places
      .slice(index + 1)
      .filter((other) => one.port === other.port && overlap(one.address, other.address))
      .map((other) => `${one.who} and ${other.who} both want port ${String(one.port)}`),
  );

const overlap = (one: unknown, other: unknown): boolean => one === other || [one, other].some(isEverywhere);
const isEverywhere = (address: unknown): boolean => address === '0.0.0.0' || address === '::';
const isLoopback = (address: unknown): boolean => address === '127.0.0.1' || address === '::1';
const isPort = (port: unknown): boolean => Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535;
