import { cronJobOf, deploymentOf, inNamespace, jobOf, plainPod, statefulSetOf, WASM, wasmPod } from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { NAMESPACE, RUNTIME_CLASS } from './variables';

const under = (runtimeClassName: string) => plainPod({ runtimeClassName });

export const runtimeClassAllowed: Rule = {
  id: 'wasm-runtime-class',
  title: 'only known RuntimeClasses',
  match: POD_MAKERS,
  reads: [RUNTIME_CLASS, NAMESPACE],
  uses: ['runtimeClasses', 'otherRuntimeClasses', 'requiredNamespaces'],
  cel: `variables.runtimeClass == ''
? !(variables.home in variables.requiredNamespaces) && !has(variables.podSpec.runtimeClassName)
: variables.runtimeClass in variables.runtimeClasses || variables.runtimeClass in variables.otherRuntimeClasses`,
  message: 'the RuntimeClass is not one of those the platform knows, or is missing where one is required',
  remedy: 'name the RuntimeClass of a pool',
  because: 'another RuntimeClass of the same handler leads to nodes, and past rules, that nobody thought of',
  source: 'kubernetes.io/docs/concepts/containers/runtime-class',
  fixtures: {
    given: { runtimeClasses: [WASM], otherRuntimeClasses: ['gvisor'], requiredNamespaces: ['guests'] },
    admits: {
      'a pod of the pool': wasmPod(),
      'a service of the pool': deploymentOf(wasmPod()),
      'a nightly job of the pool': cronJobOf(wasmPod()),
      'an ordinary pod without a RuntimeClass': plainPod(),
      'an ordinary service without a RuntimeClass': deploymentOf(plainPod()),
      'a pod of a sandbox that is known too': under('gvisor'),
      'a pod of the pool where one is required': inNamespace(wasmPod(), 'guests'),
      'an ordinary pod in a namespace with a similar name': inNamespace(plainPod(), 'guests-of-honour'),
    },
    denies: {
      'an unknown RuntimeClass': under('wasmtime'),
      'one whose name only begins like the known one': under(`${WASM}-2`),
      'one whose name the known one begins with': under('wasmtime-edg'),
      'an unknown one in a Deployment': deploymentOf(under('wasmtime')),
      'an unknown one in a StatefulSet': statefulSetOf(under('wasmtime')),
      'an unknown one in a CronJob': cronJobOf(under('wasmtime')),
      'none where one is required': inNamespace(plainPod(), 'guests'),
      'none in a Job where one is required': inNamespace(jobOf(plainPod()), 'guests'),
    },
  },
};
