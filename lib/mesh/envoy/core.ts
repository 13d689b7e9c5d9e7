import type { EnvoyIntent } from './intent';
import type { DurationText, SocketAddress, Typed } from './v3/core';

export const LOOPBACK = '127.0.0.1';

/** @param type full name of the message, such as `envoy.extensions.filters.http.router.v3.Router` */
export const typed = <Body extends object>(type: string, body: Body): Typed<Body> => ({
  '@type': `type.googleapis.com/${type}`,
  ...body,
});

/** Envoy counts in milliseconds; an exponent, which JavaScript writes for small numbers, it would refuse. */
export const seconds = (amount: number): DurationText => `${Number(amount.toFixed(3))}s`;

export const loopback = (port: number): SocketAddress => ({ socket_address: { address: LOOPBACK, port_value: port } });

/** Every address of the machine. With IPv6 also IPv4, so that 127.0.0.1 is always one of them. */
export const everywhere = (port: number, { ipFamily = 'V4' }: Pick<EnvoyIntent, 'ipFamily'>): SocketAddress => ({
  socket_address:
    ipFamily === 'V4'
      ? { address: '0.0.0.0', port_value: port }
      : { address: '::', port_value: port, ipv4_compat: true },
});

/** What Envoy may hold in memory for one connection that reads slowly. */
const BUFFER_LIMIT_BYTES = 32 * 1024;

/**
 * For every listener. Without reuse_port a port that is taken ends Envoy at its start; with it, two processes of one
 * user would share the connections in silence. With one worker it costs nothing.
 */
export const LISTENER_LIMITS = {
  enable_reuse_port: false,
  per_connection_buffer_limit_bytes: BUFFER_LIMIT_BYTES,
} as const;

/** Names of clusters that several files refer to. */
export const LOCAL_APP = 'local_app';
export const SELF_MTLS = 'self_mtls';
export const ADMIN = 'admin';
