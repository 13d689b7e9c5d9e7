// Writes lib/node-pool/installers/agent-program.ts: the agent as one readable CommonJS file, for a ConfigMap.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const OUTPUT = join(__dirname, '..', 'lib', 'node-pool', 'installers', 'agent-program.ts');

/** The program as it runs on nodes. Not minified: whoever operates the node should be able to read it. */
export function bundleAgent(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'main.ts')],
    absWorkingDir: join(__dirname, '..'), // else the paths in the comments depend on where one stands
    tsconfigRaw: {},
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    legalComments: 'eof',
    charset: 'ascii',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** A line of the program a line of the file, so that a change of it can be reviewed. */
export function agentProgramSource(program: string): string {
  const lines = program.split('\n').map((line) => `  ${JSON.stringify(line)},\n`);
  return (
    '// Made by `npx projen agent` from the folder agent/; do not edit.\n\n' +
    '/** The node agent of the `daemonSet` installer: one CommonJS file for Node 20 and later. */\n' +
    `export const AGENT_PROGRAM = [\n${lines.join('')}].join('\\n');\n`
  );
}

if (require.main === module) writeFileSync(OUTPUT, agentProgramSource(bundleAgent()));
