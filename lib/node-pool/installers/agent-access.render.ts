import type { ClusterRole, PolicyRule, Role, RoleBinding } from 'kubernetes-types/rbac/v1';
import type { DaemonSetIntent } from './daemon-set.intent';

/** Objects that say who the agent is and what it may do. In the order in which they are needed. */
export const agentAccess = (installer: DaemonSetIntent): Record<string, unknown>[] =>
  [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: installer.name, namespace: installer.namespace },
      automountServiceAccountToken: false,
    },
    clusterRole(installer),
    binding(installer, 'ClusterRole', {}),
    role(installer),
    binding(installer, 'Role', { namespace: installer.namespace }),
  ].map((object) => ({ ...object }));

/** RBAC cannot name the agent's own node, nor its own pods: what it leaves open, the guard closes. */
const clusterRole = ({ name }: DaemonSetIntent): ClusterRole => ({
  ...RBAC,
  kind: 'ClusterRole',
  metadata: { name },
  rules: [
    may('', 'nodes', 'get', 'patch'), // label, taints, cordon
    may('', 'pods', 'list'), // who is on the node
    may('', 'pods/eviction', 'create'),
    may('node.k8s.io', 'runtimeclasses', 'list'), // which of them are Wasm pods
  ],
});

const role = ({ name, namespace }: DaemonSetIntent): Role => ({
  ...RBAC,
  kind: 'Role',
  metadata: { name, namespace },
  rules: [
    may('', 'pods', 'get', 'create', 'delete'), // the probe; and its own pod, to start over
    may('', 'events', 'list'), // why a probe did not start
    may('coordination.k8s.io', 'leases', 'get', 'create', 'update'), // one node at a time
  ],
});

const binding = (
  { name, namespace }: DaemonSetIntent,
  kind: 'ClusterRole' | 'Role',
  scope: { readonly namespace?: string },
): RoleBinding => ({
  apiVersion: RBAC.apiVersion,
  kind: `${kind}Binding` as 'RoleBinding',
  metadata: { name, ...scope },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
  subjects: [{ kind: 'ServiceAccount', name, namespace }],
});

const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' } as const;

const may = (apiGroup: string, resource: string, ...verbs: string[]): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
});
