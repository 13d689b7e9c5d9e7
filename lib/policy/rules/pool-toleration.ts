import { daemonSetOf, deploymentOf, jobOf, plainPod, WASM, wasmPod } from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { IS_WASM, POD_SPEC } from './variables';

const KEY = 'cdk8s-wasm.dev/pool';
const tolerating = (toleration: Readonly<Record<string, unknown>>) => plainPod({ tolerations: [toleration] });

export const poolToleration: Rule = {
  id: 'wasm-pool-toleration',
  title: 'other pods keep out of the pools',
  match: POD_MAKERS,
  reads: [IS_WASM, POD_SPEC],
  uses: ['taints'],
  // As the scheduler compares them; operators that came later are taken for one that fits.
  cel: `variables.isWasm || !has(variables.podSpec.tolerations) || variables.podSpec.tolerations.all(t,
  !variables.taints.exists(x,
    (!has(t.effect) || t.effect == '' || t.effect == x.effect)
    && (!has(t.key) || t.key == '' || (t.key == x.key
      && ((has(t.operator) && t.operator != '' && t.operator != 'Equal')
        || (has(t.value) ? t.value : '') == x.value)))))`,
  message: 'a pod that is no Wasm pod tolerates the taint of a Wasm pool',
  remedy: 'take the toleration out, or exempt the namespace of a node agent with `exemptNamespaces`',
  because: 'an ordinary container on a Wasm node is a neighbour of guests that expect none',
  source: 'kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration',
  fixtures: {
    given: {
      runtimeClasses: [WASM],
      taints: [
        { key: KEY, value: 'edge', effect: 'NoSchedule' },
        { key: 'example.com/wasm', value: '', effect: 'NoExecute' },
      ],
    },
    admits: {
      'a Wasm pod that tolerates it': wasmPod({
        tolerations: [{ key: KEY, operator: 'Equal', value: 'edge', effect: 'NoSchedule' }],
      }),
      'an ordinary pod without tolerations': plainPod(),
      'a toleration of something else': tolerating({ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }),
      'the taint of another pool': tolerating({ key: KEY, operator: 'Equal', value: 'batch', effect: 'NoSchedule' }),
      'another effect of the key': tolerating({ key: KEY, operator: 'Exists', effect: 'NoExecute' }),
      'what every pod gets': plainPod({
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        ],
      }),
      'a key that only begins alike': tolerating({ key: `${KEY}-evil`, operator: 'Exists' }),
      'a service of the pool': deploymentOf(wasmPod({ tolerations: [{ key: KEY, operator: 'Exists' }] })),
    },
    denies: {
      'the taint itself': tolerating({ key: KEY, operator: 'Equal', value: 'edge', effect: 'NoSchedule' }),
      'the key with any value': tolerating({ key: KEY, operator: 'Exists' }),
      'the key and value without an operator': tolerating({ key: KEY, value: 'edge' }),
      'everything: no key': tolerating({ operator: 'Exists' }),
      'everything: an empty key': tolerating({ key: '', operator: 'Exists', effect: 'NoSchedule' }),
      'everything with one effect': tolerating({ operator: 'Exists', effect: 'NoExecute' }),
      'a taint without a value': tolerating({ key: 'example.com/wasm', operator: 'Equal', effect: 'NoExecute' }),
      'one bad toleration behind a good one': plainPod({
        tolerations: [
          { key: 'nvidia.com/gpu', operator: 'Exists' },
          { key: KEY, operator: 'Exists', effect: 'NoSchedule' },
        ],
      }),
      'a DaemonSet that goes everywhere': daemonSetOf(tolerating({ operator: 'Exists' })),
      'a Job of another sandbox': jobOf(
        plainPod({ runtimeClassName: 'gvisor', tolerations: [{ key: KEY, operator: 'Exists' }] }),
      ),
    },
  },
};
