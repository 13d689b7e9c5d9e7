import { typed } from './core';
import type { Caller } from './intent';
import { exactly } from './tls';
import type { Extension } from './v3/core';
import type { Permission, Principal, Rbac, RbacPolicy } from './v3/rbac';

/** Lets in whom it names; with no callers it lets nobody in. */
export const rbac = (callers: readonly Caller[]): Extension<Rbac> =>
  allow(
    [...byIdentity(callers)].map(([identity, methods]) => [
      identity,
      { permissions: permissions(methods), principals: [caller(identity)] },
    ]),
  );

/** Lets everybody use these methods and no other. */
export const rbacOfMethods = (methods: readonly string[]): Extension<Rbac> =>
  allow([['methods', { permissions: permissions(methods), principals: [{ any: true }] }]]);

const allow = (policies: readonly (readonly [string, RbacPolicy])[]): Extension<Rbac> => ({
  name: 'envoy.filters.http.rbac',
  typed_config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', {
    // Who may use no method at all is left out: Envoy refuses an empty list of permissions.
    rules: {
      action: 'ALLOW',
      policies: Object.fromEntries(policies.filter(([, policy]) => policy.permissions.length > 0)),
    },
  } as const),
});

/** Not the older `authenticated.principal_name`: Envoy advises against it, since it also looks at the subject. */
const caller = (identity: string): Principal => ({
  custom: {
    name: 'envoy.rbac.principals.mtls_authenticated',
    typed_config: typed('envoy.extensions.rbac.principals.mtls_authenticated.v3.Config', {
      san_matcher: exactly(identity),
    }),
  },
});

/** A list of permissions is met when one of them is. */
const permissions = (methods: readonly string[] | undefined): Permission[] =>
  methods === undefined
    ? [{ any: true }]
    : methods.map((method) => ({ header: { name: ':method', string_match: { exact: method } } }));

/** A caller that is named twice may do what either place allows. Sorted: the order of declarations means nothing here. */
function byIdentity(callers: readonly Caller[]): Map<string, readonly string[] | undefined> {
  const found = new Map<string, readonly string[] | undefined>();
  for (const { identity, methods } of [...callers].sort((a, b) => (a.identity < b.identity ? -1 : 1))) {
    const before = found.has(identity) ? found.get(identity) : [];
    const both =
      before === undefined || methods === undefined ? undefined : [...new Set([...before, ...methods])].sort();
    found.set(identity, both);
  }
  return found;
}
