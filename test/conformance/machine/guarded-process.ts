import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A program with a scratch folder. Between it and this process stands a shell that waits for the end of its own standard
 * input: when this process dies, however it dies, the program ends too and its scratch folder is removed.
 */
export class GuardedProcess {
  private readonly child: ChildProcess;
  private readonly end: Promise<void>;
  private readonly logFile: string;
  private ended = false;

  public constructor(
    private readonly name: string,
    program: string,
    parameters: readonly string[],
    scratch: string,
    env: Readonly<Record<string, string>> = {},
  ) {
    this.logFile = join(scratch, `${name}.log`);
    const log = openSync(this.logFile, 'a');
    this.child = spawn('/bin/sh', ['-c', GUARD, 'guard', scratch, program, ...parameters], {
      stdio: ['pipe', log, log, 'ignore'],
      env: { PATH: process.env.PATH, ...env },
    });
    closeSync(log);
    this.end = new Promise((resolve) => {
      this.child.once('error', () => resolve());
      this.child.once('exit', () => resolve());
    });
    this.end.then(() => {
      this.ended = true;
    });
  }

  public get log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** @throws with the end of the log, when the program does not run any more */
  public assertRuns(): void {
    if (this.ended) throw new Error(`${this.name} ended:\n${this.log.split('\n').slice(-15).join('\n')}`);
  }

  public async stop(): Promise<void> {
    this.child.stdin?.on('error', () => undefined); // it may have ended already
    this.child.stdin?.end();
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
    await this.end;
    clearTimeout(impatience);
  }
}

/** Standard input is put aside as 3, since a shell gives /dev/null to what runs in the background. */
const GUARD = `
scratch=$1; shift
exec 3<&0
"$@" 3<&- &
program=$!
(cat <&3 >/dev/null; kill -KILL $program 2>/dev/null; rm -rf "$scratch") &
guard=$!
exec 3<&-
wait $program
kill $guard 2>/dev/null
`;
