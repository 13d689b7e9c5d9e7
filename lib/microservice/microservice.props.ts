import type { Duration } from 'cdk8s';
import type { AutoscalingOptions } from './autoscaling';
import type { WasmPodProps } from './pod.props';
import type { Probe } from './probe';
import type { IServiceMesh } from './service-mesh';

/** What may talk to a service, and what it may talk to, besides the calls that are declared. */
export enum NetworkIsolation {
  /** Whoever is called admits only its callers; whoever calls reaches only what it calls, and DNS. The rest is open. */
  DECLARED = 'declared',
  /** Nothing but declared calls, DNS and what allowIngressFrom() and allowEgressTo() add. */
  STRICT = 'strict',
  /** No NetworkPolicy at all. */
  NONE = 'none',
}

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
  /** Path that answers 200 to 399 while the service is well; the default of all probes. @default - probes only connect */
  readonly healthPath?: string;
  /** @default - `healthPath` or a connection, every second, as long as compiling the module may take */
  readonly startup?: Probe;
  /** @default - `healthPath` or a connection, every second */
  readonly readiness?: Probe;
  /** @default - `healthPath` every 10 seconds; none without it */
  readonly liveness?: Probe;
  /**
   * How long a pod goes on serving after it was told to stop, so that everybody has forgotten it. Whole seconds.
   * @default - 3 s: with it, rolling restarts under load lost no request
   */
  readonly drainDelay?: Duration;
  /**
   * Mesh it joins: mTLS between services, each with an identity of its own. The guest then listens on loopback only.
   * @default - none: services talk in plain text
   */
  readonly mesh?: IServiceMesh;
  /** @default NetworkIsolation.DECLARED */
  readonly isolation?: NetworkIsolation;
}
