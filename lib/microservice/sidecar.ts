import type { Size } from 'cdk8s';
import type { Cpu, EnvValue } from 'cdk8s-plus-28';
import type { Files } from './files';
import type { Probe } from './probe';

/**
 * A Linux container beside the guest. It starts before it and ends after it (a native sidecar), also in jobs.
 * It runs under the guest's shim: no exec, and with runwasi no environment.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export interface Sidecar {
  /** Name of the container, a DNS label. */
  readonly name: string;
  /** `name@sha256:…`. WASM0322 for a tag, which can move. */
  readonly image: string;
  /** @default - what the image says */
  readonly command?: string[];
  /** @default - what the image says */
  readonly args?: string[];
  /** WASM0321 under runtimes that do not deliver it. @default - none */
  readonly environment?: Record<string, EnvValue>;
  /** Ports it listens on, by name. @default - none */
  readonly ports?: Record<string, number>;
  /** @default - none */
  readonly files?: Files[];
  /** The guest starts once this is answered. @default - the guest starts with it */
  readonly startup?: Probe;
  /** @default - none */
  readonly readiness?: Probe;
  /** @default - none */
  readonly liveness?: Probe;
  /** @default - 10 millis */
  readonly cpuRequest?: Cpu;
  /** Memory request and limit. @default - 64 MiB */
  readonly memory?: Size;
  /** Numeric user. @default - the user of the guest */
  readonly user?: number;
  /** @default true */
  readonly readOnlyRootFilesystem?: boolean;
}
