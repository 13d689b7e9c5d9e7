import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WasmRuntime } from '../../lib';

// Writes docs/truth.md from the catalogue and from what the cluster tests said last. `npm run e2e` does it after a whole run.

interface Verdict {
  readonly suite: string;
  readonly title: string;
  readonly passed: boolean;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** docs/traps.md, from what the suite of that name saw. */
export function writeTraps(file: string): void {
  const traps = JSON.parse(readFileSync(file, 'utf8')) as { trap: string; symptom: string; remedy: string }[];
  const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 400);
  const rows = traps.map(({ trap, symptom, remedy }) => `| ${trap} | ${cell(symptom)} | ${cell(remedy)} |`);
  writeFileSync(
    join(ROOT, 'docs', 'traps.md'),
    `# What users trip over\n\nWritten by \`npm run e2e\`: each was produced on a real node by hand-written YAML. Beside it is what the library does\nabout the same intent.\n\n| trap | what the cluster says | what the library does |\n| --- | --- | --- |\n${rows.join('\n')}\n`,
  );
}

const ROOT = join(__dirname, '../..');

export function writeTruth(reportFile: string, conditions: string): void {
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  const verdicts = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, title, status }) => ({
      suite: name.replace(/.*\/(.*)\.test\.ts$/, '$1'),
      title,
      fullName,
      passed: status === 'passed',
    })),
  );
  writeFileSync(join(ROOT, 'docs', 'truth.md'), page(verdicts, conditions));
}

const page = (verdicts: readonly Verdict[], conditions: string): string => `# What was seen on real components

Written by \`npm run e2e\` after a whole run. ${conditions}

## Facts of the catalogue

\`observed\`: somebody ran it on the real component. \`read\`: it was read in source or documentation, and nobody here ran
it. A judge is a test of \`test/e2e/suites\`, which asks the cluster again in every run.

${WasmRuntime.WASMTIME.name}, the runtime of the cluster tests:

| fact | value | status | note | judge | last verdict |
| --- | --- | --- | --- | --- | --- |
${factRows(verdicts).join('\n')}

The other runtimes have the same table in the code; nothing of theirs was run here:
${others()}

## Kinds of objects

| what | judged by |
| --- | --- |
| every object of the example and of two programs that use every prop | strict server-side apply to a kube-apiserver with the CRDs of Karpenter, cert-manager, prometheus-operator and Gatekeeper, read back (\`test/conformance/emitted-objects.test.ts\`) |
| Envoy's configuration | Envoy itself, and a suite on loopback (\`test/conformance/envoy\`) |
| Certificate | cert-manager's controllers (\`test/conformance/certificates.test.ts\`) |
| ValidatingAdmissionPolicy, ConstraintTemplate, constraints | the API server, gator and Gatekeeper's webhook (\`test/conformance/policy\`) |
| containerd's configuration | containerd 1.7 and 2.0 to 2.4, \`config dump\` (\`test/conformance/containerd\`) |
| images | pulled by digest from a registry, by the kubelet (suite shop) |
| everything together | the suites below |

## Every test of the cluster

| suite | test | last verdict |
| --- | --- | --- |
${verdicts.map(({ suite, title, passed }) => `| ${suite} | ${title} | ${passed ? 'passed' : '**failed**'} |`).join('\n')}
`;

interface Row {
  readonly name: string;
  readonly value: string;
  readonly status: string;
  readonly note: string;
}

/** A title begins with the facts it judges: \`sidecars, sidecarEnvironment: …\`. */
function factRows(verdicts: readonly Verdict[]): string[] {
  const judges = (fact: string) => verdicts.filter(({ title }) => title.split(':')[0]?.split(', ').includes(fact));
  return rows(WasmRuntime.WASMTIME.facts).map(({ name, value, status, note }) => {
    const found = judges(name.replace(/.*\./, ''));
    const judge = found.map(({ title }) => title.split(': ').slice(1).join(': ')).join('; ');
    const verdict = found.length === 0 ? '' : found.every(({ passed }) => passed) ? 'passed' : '**failed**';
    return `| ${name} | ${value} | ${status} | ${note.replaceAll('|', '\\|')} | ${judge} | ${verdict} |`;
  });
}

/** Facts are objects with a value and its evidence, at any depth. */
function rows(facts: object, path = ''): Row[] {
  return Object.entries(facts).flatMap(([key, fact]): Row[] => {
    if (typeof fact !== 'object' || fact === null) return [];
    const name = path === '' ? key : `${path}.${key}`;
    if ('status' in fact && 'note' in fact) {
      const { status, note, value = '' } = fact as { status: string; note: string; value?: unknown };
      return [{ name, value: String(value), status, note }];
    }
    return rows(fact, name);
  });
}

const others = (): string =>
  Object.values(WasmRuntime)
    .filter((one): one is WasmRuntime => one instanceof WasmRuntime && one !== WasmRuntime.WASMTIME)
    .map(({ name, facts }) => `\n- ${name}: ${rows(facts).length} facts, all \`read\` as far as this run is concerned`)
    .join('');
