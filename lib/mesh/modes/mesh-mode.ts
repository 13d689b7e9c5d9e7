import { envoy } from './envoy';
import type { EnvoyModeOptions } from './envoy.options';
import type { IMeshMode } from './mode';

/** How traffic of a mesh is carried. */
export class MeshMode {
  /** An Envoy as native sidecar in each pod: mTLS on a port of the pod, a port on loopback for each call. */
  public static envoy(options: EnvoyModeOptions = {}): IMeshMode {
    return envoy(options);
  }

  private constructor() {}
}
