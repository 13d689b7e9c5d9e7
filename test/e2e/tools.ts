import { join } from 'node:path';
import { certManagerRecipe } from '../conformance/cert-manager.recipe';
import { CRD_GROUPS, crdRecipe } from '../conformance/crds';
import { envoyRecipe } from '../conformance/envoy.recipe';
import { gatekeeperRecipe } from '../conformance/gatekeeper.recipe';
import { goRecipe, requiredVersion } from '../conformance/go-recipe';
import type { ToolRecipe } from '../conformance/tool-cache';
import { componentGuestRecipe } from './component-guest.recipe';
import { shimRecipe } from './shim.recipe';

const folder = (name: string) => join(__dirname, 'cluster', name);

const KUBERNETES = 'k8s.io/kubernetes';
export const KUBERNETES_VERSION = requiredVersion(folder('kubernetes'), KUBERNETES);
const [, MAJOR = '', MINOR = ''] = /^v(\d+)\.(\d+)/.exec(KUBERNETES_VERSION) ?? [];

/** etcd, every component of Kubernetes, kubectl and kwok in one program. */
export const kubernetesRecipe = goRecipe({
  name: 'kubernetes',
  source: folder('kubernetes'),
  module: KUBERNETES,
  programs: { kubernetes: '.' },
  tags: ['selinux', 'notest', 'grpcnotrace'],
  variables: ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((name) => [
    `${name}.gitVersion=VERSION`,
    `${name}.gitMajor=${MAJOR}`,
    `${name}.gitMinor=${MINOR}`,
  ]),
  minutes: 9,
});

const CONTAINERD = 'github.com/containerd/containerd/v2';
export const containerdRecipe = goRecipe({
  name: 'containerd-node',
  source: folder('containerd'),
  module: CONTAINERD,
  programs: Object.fromEntries(
    ['containerd', 'ctr', 'containerd-shim-runc-v2'].map((program) => [program, `${CONTAINERD}/cmd/${program}`]),
  ),
  tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
  variables: [`${CONTAINERD}/version.Version=VERSION`],
  minutes: 3,
});

const RUNC = 'github.com/opencontainers/runc';
export const runcRecipe = goRecipe({
  name: 'runc',
  source: folder('runc'),
  module: RUNC,
  programs: { runc: RUNC },
  tags: ['seccomp'],
  variables: ['main.version=VERSION'],
  cgo: true,
  minutes: 1,
});

const CNI = 'github.com/containernetworking/plugins';
export const cniRecipe = goRecipe({
  name: 'cni-plugins',
  source: folder('cni'),
  module: CNI,
  programs: {
    bridge: `${CNI}/plugins/main/bridge`,
    loopback: `${CNI}/plugins/main/loopback`,
    'host-local': `${CNI}/plugins/ipam/host-local`,
    portmap: `${CNI}/plugins/meta/portmap`,
  },
  minutes: 1,
});

const COREDNS = 'github.com/coredns/coredns';
export const corednsRecipe = goRecipe({
  name: 'coredns',
  source: folder('coredns'),
  module: COREDNS,
  programs: { coredns: COREDNS },
  minutes: 3,
});

const REGISTRY = 'github.com/distribution/distribution/v3';
export const registryRecipe = goRecipe({
  name: 'registry',
  source: folder('registry'),
  module: REGISTRY,
  programs: { registry: `${REGISTRY}/cmd/registry` },
  minutes: 2,
});

const METRICS_SERVER = 'sigs.k8s.io/metrics-server';
export const metricsServerRecipe = goRecipe({
  name: 'metrics-server',
  source: folder('metrics-server'),
  module: METRICS_SERVER,
  programs: { 'metrics-server': `${METRICS_SERVER}/cmd/metrics-server` },
  minutes: 2,
});

const KUBE_ROUTER = 'github.com/cloudnativelabs/kube-router/v2';
/** Enforces NetworkPolicies by iptables and ipset; its routes and services are off. */
export const kubeRouterRecipe = goRecipe({
  name: 'kube-router',
  source: folder('kube-router'),
  module: KUBE_ROUTER,
  programs: { 'kube-router': `${KUBE_ROUTER}/cmd/kube-router` },
  variables: [`${KUBE_ROUTER}/pkg/version.Version=VERSION`],
  minutes: 2,
});

const KARPENTER = 'sigs.k8s.io/karpenter';
/** Karpenter with the provider whose instances kwok plays. */
export const karpenterRecipe = goRecipe({
  name: 'karpenter',
  source: folder('karpenter'),
  module: KARPENTER,
  programs: { karpenter: `${KARPENTER}/kwok` },
  minutes: 2,
});

/** The tests' own client, server and pause. */
export const clientRecipe = goRecipe({
  name: 'client',
  source: folder('client'),
  version: '1',
  programs: { client: '.' },
  minutes: 1,
});

/** A guest that shows what it gets; Go makes the same bytes everywhere. */
export const commandRecipe = goRecipe({
  name: 'command-guest',
  source: join(__dirname, 'guests', 'command'),
  version: '1',
  programs: { 'command.wasm': '.' },
  target: 'wasip1/wasm',
  minutes: 1,
});

/** Everything a cluster is made of, and what runs beside it; the longest builds first. */
export const TOOLS: readonly ToolRecipe[] = [
  kubernetesRecipe,
  shimRecipe,
  containerdRecipe,
  runcRecipe,
  cniRecipe,
  corednsRecipe,
  registryRecipe,
  kubeRouterRecipe,
  metricsServerRecipe,
  karpenterRecipe,
  clientRecipe,
  commandRecipe,
  componentGuestRecipe,
  envoyRecipe,
  certManagerRecipe,
  gatekeeperRecipe,
  ...CRD_GROUPS.map(crdRecipe),
];
