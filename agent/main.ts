// The node agent of the `daemonSet` shim installer. `node agent.cjs PHASE`; see AgentSettings for the phases.
import { readFileSync } from 'node:fs';
import type { AgentSettings } from '../lib/node-pool/installers/agent-settings';
import { locationsFrom } from './locations';
import { isPhase, runPhase } from './run-phase';

async function main(): Promise<void> {
  const [, , phase = ''] = process.argv;
  if (!isPhase(phase)) throw new Error(`unknown phase "${phase}"`);
  const locations = locationsFrom(process.env);
  const settings = JSON.parse(readFileSync(locations.settings, 'utf8')) as AgentSettings;
  await runPhase(phase, settings, locations);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
