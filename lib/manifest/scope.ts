/**
 * Kinds that live outside namespaces, by API group. cdk8s stamps the namespace of a chart on everything in it,
 * and the API server refuses that on these.
 */
const CLUSTER_SCOPED: ReadonlyMap<string, readonly string[]> = new Map([
  ['core', ['Namespace', 'Node', 'PersistentVolume']],
  ['networking.k8s.io', ['IngressClass']],
  ['rbac.authorization.k8s.io', ['ClusterRole', 'ClusterRoleBinding']],
  ['scheduling.k8s.io', ['PriorityClass']],
  ['storage.k8s.io', ['StorageClass', 'CSIDriver']],
  ['apiextensions.k8s.io', ['CustomResourceDefinition']],
  [
    'admissionregistration.k8s.io',
    [
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
    ],
  ],
  ['node.k8s.io', ['RuntimeClass']],
  ['karpenter.sh', ['NodePool', 'NodeClaim']],
  ['karpenter.k8s.aws', ['EC2NodeClass']],
  ['karpenter.azure.com', ['AKSNodeClass']],
  ['karpenter.k8s.gcp', ['GCENodeClass']],
  ['readiness.node.x-k8s.io', ['NodeReadinessRule']],
  ['runtime.spinkube.dev', ['Shim']],
  ['templates.gatekeeper.sh', ['ConstraintTemplate']],
  // Every template makes a kind of its own.
  ['constraints.gatekeeper.sh', ['*']],
  ['cert-manager.io', ['ClusterIssuer']],
]);

export const isClusterScoped = (apiGroup: string, kind: string): boolean =>
  CLUSTER_SCOPED.get(apiGroup)?.some((one) => one === kind || one === '*') ?? false;
