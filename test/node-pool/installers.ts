import { type IShimInstaller, type NodePoolIntent, NodeProvisioner, Taint } from '../../lib';

/** An installer that taints, labels and does nothing; what the real ones have in common. */
export const fakeInstaller = (more: Partial<IShimInstaller> = {}): IShimInstaller => ({
  name: 'fake',
  startupTaints: (handler: string) => [Taint.noSchedule(`readiness.k8s.io/wasm-${handler}`)],
  readyLabels: (handler: string) => ({ [`acme.example/${handler}`]: 'ready' }),
  install: (pool: NodePoolIntent) => [
    { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: `${pool.name}-shims`, namespace: 'kube-system' } },
  ],
  validate: () => [],
  ...more,
});

export const karpenter = (more: Partial<Parameters<typeof NodeProvisioner.karpenter>[0]> = {}) =>
  NodeProvisioner.karpenter({
    nodeClass: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
    ...more,
  });
