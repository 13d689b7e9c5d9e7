import type { Duration } from 'cdk8s';

/** How a caller is told where its callee is. */
export interface CallOptions {
  /** Environment variable with the URL. @default - the callee's name in capitals and `_URL`: `CART_URL` */
  readonly variable?: string;
  /** Appended to the URL, beginning with `/`. @default - nothing */
  readonly path?: string;
  /** HTTP methods the callee admits from this caller. WASM0351 without a mesh. @default - all */
  readonly methods?: string[];
  /** How long an answer may take. WASM0351 without a mesh. @default - 15 s */
  readonly timeout?: Duration;
}
