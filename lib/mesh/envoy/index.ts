export {
  BOOTSTRAP_FILE,
  bootstrap,
  type EnvoyBootstrap,
  type EnvoyProcess,
  envoyArguments,
  files,
} from './bootstrap';
export { bootstrapProblems, intentProblems } from './checks';
export { freeEgressPort } from './egress-ports';
export { HEALTH_PATHS } from './health';
export * from './intent';
export { STATS_PATH } from './stats';
export { isMethod, isTrustDomain } from './words';
