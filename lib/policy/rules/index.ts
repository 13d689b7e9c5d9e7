import { capabilities } from './capabilities';
import { environment } from './environment';
import { imageDigest } from './image-digest';
import { imageRepository } from './image-repository';
import { noEphemeralContainers } from './no-ephemeral-containers';
import { noExec } from './no-exec';
import { nodeName } from './node-name';
import { poolToleration } from './pool-toleration';
import type { Rule } from './rule';
import { runtimeClassAllowed } from './runtime-class-allowed';
import { runtimeClassHandler } from './runtime-class-handler';
import { volumes } from './volumes';

/** Every rule, in the order in which people read about them. */
export const RULES: readonly Rule[] = [
  runtimeClassAllowed,
  runtimeClassHandler,
  poolToleration,
  nodeName,
  imageRepository,
  imageDigest,
  capabilities,
  noExec,
  noEphemeralContainers,
  volumes,
  environment,
];
