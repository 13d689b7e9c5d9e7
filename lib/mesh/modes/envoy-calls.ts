import { CALL_METHOD, CALL_TIMEOUT, type Finding } from '../../diagnostics';
import type { CallOptions } from '../../microservice';
import { isMethod } from '../envoy';

/** For one request, where nobody said otherwise. */
export const TIMEOUT_SECONDS = 15;

/** What a caller may do at its callee. */
export interface Conditions {
  readonly methods: readonly string[] | undefined;
  readonly timeoutSeconds: number;
}

/** What Envoy can enforce of a call. The rest is left out, with a finding: both ends would say it again. */
export function conditionsOf(
  { methods, timeout }: CallOptions,
  callee: string,
): Conditions & { readonly findings: readonly Finding[] } {
  const milliseconds = timeout?.toMilliseconds({ integral: false }) ?? TIMEOUT_SECONDS * 1000;
  const isTooShort = milliseconds < 1;
  const strange = [...new Set(methods)].filter((method) => !isMethod(method));
  return {
    methods: methods?.filter(isMethod),
    timeoutSeconds: isTooShort ? TIMEOUT_SECONDS : milliseconds / 1000,
    findings: [
      ...strange.map((method) => CALL_METHOD.with({ callee, method })),
      ...(isTooShort ? [CALL_TIMEOUT.with({ callee, milliseconds })] : []),
    ],
  };
}
