import { read } from './fact';

/** First containerd of each release series that has a feature. */
export const CONTAINERD_FEATURES = {
  /** 1.6 knows the key and starts what its PATH has: the correction was never taken back there. */
  runtimePath: read(
    ['1.7.1', '2.0'],
    'a handler may name the file of its shim by `runtime_path`',
    'containerd issue 8207, pull requests 8208, 8453 and 8454',
  ),
} as const;
