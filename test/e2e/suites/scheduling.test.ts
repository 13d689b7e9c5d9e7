import { App, Chart } from 'cdk8s';
import { Manifest, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../../lib';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { clientPod, Lab } from '../lab';
import { guest, wasmPod } from '../pods';

const lab = Lab.connect();
const NAMESPACE = 'scheduling';
const LABEL = 'cdk8s-wasm.dev/shim-wasmtime';
let objects: Json[];

/** Nodes that exist: the gate is the ready label. */
function program(): App {
  const app = new App();
  const chart = new Chart(app, NAMESPACE, { namespace: NAMESPACE });
  const pool = new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME });
  new WasmMicroservice(chart, 'inventory', { pool, image: guest('inventory'), replicas: 2, healthPath: '/healthz' });
  return app;
}

const label = (node: string, value: string | null) =>
  lab.patch(`/api/v1/nodes/${node}`, { metadata: { labels: { [LABEL]: value } } });
const pods = () => lab.pods(NAMESPACE, { 'app.kubernetes.io/name': 'inventory' });

/** How many pods of a namespace's Deployments are ready. */
async function running(namespace: string): Promise<number> {
  const { items } = await lab.get(`/apis/apps/v1/namespaces/${namespace}/deployments`);
  return items.reduce((sum: number, { status }: Json) => sum + (status.readyReplicas ?? 0), 0);
}

beforeAll(async () => {
  await label('linux-1', null); // other suites use it as a batch machine
  objects = await lab.deploy(program());
}, 60_000);
afterAll(async () => {
  for (const node of ['wasm-1', 'wasm-2']) await label(node, null);
  await label('linux-1', 'ready');
  await lab.removeNamespace(NAMESPACE);
  await lab.removeClusterWide(objects);
  lab.close();
}, 120_000);

