import type { EnvoyIntent } from '../../../lib/mesh/envoy';

export const spiffe = (name: string): string => `spiffe://shop.example/ns/shop/sa/${name}`;

/** A program that only calls, with everything that every intent needs. */
export const bare: EnvoyIntent = {
  service: 'cart',
  identity: spiffe('cart'),
  trustDomain: 'shop.example',
  egress: [],
  certificates: { directory: '/etc/envoy-certs', certificateFile: 'tls.crt', keyFile: 'tls.key', caFile: 'ca.crt' },
  configDirectory: '/etc/envoy',
  healthPort: 15021,
  statsPort: 15090,
  adminPipe: '/run/envoy/admin.sock',
  drainPath: '/drain-3f9c2a',
  drainSeconds: 5,
  maxConnectionSeconds: 60,
};

const inbound = { port: 8443, callers: [{ identity: spiffe('gateway') }], timeoutSeconds: 15 };

export const call = (name: string, listenPort = 15101): EnvoyIntent['egress'][number] => ({
  name,
  listenPort,
  host: `${name}.shop.example`,
  port: 8443,
  identity: spiffe(name),
  timeoutSeconds: 10,
});

/** The usual one: called by one, calls nobody. */
export const served: EnvoyIntent = { ...bare, app: { port: 8081, inbound } };

/** One of every kind. All of them are sent to the real Envoy, and to the schema. */
export const INTENTS: Readonly<Record<string, EnvoyIntent>> = {
  'one caller': served,
  'no callers': { ...bare, app: { port: 8081, inbound: { ...inbound, callers: [] } } },
  'many callers': {
    ...bare,
    app: {
      port: 8081,
      inbound: { ...inbound, callers: Array.from({ length: 50 }, (_, n) => ({ identity: spiffe(`caller-${n}`) })) },
    },
  },
  'callers with methods': {
    ...bare,
    app: {
      port: 8081,
      inbound: {
        ...inbound,
        callers: [
          { identity: spiffe('gateway'), methods: ['GET', 'POST'] },
          { identity: spiffe('other'), methods: [] },
        ],
      },
    },
  },
  'a health path': { ...bare, app: { port: 8081, healthPath: '/healthz?deep=1', inbound } },
  'no limit of time': { ...bare, app: { port: 8081, inbound: { ...inbound, timeoutSeconds: 0 } } },
  'nothing but itself': bare,
  'a program that only calls': { ...bare, egress: [call('inventory')] },
  'edge only': { ...bare, app: { port: 8081, edge: { port: 8080, timeoutSeconds: 15 } } },
  'edge and calls': {
    ...bare,
    app: { port: 8081, edge: { port: 8080, timeoutSeconds: 0.25 } },
    egress: [call('cart'), call('inventory', 15102)],
  },
  'inbound, edge and calls': {
    ...served,
    app: { port: 8081, inbound, edge: { port: 8080, timeoutSeconds: 15 } },
    egress: [call('inventory')],
  },
  'many calls': { ...served, egress: Array.from({ length: 30 }, (_, n) => call(`callee-${n}`, 15101 + n)) },
  'calls with methods': {
    ...served,
    egress: [
      { ...call('inventory'), methods: ['GET'] },
      { ...call('nobody', 15102), methods: [] },
    ],
  },
  'IPv6 only': { ...served, egress: [call('inventory')], ipFamily: 'V6' },
  'both IP families': { ...served, egress: [call('inventory')], ipFamily: 'DUAL' },
  'an abstract admin socket': { ...served, adminPipe: '@envoy-admin' },
  'other ports': {
    ...bare,
    app: { port: 9000, inbound: { ...inbound, port: 9443 } },
    healthPort: 9021,
    statsPort: 9090,
    drainSeconds: 20,
    maxConnectionSeconds: 300,
  },
};
