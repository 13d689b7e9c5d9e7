import type {
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
} from 'kubernetes-types/admissionregistration/v1';
import { isOlder, KUBERNETES_FEATURES } from '../../runtime/kubernetes';
import type { DaemonSetIntent } from './daemon-set.intent';

/**
 * Binds the agent's token to its own node: RBAC gives it all nodes and all pods of its namespace, and a token is on
 * every node of the pool. Whoever takes one from a node gets no further than that node. Nothing where Kubernetes does
 * not tell of which node a token is.
 */
export function agentGuard(installer: DaemonSetIntent): Record<string, unknown>[] {
  const { name, kubernetesVersion } = installer;
  if (kubernetesVersion !== undefined && isOlder(kubernetesVersion, KUBERNETES_FEATURES.tokensOfNodes.value)) return [];
  const head = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  const binding: ValidatingAdmissionPolicyBindingSpec = { policyName: name, validationActions: ['Deny'] };
  return [
    { ...head, kind: 'ValidatingAdmissionPolicy', spec: guardSpec(installer) },
    { ...head, kind: 'ValidatingAdmissionPolicyBinding', spec: binding },
  ];
}

const guardSpec = ({ name, namespace, probe }: DaemonSetIntent): ValidatingAdmissionPolicySpec => ({
  failurePolicy: 'Fail',
  matchConstraints: { resourceRules: RULES },
  matchConditions: [
    { name: 'by-the-agent', expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:${name}'` },
  ],
  variables: [
    {
      name: 'node',
      expression: `has(request.userInfo.extra) && '${NODE}' in request.userInfo.extra ? request.userInfo.extra['${NODE}'][0] : ''`,
    },
    {
      name: 'target',
      expression: `request.resource.resource == 'nodes' ? object.metadata.name
: request.operation == 'DELETE' ? (has(oldObject.spec.nodeName) ? oldObject.spec.nodeName : '')
: has(object.spec.nodeName) ? object.spec.nodeName : ''`,
    },
    { name: 'isProbe', expression: isProbe(probe.runtimeClassName) },
  ],
  validations: [
    {
      expression: "variables.node != '' && variables.target == variables.node",
      message: 'the agent of a node changes that node and the pods on it, and no other',
      reason: 'Forbidden',
    },
    {
      expression: "request.resource.resource != 'pods' || request.operation != 'CREATE' || variables.isProbe",
      message: 'the agent of a node makes probes of its shim, and no other pods',
      reason: 'Forbidden',
    },
  ],
});

const CORE = { apiGroups: [''], apiVersions: ['v1'] };
const RULES = [
  { ...CORE, operations: ['UPDATE'], resources: ['nodes'] },
  { ...CORE, operations: ['CREATE', 'DELETE'], resources: ['pods'] },
];

/** In the claims of a token that belongs to a pod. */
const NODE = 'authentication.kubernetes.io/node-name';

/** Nothing of the node, of other pods or of the namespace is in it, and it is no more than any pod on that node. */
const isProbe = (runtimeClass: string): string => `has(object.spec.runtimeClassName)
&& object.spec.runtimeClassName == '${runtimeClass}'
&& !has(object.spec.initContainers)
&& object.spec.containers.all(c, !has(c.envFrom)
  && (!has(c.env) || c.env.all(e, !has(e.valueFrom)))
  && !(has(c.securityContext) && has(c.securityContext.privileged) && c.securityContext.privileged)
  && !(has(c.securityContext) && has(c.securityContext.capabilities) && has(c.securityContext.capabilities.add)
    && c.securityContext.capabilities.add.exists(one, one != 'NET_BIND_SERVICE')))
&& (!has(object.spec.volumes) || object.spec.volumes.all(v, has(v.emptyDir)))
&& !(has(object.spec.hostNetwork) && object.spec.hostNetwork)
&& !(has(object.spec.hostPID) && object.spec.hostPID)
&& !(has(object.spec.hostIPC) && object.spec.hostIPC)`;
