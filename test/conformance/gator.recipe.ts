import { join } from 'node:path';
import { goBuild } from './go';
import { requiredVersion } from './go-recipe';
import type { ToolRecipe } from './tool-cache';

const SOURCE = join(__dirname, 'gator');
const FLAGS = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];

/** As go.mod says, with its `v`: the one place to change it. */
export const GATEKEEPER_VERSION = requiredVersion(SOURCE, 'github.com/open-policy-agent/gatekeeper/v3');

/** Gatekeeper's own judge of templates, constraints and objects, without a cluster. */
export const gatorRecipe: ToolRecipe = {
  name: 'gator',
  version: GATEKEEPER_VERSION,
  files: ['main.go', 'go.mod', 'go.sum'].map((file) => join(SOURCE, file)),
  settings: FLAGS,
  announcement: `building gator ${GATEKEEPER_VERSION} from Go modules, about 3 minutes on 2 cores, once per machine …`,
  build: (into) => goBuild({ source: SOURCE, output: join(into, 'gator'), flags: FLAGS }),
};
