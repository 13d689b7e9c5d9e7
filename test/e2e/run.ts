import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { certManagerRecipe } from '../conformance/cert-manager.recipe';
import { envoyRecipe } from '../conformance/envoy.recipe';
import { Cluster } from './cluster/cluster';
import { prepare } from './prepare';
import { containerdRecipe, KUBERNETES_VERSION, runcRecipe } from './tools';
import { writeTraps, writeTruth } from './truth/write';

/** The exit code that says: not on this machine. */
const IMPOSSIBLE = 3;
const SUITES = join(__dirname, 'suites');
const REPORT = join(__dirname, '../../test-reports/e2e.json');

// npm run e2e [-- --keep] [-- SUITE …]
async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const suites = words.filter((word) => !word.startsWith('--'));
  const unknown = suites.filter((suite) => !existsSync(join(SUITES, `${suite}.test.ts`)));
  if (unknown.length > 0) {
    const known = readdirSync(SUITES).map((file) => file.replace('.test.ts', ''));
    say(`there is no suite ${unknown.join(', ')}; there are ${known.join(', ')}`);
    return 2;
  }
  const missing = await prepare();
  if (missing.length > 0) {
    say(`the cluster cannot be had on this machine:\n  ${missing.join('\n  ')}`);
    return IMPOSSIBLE;
  }
  const cluster = await Cluster.start(say);
  try {
    const code = await judge(cluster, suites);
    if (suites.length === 0) {
      writeTruth(REPORT, conditionsOf(cluster));
      writeTraps(join(dirname(REPORT), 'traps.json'));
    }
    if (code !== 0) say(`logs and objects of the failures: ${await cluster.saveEvidence()}`);
    return code;
  } finally {
    if (words.includes('--keep')) {
      cluster.keep();
      say(`the cluster stays. kubectl: ${cluster.kubectlCommand}\nend it with: sh ${cluster.scratch}.down.sh`);
    } else cluster.stop();
  }
}

/** The tests run in the network of the control plane: they see what its programs see. */
function judge(cluster: Cluster, suites: readonly string[]): Promise<number> {
  const state = join(cluster.scratch, 'state.json');
  writeFileSync(state, JSON.stringify(cluster.state));
  const jest = [
    join(__dirname, '../../node_modules/jest/bin/jest.js'),
    '--config',
    join(__dirname, 'jest.config.json'),
  ];
  const report = ['--json', '--outputFile', REPORT, '--verbose', '--runInBand', '--forceExit'];
  mkdirSync(dirname(REPORT), { recursive: true });
  const chosen = suites.map((suite) => join(SUITES, `${suite}.test.ts`));
  const child = spawn(
    'nsenter',
    ['-t', String(cluster.plane.namespaces.pid), '-n', process.execPath, ...jest, ...report, ...chosen],
    { stdio: 'inherit', env: { ...process.env, CDK8S_WASM_E2E: state } },
  );
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

const conditionsOf = ({ shim }: Cluster): string =>
  `Kubernetes ${KUBERNETES_VERSION}, containerd ${containerdRecipe.version}, runc ${runcRecipe.version}, Envoy ${envoyRecipe.version}, cert-manager ${certManagerRecipe.version}; shim: ${shim}. Three nodes in namespaces of one Linux machine. Envoy and Node.js run under the names of their published images, with the bytes of PyPI and of the machine.`;

const say = (line: string): void => {
  process.stderr.write(`e2e: ${line}\n`);
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
