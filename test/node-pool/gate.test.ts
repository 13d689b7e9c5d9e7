import { NodeProvisioner, ShimInstaller, Taint, WasmMicroservice, WasmRuntime } from '../../lib';
import { findingsOf, httpImage, only, platform, podOf } from '../support/programs';
import { fakeInstaller, karpenter } from './installers';

const POOL = { 'cdk8s-wasm.dev/pool': 'edge' };
const scheduling = (chart: Parameters<typeof only>[0]) => only(chart, 'RuntimeClass').scheduling;

describe('nodes that an autoscaler launches', () => {
  test('register with the startup taint, and the RuntimeClass selects the label they are launched with', () => {
    const { chart } = platform({ provisioner: karpenter(), installer: fakeInstaller() });
    expect(only(chart, 'NodePool').spec.template.spec.startupTaints).toEqual([
      { key: 'readiness.k8s.io/wasm-wasmtime', effect: 'NoSchedule' },
    ]);
    expect(scheduling(chart).nodeSelector).toEqual(POOL);
    expect(only(chart, 'NodePool').spec.template.metadata.labels).toEqual(POOL);
  });

  test('have no startup taint where the shim is part of the image: nobody would take it off', () => {
    const { chart } = platform({ provisioner: karpenter(), installer: ShimInstaller.preinstalled() });
    expect(only(chart, 'NodePool').spec.template.spec).not.toHaveProperty('startupTaints');
    expect(scheduling(chart).nodeSelector).toEqual(POOL);
  });

  test('have the one that somebody outside the program takes off', () => {
    const startupTaint = Taint.noSchedule('acme.example/not-ready', 'true');
    const { chart } = platform({ provisioner: karpenter(), installer: ShimInstaller.preinstalled({ startupTaint }) });
    expect(only(chart, 'NodePool').spec.template.spec.startupTaints).toEqual([
      { key: 'acme.example/not-ready', value: 'true', effect: 'NoSchedule' },
    ]);
  });

  test('are never selected by the ready label: a launched node cannot promise it', () => {
    const installer = ShimInstaller.preinstalled({ readyLabels: { 'spin-v2': 'provisioned' } });
    const { chart } = platform({ provisioner: karpenter(), installer });
    expect(scheduling(chart).nodeSelector).toEqual(POOL);
  });

  test('no pod tolerates the startup taint', () => {
    const { chart, pool } = platform({ provisioner: karpenter(), installer: fakeInstaller() });
    new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
    expect(scheduling(chart).tolerations).toEqual([
      { key: 'cdk8s-wasm.dev/pool', operator: 'Equal', value: 'edge', effect: 'NoSchedule' },
    ]);
    expect(podOf(only(chart, 'Deployment'))).not.toHaveProperty('tolerations');
  });

  test('a startup taint is judged like any other', () => {
    const installer = ShimInstaller.preinstalled({ startupTaint: Taint.noSchedule('not ready') });
    expect(findingsOf(platform({ provisioner: karpenter(), installer }).chart)).toEqual([
      '[shop/edge] WASM0403: taint not ready:NoSchedule is invalid: a key is [DNS name/]name, and the name begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .; correct `taint`',
    ]);
  });
});

describe('nodes that exist already', () => {
  test('are selected by the label they get when their shim runs', () => {
    expect(scheduling(platform().chart).nodeSelector).toEqual({ 'cdk8s-wasm.dev/shim-wasmtime': 'ready' });
  });

  test('are selected by the label of the installer, where it has its own', () => {
    const { chart } = platform({ installer: fakeInstaller() });
    expect(scheduling(chart).nodeSelector).toEqual({ 'acme.example/wasmtime': 'ready' });
  });

  test('are selected by what runtime-class-manager calls a finished node', () => {
    const installer = ShimInstaller.preinstalled({ readyLabels: { 'spin-v2': 'provisioned' } });
    const { chart } = platform({ runtime: WasmRuntime.SPIN, handler: 'spin-v2', installer });
    expect(only(chart, 'RuntimeClass')).toMatchObject({
      metadata: { name: 'spin-v2-edge' },
      handler: 'spin-v2',
      scheduling: { nodeSelector: { 'spin-v2': 'provisioned' } },
    });
  });

  test('are selected by their own labels besides', () => {
    const provisioner = NodeProvisioner.existing({ nodeSelector: { tier: 'edge' } });
    const { chart } = platform({ provisioner });
    expect(scheduling(chart).nodeSelector).toEqual({ tier: 'edge', 'cdk8s-wasm.dev/shim-wasmtime': 'ready' });
  });

  test('have no startup taint: there is no moment at which they could register with it', () => {
    const { pool } = platform({ installer: fakeInstaller() });
    expect(pool.intent.startupTaints).toEqual([]);
  });

  test('refuses a RuntimeClass that would select every node', () => {
    const { chart } = platform({ installer: ShimInstaller.preinstalled({ readyLabels: {} }) });
    expect(findingsOf(chart)).toEqual([
      '[shop/edge] WASM0402: RuntimeClass wasmtime-edge has no node selector; give NodeProvisioner.existing() a `nodeSelector`, or leave `readyLabels` to its default',
    ]);
  });

  test('accepts the same without a ready label where the nodes have one of their own', () => {
    const installer = ShimInstaller.preinstalled({ readyLabels: {} });
    const provisioner = NodeProvisioner.existing({ nodeSelector: { 'acme.example/wasm': 'true' } });
    const { chart } = platform({ installer, provisioner });
    expect(findingsOf(chart)).toEqual([]);
    expect(scheduling(chart).nodeSelector).toEqual({ 'acme.example/wasm': 'true' });
  });
});

describe('a kubelet of its own', () => {
  test('has no gate and no RuntimeClass; pods select its nodes and tolerate its taints', () => {
    const { pool } = platform({ runtime: WasmRuntime.krustlet(), installer: fakeInstaller() });
    const { startupTaints, runtimeClassName } = pool.intent;
    expect([startupTaints, runtimeClassName, pool.runtimeClassNodeSelector]).toEqual([[], undefined, {}]);
    expect(pool.podNodeSelector).toEqual({ 'kubernetes.io/arch': 'wasm32-wasi' });
    expect(pool.podTolerations).toEqual([
      { key: 'kubernetes.io/arch', operator: 'Equal', value: 'wasm32-wasi' },
      { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists' },
    ]);
  });
});
