import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentContainerd } from '../../../lib/node-pool/installers/agent-settings';
import type { ContainerdMinor } from '../../conformance/containerd/containerd.recipe';

/** A kind of node: its configuration of containerd as its distribution leaves it. */
export interface NodeShape {
  readonly name: string;
  readonly containerd: ContainerdMinor;
  readonly settings: AgentContainerd;
  /** By their path on the node. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the handler's table has to end up. */
  readonly home: string;
  /** What containerd, or the distribution for it, reads once the agent has written: the main file and its like. */
  effective(read: (path: string) => string | undefined): string[];
}

const MAIN = '/etc/containerd/config.toml';
const CONF_D = '/etc/containerd/conf.d/cdk8s-wasm-wasmtime.toml';

const text = (name: string): string => readFileSync(join(__dirname, '..', 'nodes', `${name}.toml`), 'utf8');
const present = (...texts: (string | undefined)[]): string[] => texts.filter((one) => one !== undefined);

/** Of the two handlers that the tests install. */
const dropInsIn = (directory: string): string[] =>
  ['wasmtime', 'wasmtime-next'].map((handler) => join(directory, `cdk8s-wasm-${handler}.toml`));

const ordinary = (name: string, containerd: ContainerdMinor, home = MAIN): NodeShape => ({
  name: `${name} with containerd ${containerd}`,
  containerd,
  settings: { style: 'main', configFile: MAIN, units: ['containerd'] },
  files: { [MAIN]: text(`${name}-${containerd}`) },
  home,
  effective: (read) => present(read(MAIN), ...dropInsIn('/etc/containerd/conf.d').map(read)),
});

/** What the distribution renders from its template: the base is what it rendered before. */
const rancher = (name: 'k3s' | 'rke2', containerd: ContainerdMinor, homeName: string, more: object = {}): NodeShape => {
  const directory = `/var/lib/rancher/${name}/agent/etc/containerd`;
  const rendered = join(directory, 'config.toml');
  const base = text(`${name}-${containerd}`);
  const templates = ['config-v3.toml.tmpl', 'config.toml.tmpl'].map((file) => join(directory, file));
  return {
    name: `${name} with containerd ${containerd}`,
    containerd,
    settings: {
      style: 'template',
      configFile: join(directory, 'config-v3.toml.tmpl'),
      units: name === 'k3s' ? ['k3s', 'k3s-agent'] : ['rke2-server', 'rke2-agent'],
    },
    files: { [rendered]: base, ...more },
    home: join(directory, homeName),
    effective(read) {
      const template = templates.map(read).find((one) => one !== undefined) ?? '{{ template "base" . }}';
      return present(
        template.replace('{{ template "base" . }}', () => base),
        ...dropInsIn(join(directory, 'config-v3.toml.d')).map(read),
      );
    },
  };
};

/** k0s merges the drop-ins into the CRI part that it makes itself. */
const k0s = (containerd: ContainerdMinor): NodeShape => ({
  name: `k0s with containerd ${containerd}`,
  containerd,
  settings: {
    style: 'directory',
    configFile: '/etc/k0s/containerd.toml',
    dropInDirectory: '/etc/k0s/containerd.d',
    units: ['k0sworker', 'k0scontroller'],
  },
  files: { '/etc/k0s/containerd.toml': text(`k0s-${containerd}`) },
  home: '/etc/k0s/containerd.d/cdk8s-wasm-wasmtime.toml',
  effective: (read) => [
    [text(`k0s-${containerd}-cri`), ...dropInsIn('/etc/k0s/containerd.d').map((path) => read(path) ?? '')].join('\n'),
  ],
});

export const NODE_SHAPES: readonly NodeShape[] = [
  ordinary('kubeadm', '1.7'),
  ordinary('kubeadm', '2.0'),
  ordinary('kubeadm', '2.1'),
  ordinary('kubeadm', '2.2', CONF_D),
  ordinary('kubeadm', '2.3', CONF_D),
  ordinary('kubeadm', '2.4', CONF_D),
  ordinary('eks', '1.7'),
  ordinary('eks', '2.1'),
  ordinary('aks', '1.7'),
  ordinary('aks', '2.0'),
  ordinary('gke-ubuntu', '1.7'),
  ordinary('gke-ubuntu', '2.0'),
  ordinary('kind', '1.7'),
  ordinary('kind', '2.1'),
  ordinary('image-builder', '1.7'),
  ordinary('image-builder', '2.1', CONF_D),
  rancher('k3s', '1.7', 'config.toml.tmpl'),
  rancher('k3s', '2.1', 'config-v3.toml.tmpl'),
  rancher('k3s', '2.2', 'config-v3.toml.d/cdk8s-wasm-wasmtime.toml'),
  rancher('rke2', '2.1', 'config-v3.toml.tmpl'),
  k0s('1.7'),
  k0s('2.1'),
];

export function shapeOf(name: string): NodeShape {
  const shape = NODE_SHAPES.find((one) => one.name === name);
  if (shape === undefined) throw new Error(`no node shape ${name}`);
  return shape;
}
