import { existsSync, readdirSync } from 'node:fs';
import { App, Chart, Testing } from 'cdk8s';
import {
  CrunEngine,
  Distribution,
  type INodeProvisioner,
  Manifest,
  NodeGate,
  type NodePoolIntent,
  Taint,
  WasmMicroservice,
  WasmNodePool,
  WasmRuntime,
} from '../../lib';
import { all, findingsOf, httpImage, objectsOf, only, platform, podOf } from '../support/programs';
import { fakeInstaller, karpenter } from './installers';

describe('what a pool says about itself', () => {
  test('its name, labels, taint and gate follow from the id', () => {
    const { pool } = platform();
    expect(pool.intent).toMatchObject({
      name: 'edge',
      handler: 'wasmtime',
      runtimeClassName: 'wasmtime-edge',
      labels: { 'cdk8s-wasm.dev/pool': 'edge' },
      architectures: ['amd64', 'arm64'],
      overheadMemoryMiB: 32,
    });
    expect(pool.intent.taint.toAks()).toBe('cdk8s-wasm.dev/pool=edge:NoSchedule');
  });

  test('an explicit name wins over the id, everywhere', () => {
    const { pool } = platform({ name: 'apps' });
    const { name, labels, runtimeClassName, taint } = pool.intent;
    expect([name, labels, runtimeClassName, taint.value]).toEqual([
      'apps',
      { 'cdk8s-wasm.dev/pool': 'apps' },
      'wasmtime-apps',
      'apps',
    ]);
  });

  test('its intent is a copy', () => {
    const { chart, pool } = platform({ provisioner: karpenter(), installer: fakeInstaller() });
    const { intent } = pool;
    intent.labels.mine = 'yes';
    intent.nodeSelector.mine = 'yes';
    intent.tolerations.pop();
    intent.startupTaints.pop();
    intent.architectures.pop();
    expect(pool.intent).toMatchObject({ labels: { 'cdk8s-wasm.dev/pool': 'edge' }, architectures: ['amd64', 'arm64'] });
    expect(only(chart, 'RuntimeClass').scheduling.nodeSelector).toEqual({ 'cdk8s-wasm.dev/pool': 'edge' });
    expect([pool.intent.tolerations.length, pool.intent.startupTaints.length]).toEqual([1, 1]);
  });

  test('what it was made with is not written to', () => {
    const labels = { tier: 'edge' };
    const architectures = ['arm64'];
    const { pool } = platform({ labels, architectures });
    pool.intent.architectures.push('amd64');
    expect([labels, architectures]).toEqual([{ tier: 'edge' }, ['arm64']]);
  });

  test('runtime, distribution and versions are readable', () => {
    const { pool } = platform({
      distribution: Distribution.K3S,
      kubernetesVersion: '1.31',
      containerdVersion: '2.0.5',
    });
    expect([pool.runtime, pool.distribution, pool.kubernetesVersion, pool.containerdVersion]).toEqual([
      WasmRuntime.WASMTIME,
      Distribution.K3S,
      '1.31',
      '2.0.5',
    ]);
  });
});

