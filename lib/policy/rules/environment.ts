import {
  container,
  cronJobOf,
  deploymentOf,
  inNamespace,
  jobOf,
  plainPod,
  sidecar,
  WASM,
  wasmPod,
  wasmPodWith,
} from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { CONTAINERS, IS_WASM, NAMESPACE } from './variables';

const secret = (name: string, key = 'password') => ({
  env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name, key } } }],
});
const whole = (name: string) => ({ envFrom: [{ secretRef: { name } }] });
const text = (name: string) => ({ env: [{ name, value: '1' }] });

/** The Secret was said to become environment, here or anywhere. */
const admitted = (reference: string) =>
  `(has(${reference}.name) && (${reference}.name in variables.secrets
    || (variables.home + '/' + ${reference}.name) in variables.secrets))`;

export const environment: Rule = {
  id: 'wasm-environment',
  title: 'no secret in an environment unless it was said',
  match: POD_MAKERS,
  reads: [IS_WASM, CONTAINERS, NAMESPACE],
  uses: ['secrets', 'deniedVariables'],
  cel: `!variables.isWasm || variables.containers.all(c,
  (!has(c.env) || c.env.all(e,
    !(e.name in variables.deniedVariables)
    && (!has(e.valueFrom) || !has(e.valueFrom.secretKeyRef) || ${admitted('e.valueFrom.secretKeyRef')})))
  && (!has(c.envFrom) || c.envFrom.all(f, !has(f.secretRef) || ${admitted('f.secretRef')})))`,
  message: 'a Wasm pod gets a Secret as environment, or sets a variable of its runtime, without anybody having said so',
  remedy: 'declare it on a service of the program, or add it to `secrets`',
  because: 'the guest gets all of its environment, and some variables configure the runtime instead of the guest',
  source:
    'observed on a real node: Wasm containers get exactly the env of the pod; containerd-shim-spin src/trigger.rs',
  fixtures: {
    given: {
      runtimeClasses: [WASM],
      secrets: ['shop/credentials', 'shared'],
      deniedVariables: ['SPIN_MAX_INSTANCE_MEMORY'],
    },
    admits: {
      'no environment': wasmPod(),
      'plain text': wasmPodWith(text('GREETING')),
      'a ConfigMap': wasmPodWith({
        env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }],
        envFrom: [{ configMapRef: { name: 'settings' } }],
      }),
      'a Secret that was said': wasmPodWith(secret('credentials')),
      'all of a Secret that was said': deploymentOf(wasmPodWith(whole('credentials'))),
      'a Secret that was said for every namespace': inNamespace(wasmPodWith(secret('shared')), 'warehouse'),
      'a field of the pod': cronJobOf(
        wasmPodWith({ env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }] }),
      ),
      'any Secret in an ordinary pod': plainPod({ containers: [container(secret('database'))] }),
      'a variable with a similar name': wasmPodWith(text('SPIN_MAX_INSTANCE_MEMORY_HINT')),
    },
    denies: {
      'another Secret': wasmPodWith(secret('database')),
      'all of another Secret': wasmPodWith(whole('database')),
      'the same Secret in another namespace': inNamespace(wasmPodWith(secret('credentials')), 'warehouse'),
      'a name that only begins alike': wasmPodWith(secret('credentials-of-root')),
      'another Secret behind a good one': wasmPodWith({
        env: [...secret('credentials').env, { ...secret('database').env[0], name: 'OTHER' }],
      }),
      'all of another Secret behind a good one': wasmPodWith({
        envFrom: [...whole('credentials').envFrom, ...whole('database').envFrom],
      }),
      'another Secret in an init container': wasmPod({ initContainers: [sidecar(secret('database'))] }),
      'all of another Secret in a second container': wasmPod({ containers: [container(), sidecar(whole('database'))] }),
      'a variable of the runtime': wasmPodWith(text('SPIN_MAX_INSTANCE_MEMORY')),
      'another Secret in a Deployment': deploymentOf(wasmPodWith(secret('database'))),
      'another Secret in a CronJob': cronJobOf(wasmPodWith(secret('database'))),
      'all of another Secret in a Job': jobOf(wasmPodWith(whole('database'))),
    },
  },
};
