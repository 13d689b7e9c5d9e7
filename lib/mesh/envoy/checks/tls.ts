import type { EnvoyBootstrap } from '../v3/bootstrap';
import { at, having, nameOf, type Tree, trees } from './tree';

/** Who is trusted, and how. */
export const tlsProblems = (bootstrap: EnvoyBootstrap): string[] => [
  ...trees(at(bootstrap, 'static_resources', 'listeners')).flatMap((listener) => [
    ...contexts(listener).flatMap((context) => contextProblems(`listener ${nameOf(listener)}`, context, RESUMED_BELOW)),
    ...chainProblems(listener),
  ]),
  ...trees(at(bootstrap, 'static_resources', 'clusters')).flatMap((cluster) =>
    contexts(cluster).flatMap((context) => contextProblems(`cluster ${nameOf(cluster)}`, context, RESUMED_ABOVE)),
  ),
];

const contexts = (value: unknown): Tree[] => having(value, 'common_tls_context');

const RESUMED_BELOW = (context: Tree): boolean =>
  context.disable_stateless_session_resumption !== true || context.disable_stateful_session_resumption !== true;
const RESUMED_ABOVE = (context: Tree): boolean => context.max_session_keys !== 0;

function contextProblems(who: string, context: Tree, isResumed: (context: Tree) => boolean): string[] {
  const common = context.common_tls_context;
  const problems: string[] = [];
  for (const end of ['minimum', 'maximum']) {
    const version = at(common, 'tls_params', `tls_${end}_protocol_version`);
    if (version !== 'TLSv1_3') problems.push(`${who}: the ${end} TLS version is ${String(version ?? 'left open')}`);
  }
  const names = trees(
    at(common, 'combined_validation_context', 'default_validation_context', 'match_typed_subject_alt_names'),
  );
  if (names.length === 0) problems.push(`${who} trusts every certificate of the CA: it asks for no name`);
  if (names.some(isOpen)) problems.push(`${who} asks for a name that every certificate has`);
  if (isResumed(context)) problems.push(`${who} resumes TLS sessions, whose requests RBAC refuses`);
  if (having(common, 'path_config_source').some((one) => watched(one) === undefined)) {
    problems.push(`${who} does not see when its certificates are replaced: watched_directory is missing`);
  }
  return problems;
}

/** An exact name that is empty matches nothing, but so does nobody mean it. */
const isOpen = ({ matcher }: Tree): boolean =>
  [at(matcher, 'exact'), at(matcher, 'prefix'), at(matcher, 'suffix'), at(matcher, 'contains')].every(
    (text) => text === undefined || text === '',
  );

const watched = (source: Tree): unknown => at(source, 'path_config_source', 'watched_directory', 'path');

/** A door with TLS wants a certificate of who comes in, and a list of who may. */
const chainProblems = (listener: Tree): string[] =>
  trees(listener.filter_chains)
    .filter((chain) => contexts(chain.transport_socket).length > 0)
    .flatMap((chain) => [
      ...(contexts(chain.transport_socket).every((context) => context.require_client_certificate === true)
        ? []
        : [`listener ${nameOf(listener)} lets in who has no certificate`]),
      ...(having(chain.filters, 'rules').length > 0
        ? []
        : [`listener ${nameOf(listener)} asks nobody who they are: it has no RBAC`]),
    ]);