describe('a RuntimeClass that exists already', () => {
  const imported = (reference: Partial<Parameters<typeof WasmNodePool.fromRuntimeClass>[3]> = {}) => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    const pool = WasmNodePool.fromRuntimeClass(chart, 'theirs', 'wasmtime-spin-v2', {
      runtime: WasmRuntime.WASMTIME,
      ...reference,
    });
    new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
    return { chart, pool };
  };

  test('is not emitted again', () => {
    const { chart, pool } = imported();
    expect(all(chart, 'RuntimeClass')).toEqual([]);
    expect(Manifest.all(pool)).toEqual([]);
  });

  test('is what pods refer to', () => {
    const pod = podOf(only(imported().chart, 'Deployment'));
    expect(pod.runtimeClassName).toBe('wasmtime-spin-v2');
    expect(pod).not.toHaveProperty('tolerations');
  });

  test('leaves it to pods to tolerate what it does not', () => {
    const { chart } = imported({ untoleratedTaints: [Taint.noSchedule('wasm', 'edge'), Taint.noExecute('gpu')] });
    expect(podOf(only(chart, 'Deployment')).tolerations).toEqual([
      { key: 'wasm', operator: 'Equal', value: 'edge', effect: 'NoSchedule' },
      { key: 'gpu', operator: 'Exists', effect: 'NoExecute' },
    ]);
  });

  test('says which nodes it selects, where that is known', () => {
    const nodeSelector = { spin: 'true' };
    const { pool } = imported({ nodeSelector });
    expect(pool.runtimeClassNodeSelector).toEqual({ spin: 'true' });
    expect(pool.podNodeSelector).toEqual({});
    pool.runtimeClassNodeSelector.more = 'x';
    expect(nodeSelector).toEqual({ spin: 'true' });
  });

  test('is judged against its nodes like one of ours', () => {
    const { chart } = imported({ distribution: Distribution.OPENSHIFT, kubernetesVersion: 'latest' });
    expect(findingsOf(chart)).toEqual([
      '[shop/theirs] WASM0404: wasmtime is a containerd shim, and nodes of OpenShift run CRI-O; crun carries the Wasm engine; use WasmRuntime.crun() there, or another `distribution`',
      '[shop/theirs] WASM0409: `kubernetesVersion` is "latest"; write it as 1.30 or 1.30.2',
    ]);
  });

  test('may be referred to twice', () => {
    const { chart } = imported();
    WasmNodePool.fromRuntimeClass(chart, 'again', 'wasmtime-spin-v2', { runtime: WasmRuntime.WASMTIME });
    expect(findingsOf(chart)).toEqual([]);
  });
});

describe('one owner of a RuntimeClass', () => {
  test('refuses a name that the distribution owns', () => {
    const { chart } = platform({ distribution: Distribution.K3S, runtimeClassName: 'wasmtime' });
    expect(findingsOf(chart)).toEqual([
      '[shop/edge] WASM0401: RuntimeClass wasmtime is also owned by k3s; set `runtimeClassName` to a name of its own, or refer to the other with WasmNodePool.fromRuntimeClass()',
    ]);
  });

  test('accepts the default name there, and that name elsewhere', () => {
    expect(findingsOf(platform({ distribution: Distribution.K3S }).chart)).toEqual([]);
    expect(findingsOf(platform({ distribution: Distribution.KUBEADM, runtimeClassName: 'wasmtime' }).chart)).toEqual(
      [],
    );
  });

  test('refuses a name that is said to exist already, whoever came first', () => {
    const { chart } = platform();
    WasmNodePool.fromRuntimeClass(chart, 'theirs', 'wasmtime-edge', { runtime: WasmRuntime.WASMTIME });
    expect(findingsOf(chart)).toEqual([
      '[shop/edge] WASM0401: RuntimeClass wasmtime-edge is also owned by shop/theirs, which says that it exists already; set `runtimeClassName` to a name of its own, or refer to the other with WasmNodePool.fromRuntimeClass()',
    ]);
  });

  test('accepts a reference to another one', () => {
    const { chart } = platform();
    WasmNodePool.fromRuntimeClass(chart, 'theirs', 'wasmtime-spin-v2', { runtime: WasmRuntime.WASMTIME });
    expect(findingsOf(chart)).toEqual([]);
  });
});

