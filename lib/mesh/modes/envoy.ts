import { quantity } from '../../manifest/quantity';
import { HEALTH_PATHS, HEALTH_PORT, INBOUND_PORT, STATS_PORT } from '../envoy';
import { ENVOY_IMAGE, type EnvoyModeOptions } from './envoy.options';
import { EnvoyMember } from './envoy-member';
import type { IMeshMode } from './mode';

/** Where the guest listens; 8080 stays free for the door. */
const GUEST = { address: '127.0.0.1', port: 8081 };
const DOOR_PORT = 8080;
/** Callers forget a pod within these; with 5 seconds rolling restarts under load lost no request. */
const DRAIN_SECONDS = 5;
const STOP_SECONDS = 15;

export const envoy = (options: EnvoyModeOptions): IMeshMode => {
  const image = options.image ?? ENVOY_IMAGE;
  return {
    name: 'envoy',
    images: [image],
    _terms: {
      guest: GUEST,
      port: INBOUND_PORT,
      door: DOOR_PORT,
      health: { path: HEALTH_PATHS.app, port: HEALTH_PORT },
      drainSeconds: DRAIN_SECONDS,
      stopSeconds: STOP_SECONDS,
    },
    _member: (context, member) =>
      new EnvoyMember(context, member, {
        image,
        cpuRequest: options.cpuRequest?.amount ?? '20m',
        memory: options.memory === undefined ? '96Mi' : quantity(options.memory),
        guestPort: GUEST.port,
        door: DOOR_PORT,
        drainSeconds: DRAIN_SECONDS,
        ports: { inbound: INBOUND_PORT, health: HEALTH_PORT, stats: STATS_PORT },
      }),
  };
};
