import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { WasmImage } from '../../lib';
import { isCi } from '../conformance/machine/ci';
import { run } from './child';
import { scratchFolder } from './places';
import { moduleFile, moduleRecords, SERVICES, type ServiceName } from './shop';

// Seconds each on an idle machine; the first time Cargo and npm download what the locks name.
jest.setTimeout(300_000);

/** What build.sh ends with when a toolchain, or a package it would download, cannot be had. */
const CANNOT_BUILD = 3;

// In a folder of another name than the committed modules were built in, and without anything built before. Crates and
// packages come from the caches that Cargo, Go and npm keep for everybody.
const scratch = scratchFolder();
const sources = join(scratch, 'somewhere else');
const output = join(scratch, 'out');
beforeAll(() => {
  const built = ['node_modules', 'target'];
  const isSource = (file: string) => !built.includes(basename(file)) && !file.endsWith('.wasm');
  cpSync(SERVICES, sources, { recursive: true, filter: isSource });
});

describe.each(['cart', 'inventory', 'restock', 'report'] as const)('%s', (service) => {
  testRebuild(service, 'the same bytes come out of its sources', (rebuilt) => {
    const { sha256, size } = moduleRecords()[service];
    expect({ size: rebuilt.length, sha256: createHash('sha256').update(rebuilt).digest('hex') }).toEqual({
      size,
      sha256,
    });
  });
});

describe('gateway', () => {
  testRebuild('gateway', 'a module with the same imports and exports comes out of its sources', (_, file) => {
    expect(surfaceOf(file)).toEqual(surfaceOf(moduleFile('gateway')));
  });
});

describe('build.sh', () => {
  test('ends with 3 and names the toolchain that is missing', async () => {
    const programs = join(scratch, 'programs');
    mkdirSync(programs);
    for (const program of ['bash', 'dirname', 'mkdir', 'sed', 'chmod'])
      symlinkSync(pathOf(program), join(programs, program));
    const ended = await run(join(sources, 'build.sh'), ['--out', join(scratch, 'none'), 'restock', 'cart'], {
      env: { PATH: programs },
    });
    expect(ended.code).toBe(CANNOT_BUILD);
    expect(ended.stderr).toMatch(/^restock: cannot be built here: go is missing: install go1\.\d+\.\d+$/m);
    expect(ended.stderr).toMatch(/^cart: cannot be built here: cargo is missing: install Rust with rustup$/m);
  });

  test('ends with 2 before it builds anything when there is no such service', async () => {
    const ended = await run(join(sources, 'build.sh'), ['--out', join(scratch, 'none'), 'restock', 'teapot']);
    expect(ended).toEqual({ code: 2, stdout: '', stderr: 'there is no service teapot\n' });
  });
});

/** Skipped with the reason in the title where the toolchain is missing; in CI that is a failure. */
function testRebuild(
  service: ServiceName,
  title: string,
  judge: (rebuilt: Buffer<ArrayBuffer>, file: string) => void,
): void {
  const missing = missingToolchain(service);
  if (missing !== undefined && !isCi()) {
    test.skip(`${title} (${missing})`, () => {});
    return;
  }
  test(title, async () => {
    const built = await run(join(sources, 'build.sh'), ['--out', output, service]);
    if (built.code === CANNOT_BUILD && !isCi()) {
      process.stderr.write(`not judged: ${built.stderr}`);
      return;
    }
    if (built.code !== 0) throw new Error(`build.sh ended with ${built.code}:\n${built.stderr}`);
    expect(built.stdout).toBe(`${service}: built\n`);
    const file = join(output, `${service}.wasm`);
    judge(readFileSync(file), file);
  });
}

/** Which of its programs is not here. What the pins ask of them, build.sh finds out. */
function missingToolchain(service: ServiceName): string | undefined {
  const programs = { cart: 'cargo', inventory: 'cargo', restock: 'go', report: 'npm', gateway: 'npm' };
  const program = programs[service];
  return pathOf(program) === '' ? `${program} is missing` : undefined;
}

/** Where the shell finds a program; empty when it does not. */
function pathOf(program: string): string {
  return spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

function surfaceOf(file: string) {
  const { payload, kind, wasi, world, imports, exports, extensions, toolchain } = WasmImage.fromModule(file, {
    repository: 'ghcr.io/acme/gateway',
  });
  return { payload, kind, wasi, world, imports, exports, extensions, toolchain };
}
