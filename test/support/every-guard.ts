import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu, EnvValue, Secret } from 'cdk8s-plus-28';
import {
  MeshIdentity,
  MeshMode,
  PolicyAction,
  PolicyEnforcer,
  WasmJob,
  WasmMesh,
  WasmMicroservice,
  WasmNodePool,
  WasmPolicy,
  WasmRuntime,
} from '../../lib';
import { commandImage, DIGEST, httpImage } from './programs';

/** A program that says everything that can be said about mesh and policy. Nothing in it is wrong. */
export function everyGuard(): App {
  const app = new App();
  const platform = new Chart(app, 'guarded-platform');
  const chart = new Chart(app, 'guarded', { namespace: 'guarded' });
  const pool = new WasmNodePool(platform, 'guarded', { runtime: WasmRuntime.WASMTIME });

  const mesh = new WasmMesh(chart, 'mesh', {
    trustDomain: 'guarded.example',
    identity: MeshIdentity.certManager({
      issuer: 'mesh-ca',
      issuerKind: 'Issuer',
      issuerGroup: 'cert-manager.io',
      duration: Duration.hours(12),
      renewBefore: Duration.hours(5),
    }),
    mode: MeshMode.envoy({
      image: `registry.example/envoy@${DIGEST}`,
      cpuRequest: Cpu.millis(30),
      memory: Size.mebibytes(128),
    }),
    clusterDomain: 'cluster.example',
    podMonitor: true,
  });
  const key = Secret.fromSecretName(chart, 'key', 'payment-key');
  const orders = new WasmMicroservice(chart, 'orders', {
    pool,
    mesh,
    image: httpImage('orders'),
    environment: { PAYMENT_KEY: EnvValue.fromSecretValue({ secret: key, key: 'key' }) },
  });
  const shop = new WasmMicroservice(chart, 'storefront', { pool, mesh, image: httpImage('storefront') });
  shop.calls(orders, {
    variable: 'ORDERS',
    path: '/v1',
    methods: ['GET', 'POST'],
    timeout: Duration.seconds(2),
  });

  const nightly = new WasmJob(chart, 'nightly', { pool, mesh, image: commandImage('nightly') });
  nightly.calls(orders);

  new WasmPolicy(platform, 'policy', {
    pools: [pool],
    repositories: ['ghcr.io/acme/'],
    services: [orders, shop, nightly],
    contributors: [{ images: [`registry.example/agent@${DIGEST}`] }],
    enforcers: [PolicyEnforcer.SYNTH, PolicyEnforcer.NATIVE, PolicyEnforcer.GATEKEEPER],
    action: PolicyAction.DENY,
    exemptNamespaces: ['kube-system', 'node-agents'],
    requiredIn: ['guarded'],
    exemptImages: ['registry.example/debug/'],
    otherRuntimeClasses: [{ name: 'gvisor', handler: 'runsc', anywhere: true }],
    secrets: ['guarded/other-key'],
    volumeTypes: ['csi'],
    writablePaths: ['/cache'],
  });
  return app;
}
