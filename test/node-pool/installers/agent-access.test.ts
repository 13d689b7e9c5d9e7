import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
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

interface Answer {
  readonly status: number;
  readonly message: string;
}

describeWithControlPlane('a real API server lets the agent', (get) => {
  const { chart } = installed();
  const settings = JSON.parse(only(chart, 'ConfigMap').data['settings.json']);
  const locations = { ...locationsFrom({}), node: AGENT.node, pod: AGENT.name, namespace: NAMESPACE };
  let token: string;
  let ask: (method: string, path: string, body?: unknown) => Promise<Answer>;

  beforeAll(async () => {
    for (const object of objectsOf(chart)) await get().apply(object);
    for (const name of ['mine', 'theirs']) {
      const labels = { 'example.com/pool': 'edge' };
      await get().apply({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } } as Json);
    }
    for (const name of ['mine', 'theirs']) await get().apply(podOn(name, `agent-of-${name}`));
    token = await tokenOf(get(), AGENT.name);
    ask = (method, path, body) => asAgent(get(), token, method, path, body);
    await until('the guard is on its post', 30, async () => {
      const { status } = await ask('PATCH', '/api/v1/nodes/theirs?dryRun=All', label('probed'));
      return status === 403 || undefined;
    });
  }, 60_000);

  test('label, taint and cordon its own node', async () => {
    expect(await ask('GET', '/api/v1/nodes/mine')).toMatchObject({ status: 200 });
    expect(await ask('PATCH', '/api/v1/nodes/mine', label('ready'))).toMatchObject({ status: 200 });
    expect(await ask('PATCH', '/api/v1/nodes/mine', { spec: { unschedulable: true } })).toMatchObject({ status: 200 });
  });

  test('but no other', async () => {
    expect(await ask('PATCH', '/api/v1/nodes/theirs', label('ready'))).toEqual({
      status: 403,
      message: expect.stringContaining('the agent of a node changes that node and the pods on it, and no other'),
    });
  });

  test('look for the Wasm pods of the node, and evict them', async () => {
    expect(await ask('GET', '/api/v1/pods?fieldSelector=spec.nodeName%3Dmine')).toMatchObject({ status: 200 });
    expect(await ask('GET', '/apis/node.k8s.io/v1/runtimeclasses')).toMatchObject({ status: 200 });
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'nobody', namespace: 'default' } };
    expect(await ask('POST', '/api/v1/namespaces/default/pods/nobody/eviction', eviction)).toMatchObject({
      status: 404,
    });
  });

  test('take turns with other nodes', async () => {
    const leases = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
    const metadata = { name: 'cdk8s-wasm-edge', namespace: NAMESPACE };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata };
    expect(await ask('POST', leases, lease)).toMatchObject({ status: 201 });
    expect(await ask('GET', `${leases}/${metadata.name}`)).toMatchObject({ status: 200 });
    expect(await ask('PUT', `${leases}/${metadata.name}`, lease)).toMatchObject({ status: 200 });
  });

  test('make the probe as it makes it, see what became of it, and take it away', async () => {
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const probe = probePod(settings, locations, undefined) as Json;
    expect(await ask('POST', pods, probe)).toEqual({ status: 201, message: '' });
    const stored = (await get().get(probe)) as Json;
    expect(stored.spec.nodeSelector).toEqual({ 'example.com/pool': 'edge' });
    expect(await ask('GET', `${pods}/${probe.metadata.name}`)).toMatchObject({ status: 200 });
    expect(await ask('GET', `/api/v1/namespaces/${NAMESPACE}/events`)).toMatchObject({ status: 200 });
    expect(await ask('DELETE', `${pods}/${probe.metadata.name}`)).toMatchObject({ status: 200 });
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
      expect(await ask('POST', pods, pod)).toEqual({ status: 403, message: expect.stringContaining(NO_PROBE) });
    });

    test.each([
      ['on another node', withSpec({ nodeName: 'theirs' })],
      ['wherever the scheduler likes', withSpec({ nodeName: undefined })],
    ])('none %s', async (_what, pod) => {
      expect((await ask('POST', pods, pod)).message).toContain('changes that node and the pods on it, and no other');
    });
  });

  test('start over in a new pod, and leave the pods of other nodes alone', async () => {
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    expect((await ask('DELETE', `${pods}/agent-of-theirs`)).status).toBe(403);
    expect(await ask('DELETE', `${pods}/${AGENT.name}?dryRun=All`)).toMatchObject({ status: 200 });
  });

  test.each([
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
    expect((await ask(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})).status).toBe(403);
  });

  test('a token of no node can change none', async () => {
    const { body } = await get().send({
      method: 'POST',
      path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    const { status } = await asAgent(get(), (body as Json).status.token, 'PATCH', '/api/v1/nodes/mine', label('ready'));
    expect(status).toBe(403);
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

/** As the kubelet asks for it: bound to the pod, and through it to the node. */
async function tokenOf(server: ControlPlane, pod: string): Promise<string> {
  const { metadata } = (await server.get(podOn('', pod))) as Json;
  const { body } = await server.send({
    method: 'POST',
    path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod, uid: metadata.uid } },
    },
  });
  return (body as Json).status.token;
}

async function asAgent(server: ControlPlane, token: string, method: string, path: string, body?: unknown) {
  const { clusters } = JSON.parse(readFileSync(server.kubeconfig, 'utf8'));
  const ca = readFileSync(clusters[0].cluster['certificate-authority']);
  return new Promise<Answer>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    };
    const outgoing = request(new URL(path, server.url), { method, ca, headers, agent: false }, (incoming) => {
      text(incoming)
        .then((content) => {
          const status = incoming.statusCode ?? 0;
          resolve({ status, message: status < 300 ? '' : JSON.parse(content).message });
        })
        .catch(reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
