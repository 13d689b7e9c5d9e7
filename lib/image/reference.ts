import { type Finding, MUTABLE_TAG, REFERENCE } from '../diagnostics';

const EXAMPLE = 'ghcr.io/acme/cart';
const DIGEST = /^sha256:[a-f0-9]{64}$/;
const HOST = /^(localhost|\[[a-f0-9:]+\]|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)(:\d{1,5})?$/;
const SEGMENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const LONGEST = 255;

export const isDigest = (text: string): boolean => DIGEST.test(text);

/**
 * What is wrong with `registry/path` as a repository.
 * @see https://github.com/distribution/reference/blob/main/reference.go
 */
export function repositoryFindings(repository: string): Finding[] {
  const problem = repositoryProblem(repository);
  return problem === undefined
    ? []
    : [REFERENCE.with({ text: repository, what: 'a repository', problem, example: EXAMPLE })];
}

function repositoryProblem(repository: string): string | undefined {
  if (repository.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (repository.includes('://')) return 'it is written without a scheme';
  if (repository.includes('@')) return 'the digest is computed, not given';
  const [host, ...path] = repository.split('/');
  if (path.some((segment) => segment.includes(':'))) return 'the tag is left out: images are named by digest';
  if (repository !== repository.toLowerCase()) return 'it has to be lower case';
  // Without a dot or port, tools take the first part for a name on Docker Hub; some ask several registries in turn.
  if (!(host === 'localhost' || /[.:[]/.test(host))) return 'it does not begin with a registry';
  if (path.length === 0) return 'there is no path behind the registry';
  if (!HOST.test(host)) return `${host} is not a host`;
  const bad = path.find((segment) => !SEGMENT.test(segment));
  if (bad === '') return 'two slashes follow each other, or one ends it';
  return bad === undefined ? undefined : `${bad} is not made of a-z, 0-9 and single separators between them`;
}

/** The name a lock gives an image unless told otherwise. */
export const lastSegment = (repository: string): string => repository.slice(repository.lastIndexOf('/') + 1);

/** A reference that names one image for ever, taken apart, or what keeps it from being one. */
export interface Pinned {
  readonly repository: string;
  readonly digest: string;
  readonly findings: readonly Finding[];
}

/** `registry/path@sha256:…` or `registry/path:tag@sha256:…`; the tag is for people and is dropped. */
export function pinned(reference: string): Pinned {
  const at = reference.indexOf('@');
  const name = at === -1 ? reference : reference.slice(0, at);
  const digest = at === -1 ? '' : reference.slice(at + 1);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const repository = colon === -1 ? name : name.slice(0, colon);
  return { repository, digest, findings: [...referenceFindings(reference, { at, digest, name, colon, repository })] };
}

function* referenceFindings(
  reference: string,
  parts: { at: number; digest: string; name: string; colon: number; repository: string },
): Generator<Finding> {
  const wrong = (problem: string) =>
    REFERENCE.with({ text: reference, what: 'an image reference', problem, example: `${EXAMPLE}@sha256:…` });
  const problem = repositoryProblem(parts.repository);
  if (problem !== undefined) yield wrong(problem);
  else if (parts.colon !== -1 && !TAG.test(parts.name.slice(parts.colon + 1))) yield wrong('its tag is not one');
  else if (parts.at === -1) yield MUTABLE_TAG.with({ reference, example: `${parts.name}@sha256:…` });
  else if (!isDigest(parts.digest)) yield wrong('its digest is not "sha256:" and 64 hex digits in lower case');
}
