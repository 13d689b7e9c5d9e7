import type { Duration, Size } from 'cdk8s';
import type { Cpu, EnvFrom, EnvValue, ISecret, IServiceAccount } from 'cdk8s-plus-28';
import type { WasmImage } from '../image';
import type { IWasmNodePool } from '../node-pool';
import type { ImageFormat } from '../runtime';
import type { Files } from './files';
import type { IServiceMesh } from './service-mesh';
import type { Sidecar } from './sidecar';

/** What may talk to a workload, and what it may talk to, besides the calls that are declared. */
export enum NetworkIsolation {
  /** Whoever is called admits only its callers; whoever calls reaches only what it calls, and DNS. The rest is open. */
  DECLARED = 'declared',
  /** Nothing but declared calls, DNS and what allowIngressFrom() and allowEgressTo() add. */
  STRICT = 'strict',
  /** No NetworkPolicy at all. */
  NONE = 'none',
}

/** What an application runtime (Spin) is told beside its image. WASM0345 under other runtimes. */
export interface ApplicationOptions {
  /** Application variables by their name in the application's manifest. @default - none */
  readonly variables?: Record<string, EnvValue>;
  /** The components to run. @default - all */
  readonly components?: string[];
  /** Most memory of one instance; a request that needs more fails alone. @default - the container's */
  readonly instanceMemory?: Size;
  /** Secret with the runtime's own configuration under the key `runtime-config.toml`: stores, databases, models. @default - none */
  readonly runtimeConfig?: ISecret;
  /** Secret with the trusted certificates under the key `ca-certificates.crt`, for outbound HTTPS. @default - none */
  readonly caBundle?: ISecret;
}

/** What every pod with a guest has in common. */
export interface WasmPodProps {
  /** Nodes it runs on, and with them the runtime. */
  readonly pool: IWasmNodePool;
  readonly image: WasmImage;
  /** Image format to pull. @default - the first one that runtime and image both know */
  readonly format?: ImageFormat;
  /** Name of its objects. @default - the id */
  readonly name?: string;
  /** Added to the labels of every object and of the pods. @default - none */
  readonly labels?: Record<string, string>;
  /** Annotations of the workload object. @default - none */
  readonly annotations?: Record<string, string>;
  /** Annotations of the pods. @default - what the runtime needs */
  readonly podAnnotations?: Record<string, string>;
  /** Command of the container. @default - by format: the image's own, or the placeholder the runtime wants */
  readonly command?: string[];
  /** WASM0325 where the guest does not get them. @default - none */
  readonly args?: string[];
  /** Environment by name: plain, from a ConfigMap, Secret, field or resource. @default - none */
  readonly environment?: Record<string, EnvValue>;
  /** Whole ConfigMaps and Secrets as environment. @default - none */
  readonly environmentFrom?: EnvFrom[];
  /** WASM0323 where the guest cannot see them. @default - none */
  readonly files?: Files[];
  /**
   * Memory limit. A rootfs image is compiled inside it, an artifact outside: one JavaScript component needs about
   * 370 MiB as an image and 64 MiB as an artifact.
   * @default - by size of the module and format; WASM0329 when too small to start
   * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
   */
  readonly memoryLimit?: Size;
  /** @default - the limit: a guest that is squeezed is killed */
  readonly memoryRequest?: Size;
  /** @default - 50 millis */
  readonly cpuRequest?: Cpu;
  /** @default - none: a limit slows compilation and cannot be resized in place */
  readonly cpuLimit?: Cpu;
  /** Numeric user; the engine runs as it too. @default 65532 */
  readonly user?: number;
  /** Numeric group, also of mounted files. @default - the user's number */
  readonly group?: number;
  /** WASM0327 under runtimes that write to it. @default - true where the runtime allows */
  readonly readOnlyRootFilesystem?: boolean;
  /** Linux containers beside the guest. @default - none */
  readonly sidecars?: Sidecar[];
  /** @default - a ServiceAccount of its own, without rights and without a mounted token */
  readonly serviceAccount?: IServiceAccount;
  /** @default - none */
  readonly imagePullSecrets?: ISecret[];
  /** Name of a PriorityClass. @default - the cluster's default */
  readonly priorityClassName?: string;
  /** Added to what the RuntimeClass selects. WASM0331 when they contradict each other. @default - none */
  readonly nodeSelector?: Record<string, string>;
  /** Variables, stores and components of an application runtime. @default - none */
  readonly application?: ApplicationOptions;
  /** OTLP endpoint of the runtime's own telemetry. WASM0346 where it is not read from the pod. @default - none */
  readonly otlpEndpoint?: string;
  /**
   * Mesh it joins: mTLS between members, each with an identity of its own. A service then listens on loopback only.
   * @default - none: it talks in plain text
   */
  readonly mesh?: IServiceMesh;
  /** @default NetworkIsolation.DECLARED */
  readonly isolation?: NetworkIsolation;
  /** From the order to stop to the kill. @default - as long as draining takes, and a little more */
  readonly gracePeriod?: Duration;
}
