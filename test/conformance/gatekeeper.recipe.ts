import { join } from 'node:path';
import { goRecipe } from './go-recipe';

const MODULE = 'github.com/open-policy-agent/gatekeeper/v3';

/** Gatekeeper as it runs in a cluster: its webhook, and the controllers that take templates and constraints. */
export const gatekeeperRecipe = goRecipe({
  name: 'gatekeeper',
  source: join(__dirname, 'gatekeeper'),
  module: MODULE,
  programs: { gatekeeper: MODULE },
  minutes: 2,
});
