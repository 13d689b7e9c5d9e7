import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCi } from '../conformance/machine/ci';
import { run, runWell } from '../examples/child';
import { CLONE, scratchFolder } from '../examples/places';
import { requireCompiled } from './package';

jest.setTimeout(120_000);

/** Names in the other languages. Nothing is published there yet; the API has to allow it. */
const TARGETS = {
  python: { distName: 'cdk8s-wasm', module: 'cdk8s_wasm' },
  java: { package: 'dev.cdk8swasm', maven: { groupId: 'dev.cdk8swasm', artifactId: 'cdk8s-wasm' } },
  go: { moduleName: 'github.com/acme/cdk8s-wasm-go' },
};

const scratch = scratchFolder();
const library = join(scratch, 'library');
const output = join(scratch, 'languages');
let assembly: {
  readonly name: string;
  readonly types: Readonly<Record<string, { readonly name: string; readonly kind: string }>>;
};

beforeAll(async () => {
  requireCompiled();
  for (const part of ['build', '.jsii', 'package.json', 'README.md', 'LICENSE']) {
    cpSync(join(CLONE, part), join(library, part), { recursive: true });
  }
  // Beside the library as npm would put them: only they have assemblies.
  for (const name of ['cdk8s', 'cdk8s-plus-28', 'constructs', 'fflate']) {
    cpSync(join(CLONE, 'node_modules', name), join(library, 'node_modules', name), { recursive: true });
  }
  const edit = (file: string, change: (json: Record<string, Record<string, unknown>>) => void) => {
    const json = JSON.parse(readFileSync(join(library, file), 'utf8'));
    change(json);
    writeFileSync(join(library, file), JSON.stringify(json));
    return json;
  };
  assembly = edit('.jsii', (json) => Object.assign(json.targets, TARGETS));
  edit('package.json', ({ jsii }) => Object.assign(jsii, { targets: TARGETS }));
  await generate();
});

test('the assembly describes the constructs, and nothing of the bridge to Pulumi', () => {
  const names = Object.values(assembly.types).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['WasmMicroservice', 'WasmNodePool', 'WasmImage', 'WasmRuntime']));
  expect(Object.keys(assembly.types).filter((name) => /pulumi/i.test(name))).toEqual([]);
});

test('Python code is generated for every type', () => {
  const source = readFileSync(join(output, 'python/src/cdk8s_wasm/__init__.py'), 'utf8');
  expect(source).toMatch(/^class WasmMicroservice\(/m);
  expect(source).toContain('def from_registry(');
  expect(typesWithout((name) => new RegExp(`^class ${name}\\b`, 'm').test(source))).toEqual([]);
});

testWith('python3', 'Python compiles what was generated for it', async () => {
  const ended = await run('python3', ['-W', 'error', '-m', 'compileall', '-f', '-q', join(output, 'python/src')]);
  expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readdirSync(join(output, 'python/src/cdk8s_wasm/__pycache__'))).toHaveLength(1);
});

test('Java code is generated for every type', () => {
  const folder = join(output, 'java/src/main/java/dev/cdk8swasm');
  expect(typesWithout((name) => existsSync(join(folder, `${name}.java`)))).toEqual([]);
});

test('Go code is generated for every type', () => {
  expect(typesWithout((name) => existsSync(join(output, 'go/cdk8swasm', `${name}.go`)))).toEqual([]);
});

testWith('gofmt', 'Go parses what was generated for it', async () => {
  expect(await run('gofmt', ['-l', join(output, 'go')])).toMatchObject({ code: 0, stderr: '' });
});

function typesWithout(isThere: (name: string) => boolean): string[] {
  const names = Object.values(assembly.types).map(({ name }) => name);
  return names.filter((name) => !isThere(name));
}

/** `--code-only`: the compilers of the other languages would download the packages of our peers. */
async function generate(): Promise<void> {
  const pacmak = join(CLONE, 'node_modules/jsii-pacmak/bin/jsii-pacmak');
  const targets = ['--target', ...Object.keys(TARGETS)];
  await runWell(process.execPath, [pacmak, library, '--code-only', '--outdir', output, ...targets], {
    // The warning that a Node is old names the major version; the library supports it.
    env: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0] },
  });
}

/** Skipped with the reason in the title where the program is missing; in CI that is a failure. */
function testWith(program: string, title: string, body: () => Promise<void>): void {
  const missing = spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;
  if (missing && !isCi()) test.skip(`${title} (${program} is missing)`, () => {});
  else test(title, body);
}
