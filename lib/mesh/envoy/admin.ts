import { fixedEndpoint } from './cluster';
import { ADMIN } from './core';
import type { Cluster } from './v3/bootstrap';
import type { PipeAddress } from './v3/core';

const OWNER_ONLY = 0o600;

/** Whoever reaches the admin interface can stop Envoy and read its configuration: no TCP port leads there. */
export const adminAddress = (pipe: string): PipeAddress => ({
  // An abstract socket is no file and has no mode.
  pipe: pipe.startsWith('@') ? { path: pipe } : { path: pipe, mode: OWNER_ONLY },
});

/** For the stats listener and the drain hook. */
export const adminCluster = (pipe: string): Cluster => ({
  name: ADMIN,
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: fixedEndpoint(ADMIN, { pipe: { path: pipe } }),
});
