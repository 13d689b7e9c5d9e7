import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { ConfigMap, EnvValue, Ingress, Namespace } from 'cdk8s-plus-28';
import {
  Distribution,
  Files,
  MeshIdentity,
  NodeProvisioner,
  ShimInstaller,
  WasmCronJob,
  WasmImage,
  WasmJob,
  WasmMesh,
  WasmMicroservice,
  WasmNodePool,
  WasmPolicy,
  WasmRuntime,
} from 'cdk8s-wasm';

export const app = new App();

const image = (id: string) =>
  WasmImage.fromModule(join(__dirname, 'services', `${id}.wasm`), { repository: `ghcr.io/acme/${id}` });

// Nodes: Karpenter launches some for the services, which get their shim by themselves; the batch machines have it.
const platform = new Chart(app, 'platform');
const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
new Namespace(platform, 'shop', { metadata: { name: 'shop', labels: enforce } });
const nodeClass = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
const shim = (architecture: string, machine: string, sha256: string) => ({
  architecture,
  sha256,
  url: `https://github.com/containerd/runwasi/releases/download/containerd-shim-wasmtime%2Fv0.6.1/containerd-shim-wasmtime-${machine}-linux-musl.tar.gz`,
});
const edge = new WasmNodePool(platform, 'edge', {
  runtime: WasmRuntime.WASMTIME,
  distribution: Distribution.EKS_AL2023,
  provisioner: NodeProvisioner.karpenter({ nodeClass }),
  installer: ShimInstaller.daemonSet({
    shims: [
      shim('amd64', 'x86_64', 'a9b1215ee670f11414c8fd8e970b52679085929c8ec73a0fe6ed9cf215cf9ba1'),
      shim('arm64', 'aarch64', '0ae922715dd484a923825fd4fa25052fe00f8769d29c236704f1f5638f735ae0'),
    ],
    probe: { image: image('report') }, // has to run on a node before the node is used
  }),
});
const batch = new WasmNodePool(platform, 'batch', { runtime: WasmRuntime.WASMTIME });

// Services: three languages, one line each, mTLS between them.
const shop = new Chart(app, 'shop', { namespace: 'shop' });
const mesh = new WasmMesh(shop, 'mesh', {
  trustDomain: 'shop.example',
  identity: MeshIdentity.certManager({ issuer: 'mesh-ca' }),
});
const service = (id: string, maxReplicas: number) =>
  new WasmMicroservice(shop, id, {
    pool: edge,
    mesh,
    image: image(id),
    healthPath: '/healthz',
    autoscaling: { maxReplicas },
  });

const inventory = service('inventory', 4); // Rust
const cart = service('cart', 10); // Rust
const gateway = service('gateway', 20); // JavaScript
gateway.calls(cart);
cart.calls(inventory);
new Ingress(shop, 'web', { rules: [{ host: 'shop.example', backend: gateway.toIngressBackend() }] });

// Workers: the stock is filled up every quarter of an hour, the report is written once.
const levels = new ConfigMap(shop, 'stock-levels', { data: { 'levels.csv': 'apple,3,10\npear,12,10\n' } });
new WasmCronJob(shop, 'restock', {
  pool: batch,
  image: image('restock'), // Go
  schedule: '*/15 * * * *',
  files: [Files.fromConfigMap(levels, '/data')],
  args: ['/data/levels.csv'],
});
new WasmJob(shop, 'report', {
  pool: batch,
  image: image('report'), // AssemblyScript
  environment: { REPORT_TITLE: EnvValue.fromValue('Opening stock') },
  args: ['apple=3', 'pear=12'],
});

// Admission: what the rules have to know, they know from the program.
new WasmPolicy(platform, 'policy', { pools: [edge, batch], repositories: ['ghcr.io/acme/'] });

app.synth();
