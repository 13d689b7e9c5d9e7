import { cronJobOf, daemonSetOf, deploymentOf, jobOf, plainPod, statefulSetOf, wasmPod } from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { POD_SPEC } from './variables';

const onNode = { nodeName: 'wasm-1' };
const affinity = (term: Readonly<Record<string, unknown>>) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
});

export const nodeName: Rule = {
  id: 'wasm-node-name',
  title: 'the scheduler decides',
  match: POD_MAKERS,
  reads: [POD_SPEC],
  uses: [],
  // A pod that runs has a node: only its creation is judged.
  cel: `!has(variables.podSpec.nodeName) || variables.podSpec.nodeName == ''
|| (variables.whole.kind == 'Pod' && oldObject != null)`,
  message: 'the pod names its node itself',
  remedy: 'use a nodeSelector, or exempt the namespace with `exemptNamespaces`',
  because: 'NoSchedule taints bind the scheduler alone: a pod that names its node walks past them into the pool',
  source: 'kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node#nodename',
  onlyAtAdmission: true,
  fixtures: {
    given: {},
    admits: {
      'a pod without a node': plainPod(),
      'a Wasm pod without a node': wasmPod(),
      'a service without a node': deploymentOf(wasmPod()),
      'a node selector': plainPod({ nodeSelector: { 'kubernetes.io/hostname': 'wasm-1' } }),
      'a DaemonSet, whose controller uses affinity': daemonSetOf(
        plainPod(affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['wasm-1'] }] })),
      ),
      'an empty node name': plainPod({ nodeName: '' }),
      'a job without a node': jobOf(plainPod()),
    },
    denies: {
      'an ordinary pod': plainPod(onNode),
      'a Wasm pod': wasmPod(onNode),
      'a Deployment': deploymentOf(plainPod(onNode)),
      'a StatefulSet': statefulSetOf(plainPod(onNode)),
      'a DaemonSet': daemonSetOf(plainPod(onNode)),
      'a Job': jobOf(plainPod(onNode)),
      'a CronJob': cronJobOf(plainPod(onNode)),
      'one that says it is a static pod': {
        ...plainPod(onNode),
        metadata: { name: 'cart', namespace: 'shop', annotations: { 'kubernetes.io/config.mirror': 'static' } },
      },
    },
  },
};
