import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/**
 * A running Envoy. Between it and this process stands a shell that waits for the end of its own standard input: when
 * this process dies, however it dies, Envoy ends too and its scratch folder is removed.
 */
export class EnvoyProcess {
  private readonly child: ChildProcess;
  private readonly end: Promise<void>;
  private ended = false;

  public constructor(
    program: string,
    parameters: readonly string[],
    private readonly logFile: string,
    scratch: string,
  ) {
    const log = openSync(logFile, 'a');
    this.child = spawn('/bin/sh', ['-c', GUARD, 'guard', scratch, program, ...parameters], {
      stdio: ['pipe', log, log, 'ignore'],
      env: { PATH: process.env.PATH }, // for the shell; Envoy reads nothing of it
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

  /** @throws with the end of the log, when Envoy does not run any more */
  public assertRuns(): void {
    if (this.ended) throw new Error(`Envoy ended:\n${this.log.split('\n').slice(-15).join('\n')}`);
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
envoy=$!
(cat <&3 >/dev/null; kill -KILL $envoy 2>/dev/null; rm -rf "$scratch") &
guard=$!
exec 3<&-
wait $envoy
kill $guard 2>/dev/null
`;
