import { CALL_NAMESPACE, CALL_WITHOUT_PORT, type Finding } from '../diagnostics';
import type { Endpoint } from './network-policy';

/** How a caller is told where its callee is. */
export interface CallOptions {
  /** Environment variable with the URL. @default - the callee's name in capitals and `_URL`: `CART_URL` */
  readonly variable?: string;
  /** Appended to the URL, beginning with `/`. @default - nothing */
  readonly path?: string;
}

/** One declared call, read by everything that has to agree about it. */
export interface Call {
  readonly callee: Callee;
  readonly variable: string;
  readonly path: string;
}

/** What a caller needs to know about whom it calls. */
export interface Callee {
  readonly path: string;
  readonly serviceName: string;
  readonly servicePort: number;
  readonly endpoint: Endpoint;
}

export const urlVariable = (name: string): string => `${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_URL`;

/** Short inside a namespace, complete across. The port is left out where HTTP's own is meant. */
export function urlOf({ callee, path }: Call, namespace: string | undefined): string {
  const { serviceName, servicePort, endpoint } = callee;
  const host = endpoint.namespace === namespace ? serviceName : `${serviceName}.${endpoint.namespace}.svc`;
  return `http://${host}${servicePort === 80 ? '' : `:${servicePort}`}${path}`;
}

export function* callFindings(
  caller: { readonly path: string; readonly namespace: string | undefined },
  calls: readonly Call[],
): Generator<Finding> {
  for (const { callee } of calls) {
    if (callee.endpoint.port === undefined) yield CALL_WITHOUT_PORT.with({ callee: callee.path });
    if ((callee.endpoint.namespace === undefined) !== (caller.namespace === undefined)) {
      yield CALL_NAMESPACE.with({ caller: caller.path, callee: callee.path });
    }
  }
}
