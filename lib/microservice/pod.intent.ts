import type { EnvFromSource, EnvVar } from 'kubernetes-types/core/v1';
import type { WasmImage } from '../image';
import type { IWasmNodePool } from '../node-pool';
import type { GuestFacts, ImageFormat, RuntimeFacts } from '../runtime';
import type { Files } from './files';
import type { Probe } from './probe';

/** A container as it will be, guest or sidecar. Environment comes late: calls add to it. */
export interface ContainerIntent {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports: readonly PortIntent[];
  /** Port of a mesh's sidecar that answers probes in its place. */
  readonly probePort?: number;
  readonly files: readonly Files[];
  readonly startup?: Probe;
  readonly readiness?: Probe;
  readonly liveness?: Probe;
  readonly cpuRequest: string;
  readonly cpuLimit?: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
  readonly user?: number;
  readonly readOnlyRootFilesystem: boolean;
  /** What happens between the order to stop and SIGTERM. */
  readonly preStop?: PreStop;
}

/** A hook the kubelet can run without exec: waiting, or asking the container. */
export type PreStop =
  | { readonly kind: 'sleep'; readonly seconds: number }
  | { readonly kind: 'http'; readonly path: string; readonly port: number };

export interface PortIntent {
  readonly name: string;
  readonly port: number;
}

export interface SidecarIntent extends ContainerIntent {
  readonly image: string;
  readonly environment: readonly EnvVar[];
}

/** A pod with one guest. */
export interface PodIntent {
  readonly image: WasmImage;
  readonly pool: IWasmNodePool;
  readonly runtime: RuntimeFacts;
  /** Undefined where the runtime does not run the payload; the checks say so. */
  readonly guest?: GuestFacts;
  /** Undefined where runtime and image share none; the checks say so. */
  readonly format?: ImageFormat;
  readonly container: ContainerIntent;
  readonly sidecars: readonly SidecarIntent[];
  readonly environmentFrom: readonly EnvFromSource[];
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that only the pods have, not their workload. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly user: number;
  readonly group: number;
  readonly gracePeriodSeconds: number;
  readonly imagePullSecrets: readonly string[];
  readonly priorityClassName?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
}
