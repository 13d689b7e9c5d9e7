import { diagnostic } from './diagnostic';

export const REPOSITORY_PREFIX = diagnostic('WASM0701', {
  title: 'a repository that also admits its neighbours',
  found: (d: { repository: string }) => `"${d.repository}" in \`repositories\` is no path that ends with /`,
  fix: 'write it as `registry/path/`',
  because: 'images are compared from the left: ghcr.io/acme would also admit ghcr.io/acme-evil/cart',
  example: { repository: 'ghcr.io/acme' },
});

export const NOTHING_ADMITTED = diagnostic('WASM0702', {
  title: 'a policy that admits nothing',
  found: (d: { prop: string }) => `\`${d.prop}\` is empty`,
  fix: (d) => `name at least one in \`${d.prop}\``,
  because: 'without a pool no pod is a Wasm pod, and without a repository none may start',
  example: { prop: 'repositories' },
});

export const POOL_WITHOUT_RUNTIME_CLASS = diagnostic('WASM0703', {
  severity: 'warning',
  title: 'a pool that policies cannot see',
  found: (d: { pool: string; runtime: string }) => `${d.runtime} of ${d.pool} has no RuntimeClass`,
  fix: 'take it out of `pools`, or move its services to a shim',
  because: 'a Wasm pod is told by its RuntimeClass: what runs in this pool is judged as any other pod',
  example: { pool: 'platform/legacy', runtime: 'krustlet' },
});

export const EXEMPT_NAMESPACE = diagnostic('WASM0704', {
  title: 'an exemption that is not one namespace',
  found: (d: { namespace: string }) => `"${d.namespace}" in \`exemptNamespaces\` is no name of a namespace`,
  fix: 'write out each name',
  because: 'native policies know no patterns, and Gatekeeper does: the two would exempt different namespaces',
  example: { namespace: 'kube-*' },
});

export const EXEMPT_SERVICE = diagnostic('WASM0705', {
  title: 'a service where policies do not look',
  found: (d: { service: string; namespace: string; because: string }) =>
    `${d.service} is in namespace ${d.namespace}, which is exempt: ${d.because}`,
  fix: 'give it, or what made the namespace exempt, a namespace of its own',
  because: 'everybody who may create pods there would be free of every rule',
  example: {
    service: 'shop/cart',
    namespace: 'wasm-system',
    because: 'the pool platform/edge installs its shim there',
  },
});

export const NATIVE_TOO_OLD = diagnostic('WASM0706', {
  title: 'native policies on a Kubernetes without them',
  found: (d: { pool: string; needs: string; has: string }) =>
    `ValidatingAdmissionPolicy needs Kubernetes ${d.needs}, and ${d.pool} has ${d.has}`,
  fix: 'set `enforcers` to PolicyEnforcer.GATEKEEPER and PolicyEnforcer.SYNTH',
  because: 'the API server does not know the kind, and nothing is enforced',
  example: { pool: 'platform/edge', needs: '1.30', has: '1.28' },
});

/** What is wrong with one object by one rule. */
export interface Violation {
  /** Path of its construct. */
  readonly path: string;
  /** Kind and name. */
  readonly object: string;
  readonly rule: string;
  readonly message: string;
  readonly remedy: string;
}

const violationWords = {
  found: (d: Violation) => `${d.path}: ${d.object}: ${d.message}`,
  fix: (d: Violation) => `${d.remedy} (rule ${d.rule})`,
  example: {
    path: 'shop/legacy/Deployment',
    object: 'Deployment legacy',
    rule: 'wasm-image-digest',
    message: 'an image is not pinned by its sha256 digest',
    remedy: 'write it as name@sha256:…',
  },
};

export const RULE_BROKEN = diagnostic('WASM0707', {
  ...violationWords,
  title: 'an object that the policies of the program refuse',
  because: 'the cluster would refuse it by the same rule, at the latest when its pods are made',
});

export const RULE_WARNING = diagnostic('WASM0708', {
  ...violationWords,
  severity: 'warning',
  title: 'an object that the policies of the program will refuse',
  because: '`action` is not DENY yet: the cluster admits it and says so',
});

export const NOT_AN_OBJECT_NAME = diagnostic('WASM0709', {
  title: 'an entry that is in no list of names',
  found: (d: { prop: string; value: string; shape: string }) => `"${d.value}" in \`${d.prop}\` is not ${d.shape}`,
  fix: (d) => `write it as ${d.shape}`,
  because: 'it would match nothing, and what it was meant for would be refused',
  example: { prop: 'secrets', value: 'shop/db/password', shape: 'NAMESPACE/SECRET or SECRET' },
});
