export {
  BOOTSTRAP_FILE,
  bootstrap,
  type EnvoyBootstrap,
  type EnvoyProcess,
  envoyArguments,
  files,
} from './bootstrap';
export { bootstrapProblems, intentProblems } from './checks';
export { allocateEgressPorts, FIRST_EGRESS_PORT } from './egress-ports';
export { HEALTH_PATHS } from './health';
export * from './intent';
export { STATS_PATH } from './stats';
