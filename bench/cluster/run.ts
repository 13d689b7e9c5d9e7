import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTool } from '../../test/conformance/tool-cache';
import { Cluster } from '../../test/e2e/cluster/cluster';
import { prepare } from '../../test/e2e/prepare';
import { nativeRecipe } from './native.recipe';

/** The exit code that says: not on this machine. */
const IMPOSSIBLE = 3;

// Starts a cluster, measures on it, and writes the cluster's part of docs/benchmarks.md. Words choose measures.
async function main(): Promise<number> {
  const missing = [...(await prepare())];
  const native = await ensureTool(nativeRecipe);
  if ('unavailable' in native) missing.push(`${nativeRecipe.name}: ${native.unavailable}`);
  if (missing.length > 0) {
    say(`the cluster cannot be had on this machine:\n  ${missing.join('\n  ')}`);
    return IMPOSSIBLE;
  }
  const cluster = await Cluster.start(say);
  try {
    return await measure(cluster, process.argv.slice(2));
  } finally {
    cluster.stop();
  }
}

/** In the network of the control plane: from there every pod and Service can be asked. */
function measure(cluster: Cluster, words: readonly string[]): Promise<number> {
  const state = join(cluster.scratch, 'state.json');
  writeFileSync(state, JSON.stringify(cluster.state));
  const program = [process.execPath, '--import', 'tsx', join(__dirname, 'measure.ts'), ...words];
  const child = spawn('nsenter', ['-t', String(cluster.plane.namespaces.pid), '-n', ...program], {
    stdio: 'inherit',
    env: {
      ...process.env,
      CDK8S_WASM_E2E: state,
      BENCH_SHIM: cluster.shim,
      TSX_TSCONFIG_PATH: join(__dirname, '..', 'tsconfig.json'),
    },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

const say = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
