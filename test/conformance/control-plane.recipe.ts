import { join } from 'node:path';
import { goBuild } from './go';
import { requiredVersion } from './go-recipe';
import type { ToolRecipe } from './tool-cache';

const SOURCE = join(__dirname, 'control-plane');

/** As go.mod says, with its `v`: the one place to change it. */
export const KUBERNETES_VERSION = requiredVersion(SOURCE, 'k8s.io/kubernetes');
const ETCD_VERSION = requiredVersion(SOURCE, 'go.etcd.io/etcd/server/v3');

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
