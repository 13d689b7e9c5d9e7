import {
  type KrustletInstallerOptions,
  NodeProvisioner,
  ShimInstaller,
  type WasmNodePoolProps,
  WasmRuntime,
} from '../../../lib';
import { missingFrom } from '../../conformance/api/missing-from';
import { describeWithControlPlane } from '../../conformance/describe-with-control-plane';
import { all, findingsOf, objectsOf, only, platform } from '../../support/programs';

beforeEach(() => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true); // the pool says that nobody maintains it
});
afterEach(() => {
  jest.restoreAllMocks();
});

const TOKEN = { id: 'abc123', secret: '0123456789abcdef', expiration: '2026-01-31T12:00:00Z' };

const pool = (options: KrustletInstallerOptions = {}, props: Partial<WasmNodePoolProps> = {}) =>
  platform({
    runtime: WasmRuntime.krustlet(),
    installer: ShimInstaller.krustlet({ builtFromSource: true, ...options }),
    ...props,
  });

describe('what Krustlet needs before it can join', () => {
  test('is that its token may ask for the certificate of a node, and gets it', () => {
    const { chart } = pool();
    expect(findingsOf(chart)).toEqual([]);
    expect(
      objectsOf(chart).map(({ kind, metadata, roleRef, subjects }) => [
        kind,
        metadata.name,
        roleRef.name,
        subjects[0].name,
      ]),
    ).toEqual([
      [
        'ClusterRoleBinding',
        'krustlet-bootstrap-edge',
        'system:node-bootstrapper',
        'system:bootstrappers:kubeadm:default-node-token',
      ],
      [
        'ClusterRoleBinding',
        'krustlet-approve-edge',
        'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
        'system:bootstrappers:kubeadm:default-node-token',
      ],
    ]);
  });

  test('and the token, where the program declares it', () => {
    const { chart } = pool({ bootstrapToken: TOKEN, bootstrapGroup: 'system:bootstrappers:edge' });
    const { metadata, type, data } = only(chart, 'Secret');
    expect([metadata.namespace, metadata.name, type]).toEqual([
      'kube-system',
      'bootstrap-token-abc123',
      'bootstrap.kubernetes.io/token',
    ]);
    const text = (key: string) => Buffer.from(data[key], 'base64').toString();
    expect(Object.fromEntries(Object.keys(data).map((key) => [key, text(key)]))).toEqual({
      'token-id': 'abc123',
      'token-secret': '0123456789abcdef',
      expiration: '2026-01-31T12:00:00Z',
      'usage-bootstrap-authentication': 'true',
      'auth-extra-groups': 'system:bootstrappers:edge',
    });
    for (const { subjects } of all(chart, 'ClusterRoleBinding'))
      expect(subjects).toEqual([
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:bootstrappers:edge' },
      ]);
  });

  test('is no DaemonSet, no RuntimeClass and no gate: it registers a Node of its own', () => {
    const { chart, pool: made } = pool();
    expect(objectsOf(chart).filter(({ kind }) => ['DaemonSet', 'RuntimeClass'].includes(kind))).toEqual([]);
    expect([made.intent.startupTaints, made.runtimeClassName]).toEqual([[], undefined]);
  });
});

describe('refuses', () => {
  test.each(['1.22', '1.33.1', undefined])('the last release on Kubernetes %s', (kubernetesVersion) => {
    expect(findingsOf(pool({ builtFromSource: false }, { kubernetesVersion }).chart)).toEqual([
      `[shop/edge] WASM0424: the last release of Krustlet joins Kubernetes before 1.22, and the pool says ${kubernetesVersion ?? 'nothing, so a recent one'}; build it from its source and set \`builtFromSource\``,
    ]);
  });

  test('no release before that, and no build of the source after', () => {
    expect(findingsOf(pool({ builtFromSource: false }, { kubernetesVersion: '1.21.14' }).chart)).toEqual([]);
    for (const kubernetesVersion of ['1.19', '1.37.2', undefined])
      expect(findingsOf(pool({}, { kubernetesVersion }).chart)).toEqual([]);
  });

  test('a build of the source on a Kubernetes before its API', () => {
    expect(findingsOf(pool({}, { kubernetesVersion: '1.18.20' }).chart)).toEqual([
      '[shop/edge] WASM0424: a build from the source of Krustlet joins Kubernetes 1.19 and later, and the pool says 1.18.20; upgrade',
    ]);
  });

  test('a version that is none only once', () => {
    expect(findingsOf(pool({ builtFromSource: false }, { kubernetesVersion: 'latest' }).chart)).toEqual([
      '[shop/edge] WASM0409: `kubernetesVersion` is "latest"; write it as 1.30 or 1.30.2',
    ]);
  });

  test('a runtime that is not a kubelet', () => {
    const { chart } = pool(
      {},
      { runtime: WasmRuntime.WASMTIME, provisioner: NodeProvisioner.existing({ nodeSelector: { a: 'b' } }) },
    );
    expect(findingsOf(chart)).toEqual([
      '[shop/edge] WASM0413: ShimInstaller.krustlet() does nothing for wasmtime: it runs under an ordinary kubelet; use ShimInstaller.daemonSet() or ShimInstaller.preinstalled()',
    ]);
  });

  test.each([
    ['id', 'ABC123', 'use 6 characters of a-z and 0-9'],
    ['secret', 'too short', 'use 16 characters of a-z and 0-9'],
    ['expiration', '2026-01-31', 'write it as 2026-01-31T12:00:00Z'],
    ['expiration', '2026-13-31T12:00:00Z', 'write it as 2026-01-31T12:00:00Z'],
  ])('a token whose %s is %s, and does not repeat it', (field, value, rule) => {
    const { chart } = pool({ bootstrapToken: { ...TOKEN, [field]: value } });
    expect(findingsOf(chart)).toEqual([
      `[shop/edge] WASM0425: \`${field}\` of the bootstrap token is not valid; ${rule}`,
    ]);
    expect(objectsOf(platform().chart).filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('a group that tokens cannot have', () => {
    expect(findingsOf(pool({ bootstrapGroup: 'system:masters' }).chart)).toEqual([
      '[shop/edge] WASM0425: `bootstrapGroup` of the bootstrap token is not valid; begin it with system:bootstrappers: and go on with a-z, 0-9, : and -',
    ]);
  });
});

describeWithControlPlane('a real API server', (get) => {
  test('stores it as it was sent, without a warning', async () => {
    for (const object of objectsOf(pool({ bootstrapToken: TOKEN }).chart)) {
      const { warnings } = await get().apply(object);
      expect([...warnings, ...missingFrom(object, await get().get(object))]).toEqual([]);
    }
  });

  test('has the roles that are bound', async () => {
    for (const { roleRef } of all(pool().chart, 'ClusterRoleBinding')) {
      const role = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: roleRef.name },
      };
      expect((await get().get(role)).metadata.name).toBe(roleRef.name);
    }
  });
});