describe('a pool of existing nodes', () => {
  test('pods from before the ready label wait, and run once a node has it', async () => {
    const waiting = await until('pods that wait', 30, async () => {
      const found = await pods();
      const unscheduled = found.filter(({ status }) =>
        status.conditions?.some((one: Json) => one.type === 'PodScheduled' && one.reason === 'Unschedulable'),
      );
      return unscheduled.length === 2 ? unscheduled : undefined;
    });
    expect(waiting.every(({ spec }) => spec.nodeName === undefined)).toBe(true);
    for (const node of ['wasm-1', 'wasm-2']) await label(node, 'ready');
    await lab.rollout(NAMESPACE, 'inventory');
  });

  test('they run on the nodes of the pool alone', async () => {
    const found = (await pods()).map(({ spec }) => String(spec.nodeName));
    expect(found).toHaveLength(2);
    expect(found.filter((name) => !name.startsWith('wasm-'))).toEqual([]);
  });

  test('what the RuntimeClass says is merged into them', async () => {
    const runtimeClass = objects.find(({ kind }) => kind === 'RuntimeClass');
    for (const { spec } of await pods()) {
      expect(spec.overhead).toEqual(runtimeClass.overhead.podFixed);
      expect(spec.nodeSelector).toMatchObject(runtimeClass.scheduling.nodeSelector);
      expect(spec.tolerations).toEqual(expect.arrayContaining(runtimeClass.scheduling.tolerations));
    }
  });

  test('a pod that does not tolerate the pool stays off', async () => {
    const pod = clientPod(NAMESPACE, 'untolerating', ['pause']);
    await lab.api.create({ ...pod, spec: { ...pod.spec, nodeSelector: { 'kubernetes.io/hostname': 'wasm-1' } } });
    const reason = await until('the reason', 30, async () => {
      const { status } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/pods/untolerating`);
      return status.conditions?.find((one: Json) => one.type === 'PodScheduled' && one.status === 'False')?.message;
    });
    await lab.remove(pod);
    expect(reason).toMatch(/untolerated taint/);
  });

  test('the disruption budget holds in a drain', async () => {
    const [first, second] = await pods();
    expect(await lab.evict(NAMESPACE, first.metadata.name)).toBe(true);
    expect(await lab.evict(NAMESPACE, second.metadata.name)).toBe(false); // 429: not while the other one is missing
    await lab.rollout(NAMESPACE, 'inventory');
  });

  test('a quota counts the overhead', async () => {
    const namespace = 'counted';
    await lab.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await lab.api.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'memory', namespace },
      spec: { hard: { 'requests.memory': '40Mi' } },
    } as Json);
    const { runtimeClassName } = (await pods())[0].spec;
    const pod = (name: string) =>
      wasmPod(namespace, name, {
        image: `ghcr.io/acme/none@sha256:${'0'.repeat(64)}`,
        runtimeClassName,
        container: { resources: { requests: { memory: '10Mi' } } },
      });
    // 10 for the guest and 32 of overhead are more than 40.
    await expect(lab.api.create(pod('first'))).rejects.toThrow(/exceeded quota.*requests.memory=42Mi/);
    await lab.removeNamespace(namespace);
  }, 120_000);
});

test('1,000 pods of 200 services land on a hundred nodes as declared', async () => {
  const nodes = Array.from({ length: 100 }, (_, number) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `fake-${number}`,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: {
        'kubernetes.io/hostname': `fake-${number}`,
        'topology.kubernetes.io/zone': `zone-${number % 3}`,
        'example.com/fleet': 'fake',
        [LABEL]: 'ready',
      },
    },
    spec: { taints: [{ key: 'cdk8s-wasm.dev/pool', value: 'fleet', effect: 'NoSchedule' }] },
    status: {
      allocatable: { cpu: '8', memory: '16Gi', pods: '110' },
      capacity: { cpu: '8', memory: '16Gi', pods: '110' },
    },
  }));
  for (const node of nodes) await lab.api.create(node as Json);
  const app = new App();
  const chart = new Chart(app, 'fleet', { namespace: 'fleet' });
  const fleet = new WasmNodePool(chart, 'fleet', { runtime: WasmRuntime.WASMTIME });
  Manifest.find(fleet, 'RuntimeClass').override({
    scheduling: { nodeSelector: { [LABEL]: 'ready', 'example.com/fleet': 'fake' } },
  });
  for (let number = 0; number < 200; number++) {
    new WasmMicroservice(chart, `service-${number}`, { pool: fleet, image: guest('inventory'), replicas: 5 });
  }
  // Pods that kwok plays have no network: kube-router would write its rules anew after each of a thousand changes.
  const firewalls = (signal: string) =>
    Promise.all(lab.nodes.map((node) => node.run('pkill', `-${signal}`, '-x', 'kube-router')));
  await firewalls('STOP');
  const begin = Date.now();
  const fleetObjects = await lab.deploy(app);
  const applied = Date.now();
  await until('a thousand pods', 200, async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_000)); // a list of a thousand pods is work for the server
    return (await running('fleet')) === 1_000 || undefined;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${await running('fleet')} run\n${(await lab.describe('fleet')).slice(-3_000)}`);
  });
  const all = await lab.pods('fleet');
  process.stderr.write(
    `e2e: ${fleetObjects.length} objects applied in ${(applied - begin) / 1000} s, 1,000 pods running after ${(Date.now() - begin) / 1000} s\n`,
  );
  expect(all.every(({ spec }) => spec.nodeName.startsWith('fake-'))).toBe(true);
  // Five of a service in three zones: two at most more in one zone than in another.
  for (let number = 0; number < 200; number += 20) {
    const zones = all
      .filter(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === `service-${number}`)
      .map(({ spec }) => Number(spec.nodeName.split('-')[1]) % 3);
    const counts = [0, 1, 2].map((zone) => zones.filter((one) => one === zone).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  }
  await lab.removeNamespace('fleet');
  await lab.removeClusterWide(fleetObjects);
  for (const node of nodes) await lab.remove(node);
  await firewalls('CONT');
}, 280_000);
