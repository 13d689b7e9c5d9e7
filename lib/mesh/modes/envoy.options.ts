import type { Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';

/** The Envoy of a mesh. */
export interface EnvoyModeOptions {
  /** Distroless, `name@sha256:…`. WASM0607 for a tag. @default - Envoy 1.39.1 */
  readonly image?: string;
  /** @default - 20 millis */
  readonly cpuRequest?: Cpu;
  /** Memory request and limit; 16 to 23 MiB are used at some hundred requests a second. @default - 96 MiB */
  readonly memory?: Size;
}

export const ENVOY_IMAGE =
  'envoyproxy/envoy:distroless-v1.39.1@sha256:eb2c01c13125d1629637cb4e4cce7207009fb7cc2c8027f9742758549d15b6f4';