describe('runtime against nodes', () => {
  test('refuses a containerd shim where there is no containerd, and says it once', () => {
    expect(findingsOf(platform({ distribution: Distribution.OPENSHIFT }).chart)).toEqual([
      '[shop/edge] WASM0404: wasmtime is a containerd shim, and nodes of OpenShift run CRI-O; crun carries the Wasm engine; use WasmRuntime.crun() there, or another `distribution`',
    ]);
  });

  test('accepts crun on the same nodes', () => {
    const runtime = WasmRuntime.crun(CrunEngine.WASMEDGE);
    expect(findingsOf(platform({ distribution: Distribution.OPENSHIFT, runtime }).chart)).toEqual([]);
  });

  test('refuses an architecture no shim is built for', () => {
    expect(findingsOf(platform({ architectures: ['amd64', 'x86_64', 'wasm32'] }).chart)).toEqual([
      '[shop/edge] WASM0405: "x86_64" is not an architecture Wasm shims are built for; use amd64 or arm64 in `architectures`',
      '[shop/edge] WASM0405: "wasm32" is not an architecture Wasm shims are built for; use amd64 or arm64 in `architectures`',
    ]);
  });

  test('accepts the names Kubernetes has for them', () => {
    expect(findingsOf(platform({ architectures: ['arm64'] }).chart)).toEqual([]);
  });

  test('refuses a platform that was retired', () => {
    expect(findingsOf(platform({ distribution: Distribution.AKS_WASI }).chart)).toEqual([
      '[shop/edge] WASM0406: AKS WASI node pools: no new pools since May 2025; use an ordinary Linux pool (Distribution.AKS) with a shim installer',
    ]);
  });

  test('accepts the ordinary pool it is replaced by', () => {
    expect(findingsOf(platform({ distribution: Distribution.AKS }).chart)).toEqual([]);
  });

  test('refuses to have nodes launched for a runtime that registers its own', () => {
    const { chart } = platform({ runtime: WasmRuntime.krustlet(), provisioner: karpenter() });
    expect(findingsOf(chart)).toEqual([
      '[shop/edge] WASM0408: krustlet registers its own nodes, and the pool asks karpenter.sh/v1 for some; use NodeProvisioner.existing()',
    ]);
  });

  test('accepts it on nodes that exist', () => {
    expect(findingsOf(platform({ runtime: WasmRuntime.krustlet() }).chart)).toEqual([]);
  });

  test('refuses versions that are none', () => {
    const { chart } = platform({ kubernetesVersion: '1', containerdVersion: 'docker://1.7.27' });
    expect(findingsOf(chart)).toEqual([
      '[shop/edge] WASM0409: `kubernetesVersion` is "1"; write it as 1.30 or 1.30.2',
      '[shop/edge] WASM0409: `containerdVersion` is "docker://1.7.27"; write it as 1.30 or 1.30.2',
    ]);
  });

  test('accepts versions as clouds and k3s write them', () => {
    const { chart } = platform({ kubernetesVersion: 'v1.30.2-eks-1a2b', containerdVersion: '1.7.27' });
    expect(findingsOf(chart)).toEqual([]);
    expect(findingsOf(platform({ kubernetesVersion: 'v1.31.4+k3s1' }).chart)).toEqual([]);
  });

  test('refuses labels the API server would refuse', () => {
    expect(findingsOf(platform({ labels: { 'team!': 'a' }, provisioner: karpenter() }).chart)).toEqual([
      '[shop/edge] WASM0103: label team!=a is invalid: a key is [DNS name/]name, and the name begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .; correct it where `labels` are given',
    ]);
  });

  test('accepts the same labels without the exclamation mark', () => {
    expect(findingsOf(platform({ labels: { team: 'a' }, provisioner: karpenter() }).chart)).toEqual([]);
  });
});

