import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { isErrno } from './machine/errno';
import { ToolUnavailable } from './tool-cache';

export interface GoBuildOptions {
  /** The folder of `main.go`, `go.mod` and `go.sum`. */
  readonly source: string;
  /** Package to build, when it is a program of a module that `go.mod` requires as a tool. @default - the folder itself */
  readonly program?: string;
  readonly output: string;
  readonly flags: readonly string[];
  /** Whether C code is part of it; then it is not static. @default false */
  readonly cgo?: boolean;
  /** `GOOS/GOARCH`. @default - this machine */
  readonly target?: string;
}

/**
 * A static program for this machine.
 * @throws ToolUnavailable when there is no fitting Go or a module cannot be fetched; a compiler's error is an `Error`
 */
export async function goBuild({
  source,
  program = '.',
  output,
  flags,
  cgo = false,
  target,
}: GoBuildOptions): Promise<void> {
  await fetching(() => go(['mod', 'download'], source));
  await go(['build', ...flags, '-o', output, program], source, {
    CGO_ENABLED: cgo ? '1' : '0',
    ...targetVariables(target),
  });
}

/**
 * The folder of a module's published files. Only unpacked, never compiled; no network when Go has it already.
 * @param sum what go.sum would say, since there is no go.sum outside of a module
 */
export async function goModuleDir(module: string, version: string, sum: string): Promise<string> {
  const download = (...options: string[]) => go(['mod', 'download', ...options, `${module}@${version}`], tmpdir());
  await fetching(() => download()); // once without -json, for an error that people can read
  const answer = await download('-json');
  const { Dir: directory, Sum: found } = JSON.parse(answer) as { readonly Dir: string; readonly Sum: string };
  if (found !== sum) throw new Error(`${module}@${version} has the checksum ${found}, not ${sum}`);
  return directory;
}

/** A module that cannot be had is the machine's matter; one that is not what it should be is not. */
async function fetching(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ToolUnavailable || !(error instanceof Error)) throw error;
    if (/checksum mismatch|SECURITY ERROR/.test(error.message)) throw error;
    throw new ToolUnavailable(error.message);
  }
}

function targetVariables(target: string | undefined): NodeJS.ProcessEnv {
  if (target === undefined) return {};
  const [system, processor] = target.split('/');
  return { GOOS: system, GOARCH: processor };
}

/** Runs Go, quietly. The flags and the target of the surroundings are left out: they would make another program. */
async function go(
  parameters: readonly string[],
  directory: string,
  variables: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { GOOS: _system, GOARCH: _processor, ...environment } = process.env;
  const env = { ...environment, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', ...variables };
  try {
    return (await run('go', parameters, { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new ToolUnavailable('Go is not installed');
    throw new Error(`go ${parameters[0]}: ${lastLines(error)}`);
  }
}

const run = promisify(execFile);

function lastLines(error: unknown): string {
  const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
  const said = `${stderr ?? ''}${stdout ?? ''}`.trim();
  return said === '' ? String(error) : said.split('\n').slice(-20).join('\n');
}
