import type { Duration } from 'cdk8s';
import type { AutoscalingOptions } from './autoscaling';
import type { WasmPodProps } from './pod.props';
import type { Probe } from './probe';

/** A guest that answers to requests. */
export interface WasmMicroserviceProps extends WasmPodProps {
  /** Number of pods. WASM0319 together with `autoscaling`. @default 2 */
  readonly replicas?: number;
  /** @default - none */
  readonly autoscaling?: AutoscalingOptions;
  /**
   * Port the guest listens on. Where the runtime listens for it, it is told.
   * @default - the runtime's, or 8080 where that is privileged; WASM0302 where the guest listens by itself
   */
  readonly port?: number;
  /** IP literal the runtime listens on for the guest. @default - all addresses */
  readonly bindAddress?: string;
  /** Port of the Service. @default 80 */
  readonly servicePort?: number;
  /** Annotations of the Service. @default - none */
  readonly serviceAnnotations?: Record<string, string>;
  /**
   * Path that answers 200 to 399 while the service is well; the default of all probes. In a mesh the sidecar asks it,
   * and the kubelet the sidecar.
   * @default - probes only connect, and nothing restarts the guest
   */
  readonly healthPath?: string;
  /** @default - `healthPath` or a connection, every second, as long as compiling the module may take */
  readonly startup?: Probe;
  /** @default - `healthPath` or a connection, every second */
  readonly readiness?: Probe;
  /** @default - `healthPath` every 10 seconds; none without it */
  readonly liveness?: Probe;
  /**
   * How long a pod goes on serving after it was told to stop, so that everybody has forgotten it. Whole seconds.
   * @default - 3 s, in a mesh 5 s: with them, rolling restarts under load lost no request
   */
  readonly drainDelay?: Duration;
}
