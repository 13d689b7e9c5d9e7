import type { MatchedResource, RuleMatch } from './rule';

const written = (group: string, resource: string, kind: string): MatchedResource => ({
  group,
  resource,
  kind,
  operations: ['CREATE', 'UPDATE'],
});

/** Pods, and whatever makes pods: a Deployment that would be refused later is better refused now. */
export const POD_MAKERS: RuleMatch = {
  resources: [
    written('', 'pods', 'Pod'),
    // How `kubectl debug` adds a container: the object is the whole pod.
    { group: '', resource: 'pods/ephemeralcontainers', kind: 'Pod', operations: ['UPDATE'] },
    written('', 'replicationcontrollers', 'ReplicationController'),
    written('apps', 'deployments', 'Deployment'),
    written('apps', 'statefulsets', 'StatefulSet'),
    written('apps', 'daemonsets', 'DaemonSet'),
    written('apps', 'replicasets', 'ReplicaSet'),
    written('batch', 'jobs', 'Job'),
    written('batch', 'cronjobs', 'CronJob'),
  ],
  namespaced: true,
  conditions: [
    {
      // A pod that was there before the rule keeps its finalizers removable and its labels writable.
      name: 'spec-changes',
      cel: 'oldObject == null || !has(oldObject.spec) || !has(object.spec) || dyn(object).spec != dyn(oldObject).spec',
    },
  ],
};

export const RUNTIME_CLASSES: RuleMatch = {
  resources: [written('node.k8s.io', 'runtimeclasses', 'RuntimeClass')],
  namespaced: false,
  conditions: [],
};
