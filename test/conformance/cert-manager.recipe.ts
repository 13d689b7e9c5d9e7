import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goBuild } from './go';
import type { ToolRecipe } from './tool-cache';

const SOURCE = join(__dirname, 'cert-manager');
const FLAGS = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];

/** As go.mod says, with its `v`: the one place to change it. */
const CERT_MANAGER_VERSION = versionOf('github.com/cert-manager/cert-manager');

/** cert-manager's own controllers for Certificates of a CA issuer, in one program. */
export const certManagerRecipe: ToolRecipe = {
  name: 'cert-manager',
  version: CERT_MANAGER_VERSION,
  files: ['main.go', 'go.mod', 'go.sum'].map((file) => join(SOURCE, file)),
  settings: FLAGS,
  announcement: `building cert-manager ${CERT_MANAGER_VERSION} from Go modules, about 2 minutes on 2 cores, once per machine …`,
  build: (into) => goBuild({ source: SOURCE, output: join(into, 'cert-manager'), flags: FLAGS }),
};

function versionOf(module: string): string {
  const version = readFileSync(join(SOURCE, 'go.mod'), 'utf8').match(new RegExp(`\\s${module} (v\\S+)$`, 'm'))?.[1];
  if (version === undefined) throw new Error(`cert-manager/go.mod requires no ${module}`);
  return version;
}
