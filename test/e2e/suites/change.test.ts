import { App, Chart } from 'cdk8s';
import { Manifest, MeshIdentity, WasmMesh, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../../lib';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { clientPod, Lab } from '../lab';
import { BY_HAND, guest } from '../pods';

const lab = Lab.connect();
const REQUESTS = 5_000;

/** cart calls inventory, two pods each, one on each node; clients come in by cart's door. */
function program(namespace: string, guarded: boolean): App {
  const app = new App();
  const chart = new Chart(app, namespace, { namespace });
  const pool = WasmNodePool.fromRuntimeClass(chart, 'pool', 'changing', { runtime: WasmRuntime.WASMTIME });
  const mesh = new WasmMesh(chart, 'mesh', {
    trustDomain: 'changing.example',
    identity: MeshIdentity.certManager({ issuer: 'mesh-ca' }),
  });
  const service = (id: 'cart' | 'inventory') =>
    new WasmMicroservice(chart, id, {
      pool,
      mesh,
      replicas: 2,
      healthPath: '/healthz',
      image: guest(id),
    });
  const [cart, inventory] = [service('cart'), service('inventory')];
  cart.calls(inventory);
  cart.toIngressBackend();
  if (!guarded) for (const one of [cart, inventory]) withoutDefaults(one);
  return app;
}

/** What a Deployment by hand would have: no patience when it ends, and no pod more while it changes. */
function withoutDefaults(service: WasmMicroservice): void {
  const deployment = Manifest.find(service, 'Deployment');
  deployment.override({
    spec: {
      strategy: { rollingUpdate: { maxUnavailable: '50%', maxSurge: 0 } },
      template: {
        spec: {
          terminationGracePeriodSeconds: 5,
          initContainers: [{ name: 'envoy', lifecycle: { preStop: { httpGet: null, sleep: { seconds: 1 } } } }],
          containers: [{ name: service.name, lifecycle: null }],
        },
      },
    },
  });
}

const RUNTIME_CLASS: Json = { ...BY_HAND, metadata: { name: 'changing' } };

interface Load {
  readonly requests: number;
  readonly failed: number;
  readonly reasons: Readonly<Record<string, number>>;
}

/** Load on cart while something happens; it goes on until both are over. */
async function loadDuring(namespace: string, requests: number, change: () => Promise<unknown>): Promise<Load> {
  const url = `http://cart.${namespace}.svc.cluster.local/cart`;
  const args = ['load', `--url=${url}`, `--requests=${requests}`, '--clients=4', '--rate=250', '--limit=4m'];
  const pod = clientPod(namespace, `load-${Date.now()}`, args);
  await lab.api.create(pod);
  await lab.running(namespace, pod.metadata.name);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await change();
  return JSON.parse((await lab.end(pod, 280)).log) as Load;
}

const restart = async (namespace: string, name: string): Promise<void> => {
  await lab.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, {
    spec: { template: { metadata: { annotations: { restarted: `${Date.now()}` } } } },
  });
  await lab.rollout(namespace, name, 120);
};

const scale = async (namespace: string, name: string, replicas: number): Promise<void> => {
  await lab.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, { spec: { replicas } });
  await lab.rollout(namespace, name, 120);
};

beforeAll(() => lab.api.apply(RUNTIME_CLASS).then(() => undefined));
afterAll(async () => {
  await lab.remove(RUNTIME_CLASS);
  lab.close();
});

let total = 0;

describe('with our defaults no request is lost', () => {
  const NAMESPACE = 'changing';
  beforeAll(async () => {
    await lab.deploy(program(NAMESPACE, true));
    for (const name of ['inventory', 'cart']) await lab.rollout(NAMESPACE, name);
  }, 120_000);
  afterAll(() => lab.removeNamespace(NAMESPACE), 120_000);

  const lossless = async (change: () => Promise<unknown>): Promise<void> => {
    const load = await loadDuring(NAMESPACE, REQUESTS, change);
    total += load.requests;
    process.stderr.write(`e2e: ${JSON.stringify(load)}, ${total} requests so far\n`);
    expect(load).toMatchObject({ requests: REQUESTS, failed: 0, reasons: {} });
  };

  test(
    'while both services restart',
    () =>
      lossless(async () => {
        await restart(NAMESPACE, 'inventory');
        await restart(NAMESPACE, 'cart');
      }),
    300_000,
  );

  test(
    'while every certificate is made anew',
    () =>
      lossless(async () => {
        for (const name of ['cart', 'inventory']) {
          const certificate = {
            apiVersion: 'cert-manager.io/v1',
            kind: 'Certificate',
            metadata: { name, namespace: NAMESPACE },
          };
          const before = (await lab.now(certificate)).status.revision;
          // As `cmctl renew` does.
          await lab.patchStatus(`/apis/cert-manager.io/v1/namespaces/${NAMESPACE}/certificates/${name}`, {
            status: {
              conditions: [
                ...(await lab.now(certificate)).status.conditions,
                { type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'by the test' },
              ],
            },
          });
          await until(`certificate ${name} is renewed`, 60, async () => {
            const { status } = await lab.now(certificate);
            return status.revision > before || undefined;
          });
        }
      }),
    300_000,
  );

  test(
    'while they are scaled up and down',
    () =>
      lossless(async () => {
        await scale(NAMESPACE, 'inventory', 4);
        await scale(NAMESPACE, 'cart', 3);
        await scale(NAMESPACE, 'inventory', 2);
        await scale(NAMESPACE, 'cart', 2);
      }),
    300_000,
  );

  test(
    'while a node is drained',
    () =>
      lossless(async () => {
        const node = 'wasm-2';
        await lab.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable: true } });
        try {
          await until(`${node} is empty`, 150, async () => {
            const here = (await lab.pods(NAMESPACE)).filter(({ spec }) => spec.nodeName === node);
            for (const { metadata } of here.filter((pod) => pod.metadata.deletionTimestamp === undefined)) {
              await lab.evict(NAMESPACE, metadata.name); // a budget may say: not yet
            }
            return here.length === 0 || undefined;
          });
        } finally {
          await lab.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable: null } });
        }
        for (const name of ['inventory', 'cart']) await lab.rollout(NAMESPACE, name);
      }),
    300_000,
  );
});

test('without them requests are lost: the test can fail', async () => {
  const namespace = 'careless';
  await lab.deploy(program(namespace, false));
  for (const name of ['inventory', 'cart']) await lab.rollout(namespace, name);
  const load = await loadDuring(namespace, REQUESTS, async () => {
    await restart(namespace, 'cart');
    await restart(namespace, 'inventory');
  });
  await lab.removeNamespace(namespace);
  process.stderr.write(`e2e: without defaults ${JSON.stringify(load)}\n`);
  expect(load.failed).toBeGreaterThan(0);
}, 400_000);
