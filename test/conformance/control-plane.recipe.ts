import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goBuild } from './go';
import type { ToolRecipe } from './tool-cache';

const SOURCE = join(__dirname, 'control-plane');
const GO_MOD = join(SOURCE, 'go.mod');

/** As go.mod says, with its `v`: the one place to change it. */
export const KUBERNETES_VERSION = required('k8s.io/kubernetes');
const ETCD_VERSION = required('go.etcd.io/etcd/server/v3');

const FLAGS = ['-trimpath', '-buildvcs=false', '-tags=notest,grpcnotrace', `-ldflags=-s -w ${versionVariables()}`];

/** etcd and kube-apiserver in one program, `control-plane`. */
export const controlPlaneRecipe: ToolRecipe = {
  name: 'control-plane',
  version: KUBERNETES_VERSION,
  files: ['main.go', 'go.mod', 'go.sum'].map((file) => join(SOURCE, file)),
  settings: FLAGS,
  announcement:
    `building kube-apiserver ${KUBERNETES_VERSION} and etcd ${ETCD_VERSION} from Go modules, ` +
    'about 5 minutes on 2 cores, once per machine …',
  build: (into) => goBuild({ source: SOURCE, output: join(into, 'control-plane'), flags: FLAGS }),
};

/** Without these /version says v0.0.0-master and the emulated version cannot be told. */
function versionVariables(): string {
  const [, major, minor] = KUBERNETES_VERSION.match(/^v(\d+)\.(\d+)/) ?? [];
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((name) => [
      `${name}.gitVersion=${KUBERNETES_VERSION}`,
      `${name}.gitMajor=${major}`,
      `${name}.gitMinor=${minor}`,
    ])
    .map((variable) => `-X ${variable}`)
    .join(' ');
}

function required(module: string): string {
  const version = readFileSync(GO_MOD, 'utf8').match(new RegExp(`^\\s+${module} (v\\S+)$`, 'm'))?.[1];
  if (version === undefined) throw new Error(`${GO_MOD} requires no ${module}`);
  return version;
}
