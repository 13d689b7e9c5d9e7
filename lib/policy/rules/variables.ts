import type { CelVariable } from './rule';

/** Without its type: one expression is for many kinds, and fields that one of them lacks are no mistakes. */
const WHOLE: CelVariable = { name: 'whole', reads: [], uses: [], cel: 'dyn(object)' };

/** The pod, wherever its maker keeps it. */
export const POD_SPEC: CelVariable = {
  name: 'podSpec',
  reads: [WHOLE],
  uses: [],
  cel: `!has(variables.whole.spec) ? dyn({})
: variables.whole.kind == 'Pod' ? variables.whole.spec
: variables.whole.kind == 'CronJob'
  ? (has(variables.whole.spec.jobTemplate) && has(variables.whole.spec.jobTemplate.spec)
      && has(variables.whole.spec.jobTemplate.spec.template) && has(variables.whole.spec.jobTemplate.spec.template.spec)
    ? variables.whole.spec.jobTemplate.spec.template.spec : dyn({}))
: has(variables.whole.spec.template) && has(variables.whole.spec.template.spec)
  ? variables.whole.spec.template.spec : dyn({})`,
};

/** Not called `namespace`: the API server keeps that word. */
export const NAMESPACE: CelVariable = {
  name: 'home',
  reads: [WHOLE],
  uses: [],
  cel: "has(variables.whole.metadata.namespace) ? variables.whole.metadata.namespace : ''",
};

/** Empty where the pod asks for none. */
export const RUNTIME_CLASS: CelVariable = {
  name: 'runtimeClass',
  reads: [POD_SPEC],
  uses: [],
  cel: "has(variables.podSpec.runtimeClassName) ? variables.podSpec.runtimeClassName : ''",
};

export const IS_WASM: CelVariable = {
  name: 'isWasm',
  reads: [RUNTIME_CLASS],
  uses: ['runtimeClasses'],
  cel: 'variables.runtimeClass in variables.runtimeClasses',
};

/** All of them: an init container or a debug container runs under the same handler. */
export const CONTAINERS: CelVariable = {
  name: 'containers',
  reads: [POD_SPEC],
  uses: [],
  cel: `(has(variables.podSpec.containers) ? variables.podSpec.containers : [])
+ (has(variables.podSpec.initContainers) ? variables.podSpec.initContainers : [])
+ (has(variables.podSpec.ephemeralContainers) ? variables.podSpec.ephemeralContainers : [])`,
};

export const VOLUMES: CelVariable = {
  name: 'volumes',
  reads: [POD_SPEC],
  uses: [],
  cel: 'has(variables.podSpec.volumes) ? variables.podSpec.volumes : []',
};

/** Of containers and of volumes; empty for a container without one. */
export const IMAGES: CelVariable = {
  name: 'podImages',
  reads: [CONTAINERS, VOLUMES],
  uses: [],
  cel: `variables.containers.map(c, has(c.image) ? c.image : '')
+ variables.volumes.filter(v, has(v.image)).map(v, has(v.image.reference) ? v.image.reference : '')`,
};

/** The images that rules about images look at. */
export const JUDGED_IMAGES: CelVariable = {
  name: 'judgedImages',
  reads: [IMAGES],
  uses: ['exemptImages'],
  cel: `variables.podImages.filter(i,
  !variables.exemptImages.exists(e, e.endsWith('/') ? i.startsWith(e) : i == e))`,
};
