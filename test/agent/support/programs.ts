import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** A test that needs a program of the system; where it is not installed it is skipped, with the reason in the title. */
export function testWith(program: string, title: string, body: () => Promise<void>): void {
  const missing = spawnSync(program, ['--version']).error !== undefined;
  (missing ? test.skip : test)(missing ? `${title} (${program} is not installed)` : title, body);
}

/** What a program writes to its output. @throws with what it writes to its error output */
export async function run(program: string, parameters: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, parameters)).stdout;
}
