import type { Secret } from 'kubernetes-types/core/v1';
import type { ClusterRoleBinding } from 'kubernetes-types/rbac/v1';
import { textOf } from '../../diagnostics';
import type { IShimInstaller } from './installer';
import { DEFAULT_GROUP, krustletFindings } from './krustlet.checks';
import type { KrustletBootstrapToken, KrustletInstallerOptions } from './krustlet.options';

/**
 * What a Krustlet needs from the cluster before it can join. There is no DaemonSet: it has no image, and as a pod it
 * would take over the Node object of the kubelet it runs under.
 */
export const krustlet = (options: KrustletInstallerOptions): IShimInstaller => ({
  name: 'krustlet',
  startupTaints: () => [],
  readyLabels: () => ({}),
  install(pool) {
    if ([...krustletFindings(pool, options)].length > 0) return [];
    const { bootstrapToken: token, bootstrapGroup: group = DEFAULT_GROUP } = options;
    return [
      ...(token === undefined ? [] : [tokenSecret(token, group)]),
      binding(`krustlet-bootstrap-${pool.name}`, group, 'system:node-bootstrapper'),
      binding(
        `krustlet-approve-${pool.name}`,
        group,
        'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
      ),
    ].map((object) => ({ ...object }));
  },
  validate: (pool) => [...krustletFindings(pool, options)].map(textOf),
});

/** @see https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
const tokenSecret = ({ id, secret, expiration }: KrustletBootstrapToken, group: string): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' }, // the API server looks nowhere else
  type: 'bootstrap.kubernetes.io/token',
  data: base64({
    'token-id': id,
    'token-secret': secret,
    expiration,
    'usage-bootstrap-authentication': 'true',
    'auth-extra-groups': group,
  }),
});

const base64 = (texts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

const binding = (name: string, group: string, role: string): ClusterRoleBinding => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
});
