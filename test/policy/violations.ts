import type { Json } from '../support/programs';

const copy = (object: Json): Json => JSON.parse(JSON.stringify(object));

/** One object for each rule that breaks it and no other, made from a service of the program by one change. */
export function violations(deployment: Json): ReadonlyArray<readonly [rule: string, object: Json]> {
  let number = 0;
  const changed = (change: (pod: Json, guest: Json) => void): Json => {
    const object = copy(deployment);
    object.metadata.name = `changed-${number++}`;
    const pod = object.spec.template.spec;
    change(pod, pod.containers[0]);
    return object;
  };
  const pod = copy(deployment.spec.template.spec);
  return [
    ['wasm-runtime-class', changed((spec) => Object.assign(spec, { runtimeClassName: 'wasmtime' }))],
    [
      'wasm-runtime-class-handler',
      { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'backdoor' }, handler: 'wasmtime' },
    ],
    [
      'wasm-pool-toleration',
      changed((spec) => {
        delete spec.runtimeClassName;
        spec.tolerations = [{ operator: 'Exists' }];
      }),
    ],
    ['wasm-node-name', changed((spec) => Object.assign(spec, { nodeName: 'wasm-1' }))],
    [
      'wasm-image-repository',
      changed((_, guest) => Object.assign(guest, { image: guest.image.replace('/acme/', '/acme-evil/') })),
    ],
    ['wasm-image-digest', changed((_, guest) => Object.assign(guest, { image: guest.image.replace(/@.*/, ':1.2') }))],
    ['wasm-capabilities', changed((_, guest) => delete guest.securityContext.capabilities.add)],
    ['wasm-no-exec', changed((_, guest) => Object.assign(guest, { livenessProbe: { exec: { command: ['true'] } } }))],
    [
      'wasm-no-ephemeral-containers',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'changed', namespace: deployment.metadata.namespace },
        spec: {
          ...pod,
          // Nothing else would be wrong with it.
          ephemeralContainers: [
            { name: 'debugger', image: pod.containers[0].image, securityContext: pod.containers[0].securityContext },
          ],
        },
      },
    ],
    [
      'wasm-volumes',
      changed((spec) => {
        spec.volumes = [...(spec.volumes ?? []), { name: 'node', hostPath: { path: '/' } }];
      }),
    ],
    [
      'wasm-environment',
      changed((_, guest) => {
        const valueFrom = { secretKeyRef: { name: 'database', key: 'password' } };
        guest.env = [...(guest.env ?? []), { name: 'PASSWORD', valueFrom }];
      }),
    ],
  ];
}
