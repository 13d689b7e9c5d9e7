import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgedFacts, otherFacts } from './facts';
import { judgedKinds } from './kinds';
import { cell, readVerdicts, type Verdict, wordFor } from './report';

// docs/truth.md and docs/traps.md, from what the cluster tests said last. `npm run e2e` writes them after a whole run.

const DOCS = join(__dirname, '../../../docs');

/** @param report what jest wrote about every suite */
export function writeTruth(report: string, conditions: string): void {
  writeFileSync(join(DOCS, 'truth.md'), truthPage(readVerdicts(report), conditions));
}

/** @param file what the suite of that name saw */
export function writeTraps(file: string): void {
  const traps = JSON.parse(readFileSync(file, 'utf8')) as { trap: string; symptom: string; remedy: string }[];
  const short = (text: string): string => cell(text).slice(0, 400);
  const rows = traps.map(({ trap, symptom, remedy }) => `| ${trap} | ${short(symptom)} | ${short(remedy)} |`);
  writeFileSync(
    join(DOCS, 'traps.md'),
    `# What users trip over

Written by \`npm run e2e\`: each was produced on a real node by hand-written YAML. Beside it is what the library does
about the same intent.

| trap | what the cluster says | what the library does |
| --- | --- | --- |
${rows.join('\n')}
`,
  );
}

export const truthPage = (
  verdicts: readonly Verdict[],
  conditions: string,
): string => `# What was seen on real components

Written by \`npm run e2e\` after a whole run. ${conditions}

## Kinds of objects

Every kind that the library emits is sent to a real kube-apiserver by strict server-side apply, with the CRDs of
Karpenter, cert-manager, prometheus-operator and Gatekeeper, and read back (\`test/conformance/emitted-objects.test.ts\`).
Envoy itself, cert-manager's controllers, gator, Gatekeeper's webhook and six versions of containerd judge what is theirs
(\`test/conformance\`). In the cluster each has to do what it is for:

${judgedKinds(verdicts)}

## Facts of the catalogue

\`observed\`: it was run on the real component. \`inferred\`: it was run on a relative that shares the code. \`read\`: it was
read in source or documentation. A judge is a test of \`test/e2e/suites\`, which asks the cluster again in every run.

### wasmtime, the runtime of the cluster tests

${judgedFacts(verdicts)}

${otherFacts()}

## Every test of the cluster

| suite | test | last verdict |
| --- | --- | --- |
${verdicts.map((one) => `| ${one.suite} | ${cell(one.title)} | ${wordFor([one])} |`).join('\n')}
`;
