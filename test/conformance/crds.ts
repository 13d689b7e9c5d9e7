import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './api/kubernetes-object';
import { goModuleDir } from './go';
import { cachedTool, type ToolRecipe } from './tool-cache';

/** Where a project publishes its CustomResourceDefinitions: YAML files inside the archive of a Go module. */
interface CrdSource {
  readonly module: string;
  readonly version: string;
  /** As go.sum would have it. */
  readonly sum: string;
  readonly path: string;
}

// Not 1.14.3 or 1.15.0: they ask for a newer patch of Go than Kubernetes does, and Go does not unpack what it is too old
// for.
const KARPENTER = {
  module: 'sigs.k8s.io/karpenter',
  version: 'v1.14.0',
  sum: 'h1:+SXlqYNb9FIKRpDgPPRnphVmWbrWLw4tgzKezr372Mc=',
};

const SOURCES = {
  karpenter: { ...KARPENTER, path: 'pkg/apis/crds' },
  // The node class of its provider for tests.
  'karpenter-kwok': { ...KARPENTER, path: 'kwok/apis/crds' },
  'cert-manager': {
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    path: 'deploy/crds',
  },
  'prometheus-operator': {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    path: 'example/prometheus-operator-crd',
  },
  gatekeeper: {
    module: 'github.com/open-policy-agent/gatekeeper/v3',
    version: 'v3.23.0',
    sum: 'h1:EsHlckoL94WFQu3Z59D12rdGuaDul0GSDBIFjuBGBCc=',
    path: 'charts/gatekeeper/crds',
  },
} satisfies { readonly [group: string]: CrdSource };

export type CrdGroup = keyof typeof SOURCES;
export const CRD_GROUPS = Object.keys(SOURCES) as readonly CrdGroup[];

/** Copied into the cache, so that later runs need no Go. */
export function crdRecipe(group: CrdGroup): ToolRecipe {
  const { module, version, sum, path } = SOURCES[group];
  return {
    name: `crds-${group}`,
    version,
    files: [],
    settings: [module, sum, path],
    announcement: `fetching the CRDs of ${module} ${version} …`,
    build: async (into) => {
      const directory = join(await goModuleDir(module, version, sum), path);
      for (const file of yamlFiles(directory)) cpSync(join(directory, file), join(into, file));
    },
  };
}

/** @throws when they are not in the cache */
export function readCrds(group: CrdGroup): KubernetesObject[] {
  const directory = cachedTool(crdRecipe(group));
  if (directory === undefined) throw new Error(`the CRDs of ${group} are not in the cache`);
  return yamlFiles(directory)
    .flatMap((file) => parseAllDocuments(readFileSync(join(directory, file), 'utf8')))
    .map((document): unknown => document.toJS())
    .filter(isCrd);
}

const isCrd = (value: unknown): value is KubernetesObject =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'CustomResourceDefinition';

const yamlFiles = (directory: string) =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
