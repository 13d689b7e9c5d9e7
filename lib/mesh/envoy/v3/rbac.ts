import type { Extension, HeaderMatcher, Typed } from './core';
import type { SanMatcher } from './tls';

export type Permission = { readonly any: true } | { readonly header: HeaderMatcher };

export type Principal =
  | { readonly any: true }
  | { readonly custom: Extension<Typed<{ readonly san_matcher: SanMatcher }>> };

export interface RbacPolicy {
  readonly permissions: readonly Permission[];
  readonly principals: readonly Principal[];
}

export type Rbac = Typed<{
  readonly rules: { readonly action: 'ALLOW'; readonly policies: { readonly [name: string]: RbacPolicy } };
}>;
