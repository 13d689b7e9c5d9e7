// Builds whatever the cluster tests need and the cache has not; `run.ts` does it too.
import { prepare } from './prepare';

prepare().then(
  (missing) => {
    for (const line of missing) console.error(line);
    process.exitCode = missing.length > 0 ? 1 : 0;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
