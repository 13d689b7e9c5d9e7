import { join } from 'node:path';
import { GATEKEEPER_VERSION } from './gator.recipe';
import { goBuild } from './go';
import type { ToolRecipe } from './tool-cache';

const SOURCE = join(__dirname, 'gatekeeper');
const FLAGS = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];

/** Gatekeeper as it runs in a cluster: its webhook, and the controllers that take templates and constraints. */
export const gatekeeperRecipe: ToolRecipe = {
  name: 'gatekeeper',
  version: GATEKEEPER_VERSION,
  files: ['go.mod', 'go.sum'].map((file) => join(SOURCE, file)),
  settings: FLAGS,
  announcement: `building Gatekeeper ${GATEKEEPER_VERSION} from Go modules, about 2 minutes on 2 cores, once per machine …`,
  build: (into) =>
    goBuild({
      source: SOURCE,
      program: 'github.com/open-policy-agent/gatekeeper/v3', // the module's own main package
      output: join(into, 'gatekeeper'),
      flags: FLAGS,
    }),
};
