import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_PROGRAM } from '../../lib/node-pool/installers/agent-program';
import { newScratch } from './support/scratch';

const ROOT = join(__dirname, '..', '..');
const program = join(newScratch(), 'agent.cjs');
beforeAll(() => writeFileSync(program, AGENT_PROGRAM));

test('the bundle in the library is made of the agent’s sources as they are', () => {
  // In a process of its own: esbuild checks its environment by `instanceof`, which jest's realms break.
  const script = "process.stdout.write(require('./agent/bundle.ts').bundleAgent())";
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 10_000_000 } as const;
  expect(execFileSync('node', ['--import', 'tsx', '-e', script], options)).toBe(AGENT_PROGRAM);
}, 30_000);

test('fits a ConfigMap three times over, and can be read', () => {
  expect(AGENT_PROGRAM.length).toBeLessThan(300_000);
  expect(Math.max(...AGENT_PROGRAM.split('\n').map((line) => line.length))).toBeLessThan(400);
});

test('keeps the licence of what it includes', () => {
  expect(AGENT_PROGRAM).toContain('SPDX-License-Identifier: BSD-3-Clause');
});

test('asks for nothing but Node’s own modules', () => {
  const required = [...AGENT_PROGRAM.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  expect(required.length).toBeGreaterThan(5);
  expect(required.filter((name) => !name?.startsWith('node:'))).toEqual([]);
});

test('names the phase that it does not know', () => {
  const { status, stderr } = spawnSync('node', [program, 'install'], { encoding: 'utf8' });
  expect(stderr).toContain('unknown phase "install"');
  expect(status).toBe(1);
});

test('the source of the bundle says how it is made', () => {
  const source = readFileSync(join(ROOT, 'lib', 'node-pool', 'installers', 'agent-program.ts'), 'utf8');
  expect(source).toContain('npx projen agent');
});
