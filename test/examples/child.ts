import { spawn } from 'node:child_process';

/** What a program did. */
export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** Added to the surroundings; `undefined` takes a variable away. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end, whatever its exit code. */
export function run(program: string, parameters: readonly string[], { cwd, env }: ChildOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      cwd,
      env: { ...surroundings(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? String(signal), ...output }));
  });
}

/** As `run`, for what has to succeed: everything it said is in the error. */
export async function runWell(program: string, parameters: readonly string[], options?: ChildOptions): Promise<Ended> {
  const ended = await run(program, parameters, options);
  if (ended.code === 0) return ended;
  throw new Error(`${program} ${parameters.join(' ')}: ${ended.code}\n${ended.stdout}${ended.stderr}`);
}

/**
 * Without what npm, projen and jest leave there for their children: a user starts these programs from a shell.
 * Settings of npm stay, a machine may need its own registry or cache.
 */
function surroundings(): NodeJS.ProcessEnv {
  const theirs = /^(npm_(?!config_)|npm_config_local_prefix$|CDK8S_|JEST_|NODE_ENV$|NODE_OPTIONS$|TSX_|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !theirs.test(name)));
}
