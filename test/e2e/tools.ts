import { join } from 'node:path';
import { certManagerRecipe } from '../conformance/cert-manager.recipe';
import { CRD_GROUPS, crdRecipe } from '../conformance/crds';
import { envoyRecipe } from '../conformance/envoy.recipe';
import { gatekeeperRecipe } from '../conformance/gatekeeper.recipe';
import { type GoRecipeOptions, goRecipe, requiredVersion } from '../conformance/go-recipe';
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

/** Programs of one module, whose `go.mod` stands in a folder of its own. */
const component = (
  folderName: string,
  module: string,
  /** Package below the module, by the program's name; `` for the module itself. */
  programs: Readonly<Record<string, string>>,
  minutes: number,
  more: Partial<GoRecipeOptions> = {},
): ToolRecipe =>
  goRecipe({
    name: folderName,
    source: folder(folderName),
    module,
    programs: Object.fromEntries(
      Object.entries(programs).map(([name, path]) => [name, path === '' ? module : `${module}/${path}`]),
    ),
    minutes,
    ...more,
  });

const CONTAINERD = 'github.com/containerd/containerd/v2';
export const containerdRecipe = component(
  'containerd',
  CONTAINERD,
  Object.fromEntries(['containerd', 'ctr', 'containerd-shim-runc-v2'].map((name) => [name, `cmd/${name}`])),
  3,
  {
    name: 'containerd-node', // others of that name read configurations only
    tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
    variables: [`${CONTAINERD}/version.Version=VERSION`],
  },
);

export const runcRecipe = component('runc', 'github.com/opencontainers/runc', { runc: '' }, 1, {
  tags: ['seccomp'],
  variables: ['main.version=VERSION'],
  cgo: true,
});

export const cniRecipe = component(
  'cni',
  'github.com/containernetworking/plugins',
  {
    bridge: 'plugins/main/bridge',
    loopback: 'plugins/main/loopback',
    'host-local': 'plugins/ipam/host-local',
    portmap: 'plugins/meta/portmap',
  },
  1,
);

export const corednsRecipe = component('coredns', 'github.com/coredns/coredns', { coredns: '' }, 3);

export const registryRecipe = component(
  'registry',
  'github.com/distribution/distribution/v3',
  { registry: 'cmd/registry' },
  2,
);

export const metricsServerRecipe = component(
  'metrics-server',
  'sigs.k8s.io/metrics-server',
  { 'metrics-server': 'cmd/metrics-server' },
  2,
);

const KUBE_ROUTER = 'github.com/cloudnativelabs/kube-router/v2';
/** Enforces NetworkPolicies by iptables and ipset; its routes and services are off. */
export const kubeRouterRecipe = component('kube-router', KUBE_ROUTER, { 'kube-router': 'cmd/kube-router' }, 2, {
  variables: [`${KUBE_ROUTER}/pkg/version.Version=VERSION`],
});

/** Karpenter with the provider whose instances kwok plays. */
export const karpenterRecipe = component('karpenter', 'sigs.k8s.io/karpenter', { karpenter: 'kwok' }, 2);

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