describe('strategies of a platform team', () => {
  /** Cluster API, as somebody would write it on top of the library. */
  const clusterApi = (more: Partial<INodeProvisioner> = {}): INodeProvisioner => ({
    api: 'cluster.x-k8s.io/v1beta2',
    gate: NodeGate.STARTUP_TAINT,
    nodeLabels: {},
    provision: (pool: NodePoolIntent) => [
      {
        apiVersion: 'cluster.x-k8s.io/v1beta2',
        kind: 'MachineDeployment',
        metadata: { name: pool.name, namespace: 'capi', annotations: { owner: 'platform' } },
        spec: { template: { spec: { taints: [pool.taint, ...pool.startupTaints].map((one) => one.toKubernetes()) } } },
      },
    ],
    validate: () => [],
    ...more,
  });

  test('get the pool, and their objects are emitted as they made them', () => {
    const { chart } = platform({ provisioner: clusterApi(), installer: fakeInstaller() });
    const { metadata, spec } = only(chart, 'MachineDeployment');
    expect(metadata).toMatchObject({ name: 'edge', namespace: 'capi', annotations: { owner: 'platform' } });
    expect(spec.template.spec.taints).toEqual([
      { key: 'cdk8s-wasm.dev/pool', value: 'edge', effect: 'NoSchedule' },
      { key: 'readiness.k8s.io/wasm-wasmtime', effect: 'NoSchedule' },
    ]);
  });

  test('decide the gate: the RuntimeClass follows', () => {
    const selector = (gate: NodeGate) =>
      only(platform({ provisioner: clusterApi({ gate }) }).chart, 'RuntimeClass').scheduling.nodeSelector;
    expect(selector(NodeGate.STARTUP_TAINT)).toEqual({ 'cdk8s-wasm.dev/pool': 'edge' });
    expect(selector(NodeGate.READY_LABEL)).toEqual({ 'cdk8s-wasm.dev/shim-wasmtime': 'ready' });
  });

  test('know the name of the RuntimeClass', () => {
    const provision = jest.fn(() => []);
    platform({ provisioner: clusterApi({ provision }), runtimeClassName: 'wasm' });
    expect(provision).toHaveBeenCalledWith(expect.objectContaining({ runtimeClassName: 'wasm', handler: 'wasmtime' }));
  });

  test('installers have their objects emitted, after those of the provisioner', () => {
    const { chart } = platform({ provisioner: clusterApi(), installer: fakeInstaller() });
    expect(objectsOf(chart).map((object) => object.kind)).toEqual(['RuntimeClass', 'MachineDeployment', 'DaemonSet']);
    expect(only(chart, 'DaemonSet').metadata).toMatchObject({ name: 'edge-shims', namespace: 'kube-system' });
  });

  test('both may refuse a pool', () => {
    const { chart } = platform({
      provisioner: clusterApi({ validate: () => ['ACME1: no'] }),
      installer: fakeInstaller({ validate: () => ['ACME2: neither'] }),
    });
    expect(findingsOf(chart)).toEqual(['[shop/edge] ACME1: no', '[shop/edge] ACME2: neither']);
  });

  test('their objects can be overridden like ours', () => {
    const { chart, pool } = platform({ provisioner: clusterApi() });
    Manifest.find(pool, 'MachineDeployment').override({ spec: { replicas: 0 } });
    expect(only(chart, 'MachineDeployment').spec.replicas).toBe(0);
  });
});

describe('synthesis', () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
  });
  afterEach(() => jest.restoreAllMocks());

  const program = (props: Partial<ConstructorParameters<typeof WasmNodePool>[2]>) => {
    const app = new App({ outdir: Testing.app().outdir });
    for (const id of ['one', 'two', 'three']) new Chart(app, id);
    new WasmNodePool(new Chart(app, 'shop'), 'edge', { runtime: WasmRuntime.WASMTIME, ...props });
    return app;
  };
  const yaml = ({ outdir }: App) =>
    existsSync(outdir) ? readdirSync(outdir).filter((file) => /ya?ml$/.test(file)) : [];

  test('says a warning once, although the app is validated once per chart', () => {
    const app = program({ runtime: WasmRuntime.krustlet() });
    app.synth();
    expect(said).toEqual([
      '[shop/edge] warning WASM0407: krustlet: unmaintained since October 2023, built on the API of Kubernetes 1.22; plan the way to WasmRuntime.WASMTIME\n',
    ]);
    expect(yaml(app)).toContain('shop.k8s.yaml');
  });

  test('a second synthesis of the same app does not repeat it, another app says it again', () => {
    const app = program({ runtime: WasmRuntime.krustlet() });
    app.synth();
    app.synth();
    program({ runtime: WasmRuntime.krustlet() }).synth();
    expect(said.length).toBe(2);
  });

  test('says nothing about a runtime that is maintained', () => {
    program({}).synth();
    expect(said).toEqual([]);
  });

  test('throws all errors together, with their paths, and writes nothing', () => {
    const app = program({ distribution: Distribution.AKS_WASI, architectures: ['wasm32'], kubernetesVersion: 'new' });
    const attempt = () => app.synth();
    expect(attempt).toThrow('[shop/edge] WASM0406: AKS WASI node pools: no new pools since May 2025');
    expect(attempt).toThrow('[shop/edge] WASM0409: `kubernetesVersion` is "new"');
    expect(attempt).toThrow('[shop/edge] WASM0405: "wasm32" is not an architecture Wasm shims are built for');
    expect(yaml(app)).toEqual([]);
  });

  test('writes the same program without the errors', () => {
    const app = program({ distribution: Distribution.AKS, architectures: ['arm64'], kubernetesVersion: '1.31' });
    app.synth();
    expect(yaml(app)).toContain('shop.k8s.yaml');
  });

  test('an error is never said as a warning', () => {
    const app = program({ architectures: ['wasm32'] });
    expect(() => app.synth()).toThrow('WASM0405');
    expect(said).toEqual([]);
  });
});
