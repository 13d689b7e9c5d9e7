import type { Fixture } from './rule';

type Json = Readonly<Record<string, unknown>>;

export const DIGEST = `sha256:${'a'.repeat(64)}`;
export const PINNED = `ghcr.io/acme/cart@${DIGEST}`;
/** A RuntimeClass that fixtures take for a Wasm one. */
export const WASM = 'wasmtime-edge';

/** A container that is in order by every rule. */
export const container = (parts: Json = {}): Json => ({
  name: 'cart',
  image: PINNED,
  securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
  ...parts,
});

/** A second one, beside `cart`. */
export const sidecar = (parts: Json = {}): Json =>
  container({ name: 'proxy', image: `ghcr.io/acme/proxy@${DIGEST}`, ...parts });

export const plainPod = (spec: Json = {}): Fixture => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { containers: [container()], ...spec },
});

export const wasmPod = (spec: Json = {}): Fixture => plainPod({ runtimeClassName: WASM, ...spec });

/** A pod with one container, of which something is different. */
export const wasmPodWith = (parts: Json, spec: Json = {}): Fixture =>
  wasmPod({ containers: [container(parts)], ...spec });

const templateOf = (pod: Fixture, more: Json = {}): Json => ({
  metadata: { labels: { app: 'cart' } },
  spec: { ...(pod.spec as Json), ...more },
});

const maker = (apiVersion: string, kind: string, spec: Json): Fixture => ({
  apiVersion,
  kind,
  metadata: { name: 'cart', namespace: 'shop' },
  spec,
});

const selector = { matchLabels: { app: 'cart' } };
const once = { restartPolicy: 'Never' };

export const deploymentOf = (pod: Fixture): Fixture =>
  maker('apps/v1', 'Deployment', { selector, template: templateOf(pod) });
export const statefulSetOf = (pod: Fixture): Fixture =>
  maker('apps/v1', 'StatefulSet', { serviceName: 'cart', selector, template: templateOf(pod) });
export const daemonSetOf = (pod: Fixture): Fixture =>
  maker('apps/v1', 'DaemonSet', { selector, template: templateOf(pod) });
export const replicaSetOf = (pod: Fixture): Fixture =>
  maker('apps/v1', 'ReplicaSet', { selector, template: templateOf(pod) });
export const replicationControllerOf = (pod: Fixture): Fixture =>
  maker('v1', 'ReplicationController', { selector: { app: 'cart' }, template: templateOf(pod) });
export const jobOf = (pod: Fixture): Fixture => maker('batch/v1', 'Job', { template: templateOf(pod, once) });
export const cronJobOf = (pod: Fixture): Fixture =>
  maker('batch/v1', 'CronJob', { schedule: '0 3 * * *', jobTemplate: { spec: { template: templateOf(pod, once) } } });

/** What `kubectl debug` would add. */
export const debugContainer = (parts: Json = {}): Json => container({ name: 'debugger', ...parts });

/** The same object in a namespace of that name. */
export const inNamespace = (fixture: Fixture, namespace: string): Fixture => ({
  ...fixture,
  metadata: { ...fixture.metadata, namespace },
});
