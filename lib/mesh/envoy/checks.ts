import { clusterProblems } from './checks/clusters';
import { listenerProblems } from './checks/listeners';
import { tlsProblems } from './checks/tls';
import type { EnvoyBootstrap } from './v3/bootstrap';

export { intentProblems } from './checks/intent';

/**
 * What `envoy --mode validate` takes for good and is not, as sentences. For a bootstrap as it is built, and for one
 * that was patched afterwards: nothing is expected to be there.
 */
export const bootstrapProblems = (bootstrap: EnvoyBootstrap): string[] => [
  ...listenerProblems(bootstrap),
  ...clusterProblems(bootstrap),
  ...tlsProblems(bootstrap),
];
