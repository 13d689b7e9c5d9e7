import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A part of the control plane that keeps its files in a scratch folder. */
export class ScratchProcess {
  /**
   * The program's standard input is a pipe from this process: when this process dies, however it dies, the pipe ends,
   * and with it the program and its scratch folder (see control-plane/main.go).
   */
  public static start(program: string, part: string, flags: readonly string[], scratch: string): ScratchProcess {
    const logFile = join(scratch, `${part}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn(program, [part, ...flags], {
      stdio: ['pipe', log, log],
      env: { CONTROL_PLANE_SCRATCH: scratch }, // and no proxy, locale or credential of the surroundings
    });
    closeSync(log);
    return new ScratchProcess(part, child, logFile);
  }

  private readonly end: Promise<string>;
  private result: string | undefined;

  private constructor(
    private readonly part: string,
    private readonly child: ChildProcess,
    private readonly logFile: string,
  ) {
    this.end = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(String(signal ?? code)));
    });
    this.end.then((result) => {
      this.result = result;
    });
  }

  /** The exit code or signal with the last lines of the log, or undefined while the program runs. */
  public whyEnded(): string | undefined {
    if (this.result === undefined) return undefined;
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n');
    return [`${this.part} ended with ${this.result}`, ...lines.slice(-15)].join('\n');
  }

  /** In the way the death of this process would do it. */
  public async stop(): Promise<void> {
    this.child.stdin?.end();
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
    await this.end;
    clearTimeout(impatience);
  }
}
