import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api, type ApiCall, ApiError } from '../../../agent/cluster/api';
import { PoolLease } from '../../../agent/cluster/pool-lease';
import { probePod } from '../../../agent/cluster/probe-pod';
import { locationsFrom } from '../../../agent/locations';
import type { ControlPlane } from '../../conformance/control-plane';
import { describeWithControlPlane } from '../../conformance/describe-with-control-plane';
import { until } from '../../conformance/machine/until';
import { all, type Json, objectsOf, only } from '../../support/programs';
import { installed } from './installed';

describe('where Kubernetes does not tell of which node a token is', () => {
  test('nothing can be bound to it', () => {
    const kinds = (kubernetesVersion?: string) =>
      objectsOf(installed({}, { kubernetesVersion }).chart).map(({ kind }) => kind);
    expect(kinds('1.29.9')).not.toContain('ValidatingAdmissionPolicy');
    expect(kinds('1.30')).toContain('ValidatingAdmissionPolicy');
    expect(kinds()).toContain('ValidatingAdmissionPolicyBinding');
  });
});

const NAMESPACE = 'kube-system';
const ACCOUNT = 'shim-installer-edge';
const AGENT = { name: 'agent-of-mine', node: 'mine' };

type Method = ApiCall['method'];

describeWithControlPlane('a real API server lets the agent', (get) => {
  const { chart } = installed();
  const settings = JSON.parse(only(chart, 'ConfigMap').data['settings.json']);
  const locations = { ...locationsFrom({}), node: AGENT.node, pod: AGENT.name, namespace: NAMESPACE };
  const scratch = mkdtempSync(join(tmpdir(), 'agent-access-'));
  let api: Api;
  const ask = (method: Method, path: string, body?: unknown) => answerTo(api, method, path, body);

  beforeAll(async () => {
    for (const object of objectsOf(chart)) await get().apply(object);
    for (const name of ['mine', 'theirs']) {
      const labels = { 'example.com/pool': 'edge' };
      await get().apply({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } } as Json);
      await get().apply(podOn(name, `agent-of-${name}`));
    }
    api = await apiOf(get(), join(scratch, 'pod'), AGENT.name);
    await until('the guard is on its post', 30, async () => {
      const answer = await ask('PATCH', '/api/v1/nodes/theirs?dryRun=All', label('probed'));
      return answer !== 'yes' || undefined;
    });
  }, 60_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('label, taint and cordon its own node', async () => {
    expect(await ask('GET', '/api/v1/nodes/mine')).toBe('yes');
    expect(await ask('PATCH', '/api/v1/nodes/mine', label('ready'))).toBe('yes');
    expect(await ask('PATCH', '/api/v1/nodes/mine', { spec: { unschedulable: true } })).toBe('yes');
  });

  test('but no other', async () => {
    const answer = await ask('PATCH', '/api/v1/nodes/theirs', label('ready'));
    expect(answer).toMatch(/^403 .*the agent of a node changes that node and the pods on it, and no other$/);
  });

  test('look for the Wasm pods of the node, and evict them', async () => {
    expect(await ask('GET', '/api/v1/pods?fieldSelector=spec.nodeName%3Dmine')).toBe('yes');
    expect(await ask('GET', '/apis/node.k8s.io/v1/runtimeclasses')).toBe('yes');
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'nobody', namespace: 'default' } };
    expect(await ask('POST', '/api/v1/namespaces/default/pods/nobody/eviction', eviction)).toMatch(/^404 /);
  });

  test('take turns with other nodes', async () => {
    const lease = new PoolLease(api, settings.pool, NAMESPACE, AGENT.node);
    expect([await lease.tryAcquire(60), await lease.tryAcquire(60)]).toEqual([true, true]); // made, then renewed
    await expect(lease.release()).resolves.toBeUndefined();
  });

  test('make the probe as it makes it, see what became of it, and take it away', async () => {
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const probe = probePod(settings, locations, undefined) as Json;
    expect(await ask('POST', pods, probe)).toBe('yes');
    const stored = (await get().get(probe)) as Json;
    expect(stored.spec.nodeSelector).toEqual({ 'example.com/pool': 'edge' });
    expect(await ask('GET', `${pods}/${probe.metadata.name}`)).toBe('yes');
    expect(await ask('GET', `/api/v1/namespaces/${NAMESPACE}/events`)).toBe('yes');
    expect(await ask('DELETE', `${pods}/${probe.metadata.name}`)).toBe('yes');
  });

  describe('but no other pod:', () => {
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`;
    const probe = probePod(settings, locations, undefined) as Json;
    const [container] = probe.spec.containers;
    const withSpec = (spec: object) => ({ ...probe, spec: { ...probe.spec, ...spec } });
    const withContainer = (more: object) => withSpec({ containers: [{ ...container, ...more }] });
    const NO_PROBE = 'the agent of a node makes probes of its shim, and no other pods';
    const secretKeyRef = { name: 'token', key: 'token' };

    test.each<readonly [string, Json]>([
      ['without its RuntimeClass', withSpec({ runtimeClassName: undefined })],
      ['under the RuntimeClass of the pool', withSpec({ runtimeClassName: 'wasmtime-edge' })],
      ['with a path of the node', withSpec({ volumes: [{ name: 'root', hostPath: { path: '/' } }] })],
      ['with a Secret', withSpec({ volumes: [{ name: 'one', secret: { secretName: 'token' } }] })],
      ['with a Secret in its environment', withContainer({ env: [{ name: 'A', valueFrom: { secretKeyRef } }] })],
      ['with all of a Secret there', withContainer({ envFrom: [{ secretRef: { name: 'token' } }] })],
      ['that is privileged', withContainer({ securityContext: { privileged: true } })],
      ['with a capability', withContainer({ securityContext: { capabilities: { add: ['SYS_ADMIN'] } } })],
      ['in the network of the node', withSpec({ hostNetwork: true })],
      ['among the processes of the node', withSpec({ hostPID: true })],
      ['with the IPC of the node', withSpec({ hostIPC: true })],
      ['with an init container', withSpec({ initContainers: [{ ...container, name: 'first' }] })],
    ])('none %s', async (_what, pod) => {
      expect(await ask('POST', pods, pod)).toContain(NO_PROBE);
    });

    test.each([
      ['on another node', withSpec({ nodeName: 'theirs' })],
      ['wherever the scheduler likes', withSpec({ nodeName: undefined })],
    ])('none %s', async (_what, pod) => {
      expect(await ask('POST', pods, pod)).toMatch(/^403 .*changes that node and the pods on it, and no other$/);
    });
  });

  test('start over in a new pod, and leave the pods of other nodes alone', async () => {
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    expect(await ask('DELETE', `${pods}/agent-of-theirs`)).toMatch(/^403 /);
    expect(await ask('DELETE', `${pods}/${AGENT.name}?dryRun=All`)).toBe('yes');
  });

  test.each<readonly [string, Method, string]>([
    ['read Secrets', 'GET', `/api/v1/namespaces/${NAMESPACE}/secrets`],
    ['read ConfigMaps', 'GET', `/api/v1/namespaces/${NAMESPACE}/configmaps`],
    ['make pods elsewhere', 'POST', '/api/v1/namespaces/default/pods'],
    ['delete nodes', 'DELETE', '/api/v1/nodes/mine'],
    ['replace nodes', 'PUT', '/api/v1/nodes/mine'],
    ['report the state of nodes', 'PATCH', '/api/v1/nodes/mine/status'],
    ['make RuntimeClasses', 'POST', '/apis/node.k8s.io/v1/runtimeclasses'],
    ['run commands in pods', 'POST', `/api/v1/namespaces/${NAMESPACE}/pods/${AGENT.name}/exec`],
    ['give itself more', 'PATCH', `/apis/rbac.authorization.k8s.io/v1/clusterroles/${ACCOUNT}`],
    ['leave its post', 'DELETE', `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${ACCOUNT}`],
  ])('does not let it %s', async (_what, method, path) => {
    expect(await ask(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})).toMatch(/^403 /);
  });

  test('a token of no node can change none', async () => {
    const other = await apiOf(get(), join(scratch, 'nobody'));
    expect(await answerTo(other, 'PATCH', '/api/v1/nodes/mine', label('ready'))).toMatch(/^403 /);
  });

  test('others are not concerned', async () => {
    const theirs = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'theirs', labels: { a: 'b' } } } as Json;
    await expect(get().apply(theirs)).resolves.toMatchObject({ warnings: [] });
  });

  test('the policy has no error that the server finds in it', async () => {
    const [policy] = all(chart, 'ValidatingAdmissionPolicy');
    const { status } = (await get().get(policy)) as Json;
    expect(status?.typeChecking?.expressionWarnings ?? []).toEqual([]);
  });
});

const label = (value: string) => ({ metadata: { labels: { 'cdk8s-wasm.dev/shim-wasmtime': value } } });

const podOn = (nodeName: string, name: string): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: NAMESPACE },
  spec: { nodeName, serviceAccountName: ACCOUNT, containers: [{ name: 'hold', image: 'node' }] },
});

/** The agent's own client with a token as the kubelet asks for it: bound to the pod, and through it to the node. */
async function apiOf(server: ControlPlane, serviceAccount: string, pod?: string): Promise<Api> {
  const uid = pod === undefined ? undefined : ((await server.get(podOn('', pod))) as Json).metadata.uid;
  const boundObjectRef = pod === undefined ? undefined : { apiVersion: 'v1', kind: 'Pod', name: pod, uid };
  const { body } = await server.send({
    method: 'POST',
    path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef } },
  });
  const { clusters } = JSON.parse(readFileSync(server.kubeconfig, 'utf8'));
  mkdirSync(serviceAccount);
  writeFileSync(join(serviceAccount, 'token'), (body as Json).status.token);
  cpSync(clusters[0].cluster['certificate-authority'], join(serviceAccount, 'ca.crt'));
  return new Api({ ...locationsFrom({}), apiServer: server.url, serviceAccount }, 0);
}

/** `yes`, or the status and the words of the refusal. */
async function answerTo(api: Api, method: Method, path: string, body?: unknown): Promise<string> {
  const { pathname, searchParams } = new URL(path, 'https://server');
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  try {
    await api.send({ method, path: pathname, query: Object.fromEntries(searchParams), body, contentType });
    return 'yes';
  } catch (error) {
    if (error instanceof ApiError) return `${error.status} ${error.message}`;
    throw error;
  }
}
