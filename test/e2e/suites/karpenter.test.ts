import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import {
  Distribution,
  NodeProvisioner,
  ShimInstaller,
  WasmMicroservice,
  WasmNodePool,
  WasmRuntime,
} from '../../../lib';
import { freePorts } from '../../conformance/machine/free-ports';
import { GuardedProcess } from '../../conformance/machine/guarded-process';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { program } from '../cluster/control-plane';
import { clientPod, Lab } from '../lab';
import { BY_HAND, guest, wasmPod } from '../pods';
import { karpenterRecipe } from '../tools';

// Karpenter decides, its test provider makes the Node objects, kwok plays their kubelets.
const lab = Lab.connect();
const NAMESPACE = 'burst';
const POOL = 'burst';
const NODE_CLASS = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };
const NODE_CLASS_OBJECT = {
  apiVersion: 'karpenter.kwok.sh/v1alpha1',
  kind: 'KWOKNodeClass',
  metadata: { name: 'default' },
};

let karpenter: GuardedProcess;
let objects: Json[];

/** A pool whose nodes do not exist yet, and get their shim when they do. */
function burst(): App {
  const app = new App();
  const chart = new Chart(app, 'burst', { namespace: NAMESPACE });
  const pool = new WasmNodePool(chart, POOL, {
    runtime: WasmRuntime.WASMTIME,
    distribution: Distribution.EKS_AL2023,
    architectures: ['amd64'],
    provisioner: NodeProvisioner.karpenter({ nodeClass: NODE_CLASS, consolidateAfter: Duration.seconds(2) }),
    installer: ShimInstaller.daemonSet({
      shims: [{ architecture: 'amd64', url: 'https://shims.example/wasmtime.tar.gz', sha256: '0'.repeat(64) }],
      probe: { image: guest('command') },
    }),
  });
  new WasmMicroservice(chart, 'inventory', { pool, image: guest('inventory'), replicas: 3, healthPath: '/healthz' });
  return app;
}

beforeAll(async () => {
  const [metrics, health] = await freePorts(2);
  karpenter = new GuardedProcess(
    'karpenter',
    program(karpenterRecipe, 'karpenter'),
    ['--disable-leader-election=true', `--metrics-port=${metrics}`, `--health-probe-port=${health}`],
    mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-karpenter-')),
    { KUBECONFIG: lab.state.kubeconfig, SYSTEM_NAMESPACE: 'kube-system' },
  );
  await lab.api.apply(NODE_CLASS_OBJECT);
  objects = await lab.deploy(burst());
}, 60_000);
afterAll(async () => {
  await lab.removeNamespace(NAMESPACE);
  for (const object of objects.filter(({ metadata }) => metadata.namespace !== NAMESPACE)) await lab.remove(object);
  for (const name of ['by-hand', POOL]) await lab.remove(nodePool(name));
  await until('Karpenter has taken its nodes away', 60, async () => (await nodes()).length === 0 || undefined);
  await lab.remove(NODE_CLASS_OBJECT);
  await karpenter.stop();
  lab.close();
}, 180_000);

const nodePool = (name: string): Json => ({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name } });

/** Those that Karpenter has launched. */
async function nodes(pool?: string): Promise<Json[]> {
  karpenter.assertRuns();
  const { items } = await lab.get(`/api/v1/nodes?labelSelector=karpenter.sh/nodepool${pool ? `%3D${pool}` : ''}`);
  return items;
}
const claims = async (): Promise<Json[]> => (await lab.get('/apis/karpenter.sh/v1/nodeclaims')).items;
const services = () => lab.pods(NAMESPACE, { 'app.kubernetes.io/name': 'inventory' });
const condition = ({ status }: Json, type: string): string | undefined =>
  status?.conditions?.find((one: Json) => one.type === type)?.status;
const registered = ({ spec }: Json): boolean =>
  !spec.taints.some(({ key }: Json) => key === 'karpenter.sh/unregistered');
const namesOf = (all: readonly Json[]): string[] => all.map(({ metadata }) => metadata.name).sort();
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** As the agent does it once something ran under its handler there. */
async function openGate(name: string): Promise<void> {
  const path = `/api/v1/nodes/${name}`;
  const { spec } = await lab.get(path);
  await lab.patch(path, {
    spec: { taints: spec.taints.filter(({ key }: Json) => !key.startsWith('readiness.k8s.io/')) },
  });
}

