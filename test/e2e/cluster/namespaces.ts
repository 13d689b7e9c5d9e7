import { type ChildProcess, type ExecFileOptions, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../conformance/machine/until';

/**
 * A machine of one's own as far as processes, mounts and network go. When its first process ends, everything in it ends:
 * the kernel sees to that.
 */
export class Namespaces {
  /** @param script what its first process runs; it makes `ready` in the scratch folder */
  public static async create(scratch: string, script: string, parameters: readonly string[]): Promise<Namespaces> {
    mkdirSync(scratch, { recursive: true });
    const log = openSync(join(scratch, 'init.log'), 'a');
    const flags = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const child = spawn('unshare', [...flags, 'bash', script, scratch, ...parameters], {
      stdio: ['ignore', log, log],
      detached: true,
    });
    child.unref();
    await until(`namespaces in ${scratch}`, 20, async () => {
      if (child.exitCode !== null) throw new Error(readFileSync(join(scratch, 'init.log'), 'utf8'));
      return existsSync(join(scratch, 'ready')) || undefined;
    });
    const pid = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).trim();
    return new Namespaces(Number(pid), scratch);
  }

  public constructor(
    /** Of the first process, as the machine outside sees it. */
    public readonly pid: number,
    public readonly scratch: string,
  ) {}

  /** Starts a program that stays; what it says goes to `NAME.log`. */
  public start(
    name: string,
    program: string,
    parameters: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): ChildProcess {
    const log = openSync(join(this.scratch, `${name}.log`), 'a');
    const child = spawn('nsenter', [...this.entry(), program, ...parameters], {
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, ...env },
      detached: true,
    });
    child.unref();
    return child;
  }

  /** Runs a program to its end. @returns what it printed */
  public async run(program: string, parameters: readonly string[], options: ExecFileOptions = {}): Promise<string> {
    const { stdout } = await promisify(execFile)('nsenter', [...this.entry(), program, ...parameters], {
      maxBuffer: 64 * 1024 * 1024,
      ...options,
      encoding: 'utf8',
    });
    return stdout;
  }

  /** As `run`, but in the network alone: files and process numbers are those outside. */
  public async inNetwork(program: string, ...parameters: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('nsenter', ['-t', String(this.pid), '-n', program, ...parameters], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  public logOf(name: string): string {
    const file = join(this.scratch, `${name}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  private entry(): string[] {
    return ['-t', String(this.pid), '-m', '-n', '-p', '--wdns=/', '--'];
  }
}
