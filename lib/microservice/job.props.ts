import type { Duration } from 'cdk8s';
import type { WasmPodProps } from './pod.props';

/** A guest that runs and ends. */
export interface WasmJobProps extends WasmPodProps {
  /** Failed pods before the job gives up. @default 3 */
  readonly retries?: number;
  /** How long the job may take, retries included. @default - as long as it likes */
  readonly timeout?: Duration;
  /** Successful pods that make it complete. @default 1 */
  readonly completions?: number;
  /** Pods at a time. @default 1 */
  readonly parallelism?: number;
  /** How long a finished job is kept. @default - until somebody deletes it */
  readonly timeToLive?: Duration;
}

/** What happens when it is time and the last run still runs. */
export enum ConcurrencyPolicy {
  ALLOW = 'Allow',
  FORBID = 'Forbid',
  REPLACE = 'Replace',
}

/** A guest that runs on a schedule. */
export interface WasmCronJobProps extends WasmJobProps {
  /** Minute, hour, day of month, month, day of week; or `@hourly` and its like. */
  readonly schedule: string;
  /** Of the IANA database, such as `Europe/Berlin`. @default - that of the cluster's controller manager */
  readonly timeZone?: string;
  /** @default ConcurrencyPolicy.FORBID */
  readonly concurrencyPolicy?: ConcurrencyPolicy;
  /** How late a run may still start. @default - any time */
  readonly startingDeadline?: Duration;
  /** @default false */
  readonly suspend?: boolean;
  /** Successful runs that are kept. @default 3 */
  readonly successfulHistory?: number;
  /** Failed runs that are kept. @default 1 */
  readonly failedHistory?: number;
}
