import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { IWasmNodePool } from '../node-pool';
import type { WasmPolicyProps } from './wasm-policy.props';

/** Namespaces of the cluster itself, and of Gatekeeper, whose own pods must start first. */
export const SYSTEM_NAMESPACES: readonly string[] = [
  'gatekeeper-system',
  'kube-node-lease',
  'kube-public',
  'kube-system',
];

/** A namespace without rules, and why it has none. */
export interface Exemption {
  readonly namespace: string;
  readonly because: string;
}

/** One entry a namespace, in the order of the alphabet. */
export function exemptionsOf({ exemptNamespaces, pools }: WasmPolicyProps): Exemption[] {
  const said = (exemptNamespaces ?? SYSTEM_NAMESPACES).map((namespace) => ({
    namespace,
    because: exemptNamespaces === undefined ? 'it is of the cluster itself' : '`exemptNamespaces` names it',
  }));
  const all = new Map([...pools.flatMap(installations), ...said].map((one) => [one.namespace, one]));
  return [...all.values()].sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

/** What brings a shim to a node is privileged and goes to every node of its pool. */
function installations(pool: IWasmNodePool): Exemption[] {
  return pool.node
    .findAll()
    .filter((child): child is ApiObject => ApiObject.isApiObject(child) && child.kind === 'DaemonSet')
    .flatMap(({ metadata: { namespace } }) => namespace ?? [])
    .map((namespace) => ({ namespace, because: `the pool ${pathOf(pool)} installs its shim there` }));
}

const pathOf = ({ node }: IConstruct): string => node.path;
