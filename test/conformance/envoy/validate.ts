import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EnvoyBootstrap, type EnvoyIntent, envoyArguments, files } from '../../../lib/mesh/envoy';

/** What `envoy --mode validate` says against a bootstrap, or undefined. Its files are in a scratch folder meanwhile. */
export function refusal(
  program: string,
  intent: EnvoyIntent,
  change: (bootstrap: EnvoyBootstrap) => unknown = (bootstrap) => bootstrap,
): string | undefined {
  const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-envoy-'));
  try {
    const placed: EnvoyIntent = {
      ...intent,
      configDirectory: join(scratch, 'config'),
      certificates: { ...intent.certificates, directory: join(scratch, 'certificates') },
    };
    for (const directory of [placed.configDirectory, placed.certificates.directory]) mkdirSync(directory);
    for (const [name, text] of Object.entries(files(placed))) {
      const content = name === 'bootstrap.json' ? JSON.stringify(change(JSON.parse(text))) : text;
      writeFileSync(join(placed.configDirectory, name), content);
    }
    const parameters = [...envoyArguments(placed, { serviceNode: 'node-1' }), '--mode', 'validate'];
    const { status, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8', env: {}, timeout: 30_000 });
    if (error !== undefined) throw error;
    return status === 0 ? undefined : stderr;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