describe("Karpenter's pool, its manifests unchanged", () => {
  let launched: readonly string[];

  test('its pods get nodes, with the labels and taints of the pool', async () => {
    // A soft spread over hosts is a wish that Karpenter respects: a node for each pod, and then no more.
    const found = await until('nodes that registered', 60, async () => {
      const all = await nodes();
      const settled = all.every((node) => condition(node, 'Ready') === 'True' && registered(node));
      return all.length > 0 && settled ? all : undefined;
    }).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${await lab.describe(NAMESPACE)}\n${karpenter.log.slice(-3_000)}`);
    });
    launched = namesOf(found);
    expect(launched.length).toBeLessThanOrEqual(3);
    for (const { metadata, spec } of found) {
      expect(metadata.labels).toMatchObject({
        'cdk8s-wasm.dev/pool': POOL,
        'karpenter.sh/nodepool': POOL,
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
      });
      const taints = spec.taints.map(({ key, effect }: Json) => `${key}:${effect}`);
      expect(taints.sort()).toEqual(['cdk8s-wasm.dev/pool:NoSchedule', 'readiness.k8s.io/wasm-wasmtime:NoSchedule']);
    }
  }, 120_000);

  test('until the startup taint goes, the installer alone is on them, and no more nodes come', async () => {
    await until('the installer is on every node', 60, async () => {
      const agents = await lab.pods('kube-system', { 'app.kubernetes.io/name': 'shim-installer' });
      return launched.every((name) => agents.some(({ spec }) => spec.nodeName === name)) || undefined;
    });
    await pause(12); // longer than Karpenter takes for a second thought
    expect((await services()).map(({ spec }) => spec.nodeName)).toEqual([undefined, undefined, undefined]);
    expect(namesOf(await nodes())).toEqual(launched);
    for (const claim of await claims()) {
      expect([condition(claim, 'Registered'), condition(claim, 'Initialized')]).toEqual(['True', 'Unknown']);
    }
  }, 120_000);

  test('without it the pods come, and nothing else does', async () => {
    for (const name of launched) await openGate(name);
    await until('the pods run', 60, async () => {
      const pods = await services();
      return pods.every(({ status }) => status.phase === 'Running') || undefined;
    });
    for (const { spec } of await services()) expect(launched).toContain(spec.nodeName);
    await until(
      'the claims are initialised',
      30,
      async () => (await claims()).every((claim) => condition(claim, 'Initialized') === 'True') || undefined,
    );
    const stranger = clientPod(NAMESPACE, 'stranger', ['pause']);
    const selector = { 'cdk8s-wasm.dev/pool': POOL };
    await lab.api.create({ ...stranger, spec: { ...stranger.spec, nodeSelector: selector } });
    const refusal = await until('Karpenter refuses the stranger', 30, async () => {
      const { items } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/events`);
      return items.find((one: Json) => one.involvedObject.name === 'stranger' && /did not tolerate/.test(one.message))
        ?.message;
    });
    expect(refusal).toContain('cdk8s-wasm.dev/pool=burst:NoSchedule');
    await lab.remove(stranger);
    expect(namesOf(await nodes())).toEqual(launched);
  }, 120_000);

  test('a pool by hand, whose RuntimeClass asks for a label that nodes get later, gets no node', async () => {
    const [made] = objects.filter(({ kind }) => kind === 'NodePool');
    await lab.api.apply({ ...made, metadata: { name: 'by-hand' } });
    await lab.api.apply({
      ...BY_HAND,
      metadata: { name: 'late-label' },
      scheduling: { ...BY_HAND.scheduling, nodeSelector: { 'example.com/shim': 'ready' } },
    } as Json);
    const image = `ghcr.io/acme/none@sha256:${'0'.repeat(64)}`;
    const pod = wasmPod(NAMESPACE, 'late', { image, runtimeClassName: 'late-label' });
    await lab.api.create(pod);
    const refusal = await until('Karpenter says why', 30, async () => {
      const { items } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/events`);
      return items.find((one: Json) => one.involvedObject.name === 'late' && one.source.component === 'karpenter')
        ?.message;
    });
    expect(refusal).toMatch(/label "example.com\/shim" does not have known values/);
    await lab.remove(pod);
    await lab.remove({ ...BY_HAND, metadata: { name: 'late-label' } });
  }, 60_000);

  test('when the service goes, Karpenter takes its nodes away, one after the other', async () => {
    await lab.remove({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'inventory', namespace: NAMESPACE },
    });
    await until('a node is gone', 90, async () => (await nodes()).length < launched.length || undefined);
  }, 120_000);
});
