import { RUNTIME_CLASSES } from './match';
import type { Fixture, Rule } from './rule';

type Json = Readonly<Record<string, unknown>>;

const scheduling = { nodeSelector: { 'cdk8s-wasm.dev/pool': 'edge' } };
const runtimeClass = (name: string, handler: string, more: Json = { scheduling }): Fixture => ({
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name },
  handler,
  ...more,
});

export const runtimeClassHandler: Rule = {
  id: 'wasm-runtime-class-handler',
  title: 'RuntimeClasses lead to the nodes of their pool',
  match: RUNTIME_CLASSES,
  reads: [],
  uses: ['handlers', 'unscheduled'],
  cel: `has(object.metadata.name) && has(object.handler)
&& variables.handlers.exists(h, h.runtimeClass == object.metadata.name && (h.handler == '' || h.handler == object.handler))
&& (object.metadata.name in variables.unscheduled
  || (has(object.scheduling) && has(object.scheduling.nodeSelector) && size(object.scheduling.nodeSelector) > 0))`,
  message: 'a RuntimeClass is unknown, names another handler or selects no nodes',
  remedy: 'let a WasmNodePool make it, or add it to `otherRuntimeClasses`',
  because:
    'a second RuntimeClass of the handler escapes every rule, one without nodes leaves pods anywhere without a shim',
  source: 'kubernetes.io/docs/concepts/containers/runtime-class#scheduling',
  fixtures: {
    given: {
      handlers: [
        { runtimeClass: 'wasmtime-batch', handler: 'wasmtime' },
        { runtimeClass: 'spin-batch', handler: 'spin' },
        { runtimeClass: 'runsc', handler: 'runsc' },
        { runtimeClass: 'made-elsewhere', handler: '' },
      ],
      unscheduled: ['runsc'],
    },
    admits: {
      'the one of a pool': runtimeClass('wasmtime-batch', 'wasmtime'),
      'the one of another pool': runtimeClass('spin-batch', 'spin'),
      'with tolerations': runtimeClass('wasmtime-batch', 'wasmtime', {
        scheduling: { ...scheduling, tolerations: [{ key: 'cdk8s-wasm.dev/pool', operator: 'Exists' }] },
      }),
      'with an overhead': runtimeClass('wasmtime-batch', 'wasmtime', {
        scheduling,
        overhead: { podFixed: { memory: '32Mi' } },
      }),
      'another sandbox that is known and goes anywhere': runtimeClass('runsc', 'runsc', {}),
      'one made elsewhere, whatever its handler': runtimeClass('made-elsewhere', 'spin-v2'),
    },
    denies: {
      'an unknown name for the handler': runtimeClass('backdoor', 'wasmtime'),
      'an unknown handler': runtimeClass('backdoor', 'runc'),
      'the name of a pool with another handler': runtimeClass('wasmtime-batch', 'runc'),
      'the name of a pool with the handler of another': runtimeClass('wasmtime-batch', 'spin'),
      'no scheduling': runtimeClass('wasmtime-batch', 'wasmtime', {}),
      'scheduling without nodes': runtimeClass('wasmtime-batch', 'wasmtime', { scheduling: { nodeSelector: {} } }),
      'tolerations without nodes': runtimeClass('wasmtime-batch', 'wasmtime', {
        scheduling: { tolerations: [{ operator: 'Exists' }] },
      }),
      'one made elsewhere that selects no nodes': runtimeClass('made-elsewhere', 'spin-v2', {}),
      'another sandbox with the handler of a pool': runtimeClass('runsc', 'wasmtime'),
    },
  },
};
