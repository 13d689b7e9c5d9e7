import { App, Chart } from 'cdk8s';
import { Pods } from 'cdk8s-plus-28';
import { NetworkIsolation, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../../lib';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { Lab } from '../lab';
import { BY_HAND, guest } from '../pods';

// NetworkPolicies as kube-router enforces them on every node; no mesh, so that nothing else stands between two pods.
const lab = Lab.connect();
const NAMESPACE = 'walled';
let objects: Json[];

/** cart calls inventory; stock says nothing, vault is strict and lets one kind of pod in. */
function program(): App {
  const app = new App();
  const chart = new Chart(app, NAMESPACE, { namespace: NAMESPACE });
  const pool = WasmNodePool.fromRuntimeClass(chart, 'pool', BY_HAND.metadata.name, { runtime: WasmRuntime.WASMTIME });
  const service = (id: string, image: 'cart' | 'inventory', isolation?: NetworkIsolation) =>
    new WasmMicroservice(chart, id, { pool, image: guest(image), isolation, healthPath: '/healthz' });
  service('cart', 'cart').calls(service('inventory', 'inventory'));
  service('stock', 'inventory');
  service('vault', 'inventory', NetworkIsolation.STRICT).allowIngressFrom(
    Pods.select(chart, 'auditors', { labels: { role: 'auditor' } }),
  );
  return app;
}

beforeAll(async () => {
  await lab.api.apply(BY_HAND);
  objects = await lab.deploy(program());
  for (const name of ['cart', 'inventory', 'stock', 'vault']) await lab.rollout(NAMESPACE, name, 120);
}, 300_000);
afterAll(async () => {
  await lab.removeNamespace(NAMESPACE);
  await lab.removeNamespace('elsewhere');
  await lab.remove(BY_HAND);
  lab.close();
}, 120_000);

const url = (name: string): string => `http://${name}.${NAMESPACE}.svc.cluster.local/healthz`;
const NAMES = ['cart', 'inventory', 'stock', 'vault'] as const;

/** Which services a pod with some labels reaches, once every node has heard of the pod: until then nobody knows it. */
async function reached(labels: Json, namespace = NAMESPACE): Promise<string[]> {
  await lab.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const answers = await Promise.all(
    NAMES.map((name) => lab.client(namespace, ['get', '--after=4s', url(name)], 60, labels)),
  );
  return NAMES.filter((_, index) => / 200 /.test(answers[index] ?? ''));
}

const labelsOf = (name: string): Json =>
  objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name).spec.template.metadata.labels;
const policy = (name: string): Json =>
  objects.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name);

test('probes pass, and what was declared goes through: by name, across nodes', async () => {
  const { spec } = await lab.now({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', namespace: NAMESPACE },
  });
  const body = await until('the inventory answers cart', 20, async () => {
    const answer = await fetch(`http://${spec.clusterIP}/cart`);
    return answer.status === 200 ? answer.text() : undefined;
  });
  expect(body).toContain('apple');
});

test('who was not declared does not get to what is called, nor to what is strict', async () => {
  expect(await reached({ role: 'stranger' })).toEqual(['cart', 'stock']);
  expect(await reached({ role: 'stranger' }, 'elsewhere')).toEqual(['cart', 'stock']);
}, 60_000);

test('who is let in gets in, from its own namespace alone', async () => {
  expect(await reached({ role: 'auditor' })).toEqual(['cart', 'stock', 'vault']);
  expect(await reached({ role: 'auditor' }, 'elsewhere')).toEqual(['cart', 'stock']);
}, 60_000);

test('a caller gets to what it calls, and nowhere else', async () => {
  expect(await reached(labelsOf('cart'))).toEqual(['inventory']);
}, 60_000);

test('without the policy everybody gets there: the test can fail', async () => {
  await lab.remove(policy('inventory'));
  const all = await until('the policy is gone', 30, async () => {
    const now = await reached({ role: 'stranger' });
    return now.includes('inventory') ? now : undefined;
  });
  expect(all).toEqual(['cart', 'inventory', 'stock']);
}, 90_000);
