import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { Lab } from '../lab';

const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-shop-'));
/** The example as it is: it synthesises when it is loaded. */
function example(): App {
  process.env.CDK8S_OUTDIR = outdir;
  return (require('../../../examples/polyglot-shop/main') as { app: App }).app;
}

const lab = Lab.connect();
let objects: Json[];

beforeAll(async () => {
  await lab.namespaceGone('shop'); // which the suite of admission has had
  objects = await lab.deploy(example());
}, 240_000);
afterAll(async () => {
  for (const namespace of ['shop', 'monitoring']) await lab.removeNamespace(namespace);
  await lab.removeClusterWide(objects);
  rmSync(outdir, { recursive: true, force: true });
  lab.close();
}, 120_000);

const podsOf = (name: string) => lab.pods('shop', { 'app.kubernetes.io/name': name });

/** What the Envoys of a service wrote about requests of a trace. */
async function accessLog(name: string, listener: string, trace: string): Promise<Json[]> {
  return until(`${name} logs ${trace}`, 30, async () => {
    const logs = await Promise.all((await podsOf(name)).map((pod) => lab.log('shop', pod.metadata.name, 'envoy')));
    const lines = logs.flatMap((log) => log.split('\n')).filter((line) => line.includes(trace));
    const found = lines.map((line) => JSON.parse(line)).filter((line) => line.listener === listener);
    return found.length > 0 ? found : undefined;
  });
}

describe('the example, its manifests unchanged', () => {
  test.each(['inventory', 'cart', 'gateway'])('%s becomes ready with its Envoy, on nodes of the pool', async (name) => {
    await lab.rollout('shop', name);
    const pods = await podsOf(name);
    expect(pods.length).toBeGreaterThanOrEqual(2);
    for (const { spec, status } of pods) {
      expect(spec.nodeName).toMatch(/^wasm-/);
      expect(status.initContainerStatuses[0]).toMatchObject({ name: 'envoy', ready: true });
    }
  });

  test('images were pulled by the digests of the manifests', async () => {
    const pulled = (await Promise.all(lab.nodes.map((node) => node.ctr('images', 'ls', '-q')))).join('\n');
    const workloads = objects.filter(({ kind }) => ['Deployment', 'Job'].includes(kind));
    expect(workloads).toHaveLength(4);
    for (const { spec } of workloads) expect(pulled).toContain(spec.template.spec.containers[0].image);
  });

  test('certificates are those of cert-manager', async () => {
    for (const certificate of objects.filter(({ kind }) => kind === 'Certificate')) {
      const { status } = await lab.now(certificate);
      expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
      const { namespace } = certificate.metadata;
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: certificate.spec.secretName, namespace } };
      expect((await lab.now(secret)).metadata.annotations['cert-manager.io/issuer-name']).toBe('mesh-ca');
    }
  });

  test('the gateway answers through two hops of mTLS, and the trace arrives at the last service', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { spec } = await lab.now({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'gateway', namespace: 'shop' },
    });
    const answer = await fetch(`http://${spec.clusterIP}/`, {
      headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
    });
    const body = await answer.text();
    expect([answer.status, body]).toEqual([200, expect.stringContaining('apple')]);
    const [cart] = await accessLog('cart', 'inbound', trace);
    const [inventory] = await accessLog('inventory', 'inbound', trace);
    expect(cart).toMatchObject({ status: 200, peer: 'spiffe://shop.example/ns/shop/sa/gateway', protocol: 'HTTP/2' });
    expect(inventory).toMatchObject({ status: 200, peer: 'spiffe://shop.example/ns/shop/sa/cart' });
    expect(inventory.traceparent).toContain(trace);
  });

  test('where the PodMonitor points, there are metrics', async () => {
    const monitors = objects.filter(({ kind }) => kind === 'PodMonitor');
    expect(monitors.length).toBeGreaterThan(0);
    await lab.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'monitoring' } });
    for (const { spec } of monitors) {
      const pods = await lab.pods('shop', spec.selector.matchLabels);
      expect(pods.length).toBeGreaterThan(0);
      for (const pod of pods.slice(0, 2)) {
        for (const { port, portNumber, path } of spec.podMetricsEndpoints) {
          const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
          const named = containers.flatMap(({ ports = [] }: Json) => ports).find(({ name }: Json) => name === port);
          const url = `http://${pod.status.podIP}:${named?.containerPort ?? portNumber}${path}`;
          // From another namespace, as Prometheus would: network policies are in force.
          expect(await lab.client('monitoring', ['get', '--after=2s', url])).toMatch(/ 200 (.*\n)*# TYPE envoy_\w+ /);
        }
      }
    }
  });

  test('a guest that hangs is restarted through its proxy, which lives on', async () => {
    const [pod] = await podsOf('inventory');
    const restarts = async (): Promise<Json> => {
      const { status } = await lab.now(pod);
      const all = [...status.containerStatuses, ...status.initContainerStatuses];
      return Object.fromEntries(all.map(({ name, restartCount }: Json) => [name, restartCount]));
    };
    const before = await restarts();
    const guests = (await lab.processesOf(pod)).filter(({ name }) => !['envoy', 'client'].includes(name)); // no pause
    await lab.node(pod.spec.nodeName).run('kill', '-STOP', ...guests.map(({ id }) => id));
    await until('the kubelet restarts it', 90, async () => {
      const { inventory } = await restarts();
      return inventory > before.inventory || undefined;
    });
    await lab.rollout('shop', 'inventory', 60);
    expect(await restarts()).toEqual({ ...before, inventory: before.inventory + 1 });
  }, 180_000);

  test('the one-off worker completes and says what it should', async () => {
    const pod = await until('the report', 60, async () => {
      const [found] = await podsOf('report');
      return found?.status.phase === 'Succeeded' ? found : undefined;
    });
    expect(await lab.log('shop', pod.metadata.name, 'report')).toBe(
      '{"title":"Opening stock","items":{"apple":3,"pear":12},"total":15}\n',
    );
  });

  test('the scheduled worker completes when its time comes', async () => {
    const cronJob = objects.find(({ kind }) => kind === 'CronJob');
    const { metadata, spec } = cronJob.spec.jobTemplate;
    await lab.api.create({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...metadata, name: 'restock-now', namespace: 'shop' },
      spec,
    } as Json);
    const pod = await until('the restock', 60, async () => {
      const [found] = await lab.pods('shop', { 'batch.kubernetes.io/job-name': 'restock-now' });
      return found?.status.phase === 'Succeeded' ? found : undefined;
    });
    expect(await lab.log('shop', pod.metadata.name, 'restock')).toBe('[{"item":"apple","amount":7}]\n');
  });
});
