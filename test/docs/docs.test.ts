import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnosticsPage } from '../../docs/diagnostics-page';

jest.setTimeout(120_000);

const root = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const bin = (name: string, args: readonly string[], cwd = root): string =>
  execFileSync(join(root, 'node_modules', '.bin', name), args, {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
  });

let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'docs-'));
});
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

test('docs/diagnostics.md is what the catalogue says', () => {
  expect(read('docs/diagnostics.md')).toBe(diagnosticsPage());
});

test('API.md is what the compiled library says', () => {
  const output = join(temporary, 'API.md');
  bin('jsii-docgen', ['-o', output]);
  expect(readFileSync(output, 'utf8')).toBe(read('API.md'));
});

describe('the snippets of README and doc comments', () => {
  /** What rosetta needs of the package, with another README. */
  const packageWith = (readme: string): string => {
    const copy = mkdtempSync(join(temporary, 'package-'));
    for (const file of ['package.json', '.jsii', 'build'])
      cpSync(join(root, file), join(copy, file), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const assembly = JSON.parse(readFileSync(join(copy, '.jsii'), 'utf8')) as { readme: { markdown: string } };
    assembly.readme.markdown = readme;
    writeFileSync(join(copy, '.jsii'), JSON.stringify(assembly));
    return copy;
  };
  const compile = (readme: string): string =>
    bin('jsii-rosetta', [
      'extract',
      '--compile',
      '--fail',
      '--output',
      join(temporary, 'tablet.json'),
      packageWith(readme),
    ]);

  test('compile', () => {
    expect(() => compile(read('README.md'))).not.toThrow();
  });

  test('would not compile with a wrong prop', () => {
    expect(() => compile(read('README.md').replace('runtime: WasmRuntime.WASMTIME', 'runtime: 1'))).toThrow();
  });
});

test('what README shows of the demo is what the demo says', () => {
  const said = bin('tsx', ['--tsconfig', 'examples/tsconfig.json', 'examples/polyglot-shop/demo.ts']);
  const shown = /```text\n(Guests[\s\S]*?)```/.exec(read('README.md'))?.[1] ?? 'nothing';
  expect(said).toContain(shown.trimEnd());
});

test('every file and task that README leads to exists', () => {
  const readme = read('README.md');
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) expect(() => execFileSync('test', ['-e', join(root, link)])).not.toThrow();
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
  for (const [, script = ''] of readme.matchAll(/npm run (\w+)/g)) expect(scripts).toContain(script);
});
