import { join } from 'node:path';
import type { AgentSettings } from '../lib/node-pool/installers/agent-settings';
import type { HandlerFile } from './containerd/handler-files';
import { readIfThere, remove, replaceFile } from './host/durable-file';
import { type Locations, onHost } from './locations';

/** A change under way: written before the first file is touched, gone when the change is proven or taken back. */
export interface Attempt {
  /** How to go back. What an attempt that was killed recorded stays: it is the last that worked. */
  readonly previous: {
    readonly version?: string;
    readonly blocks: readonly { readonly file: HandlerFile; readonly block?: string }[];
  };
  /**
   * `needed` before the first file is written and until containerd is back: a node on which an agent was killed between
   * the two is restarted by the next one. `no`: only the symlink moves.
   */
  readonly restart: 'no' | 'needed' | 'done';
}

/** What was proven to run; written after the proof, never before. */
export interface Proven {
  readonly version: string;
  readonly settingsSha256: string;
  /** Versions that a running pod may still be on, with the time at which they were replaced, Unix milliseconds. */
  readonly replaced: readonly { readonly version: string; readonly at: number }[];
}

/** The agent's memory on the node, one handler's. */
export class NodeState {
  private readonly directory: string;

  public constructor(
    { installDirectory, handler }: AgentSettings,
    private readonly locations: Locations,
  ) {
    this.directory = join(installDirectory, handler);
  }

  public attempt(): Promise<Attempt | undefined> {
    return this.read<Attempt>('attempt');
  }

  public writeAttempt(attempt: Attempt): Promise<void> {
    return this.write('attempt', attempt);
  }

  public async removeAttempt(): Promise<void> {
    await remove(this.file('attempt'));
  }

  public proven(): Promise<Proven | undefined> {
    return this.read<Proven>('proven');
  }

  public writeProven(proven: Proven): Promise<void> {
    return this.write('proven', proven);
  }

  public get backups(): string {
    return join(this.directory, 'backup');
  }

  /** With the shims, which are in the same directory; the attempt goes last, since with it the next run goes on. */
  public async clear(): Promise<void> {
    await remove(this.file('proven'));
    await remove(this.file('attempt'));
    await remove(onHost(this.locations, this.directory));
  }

  private async read<T>(what: string): Promise<T | undefined> {
    const text = await readIfThere(this.file(what));
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  private write(what: string, content: object): Promise<void> {
    return replaceFile(this.file(what), `${JSON.stringify(content, undefined, 2)}\n`, 0o600);
  }

  private file(what: string): string {
    return onHost(this.locations, join(this.directory, `${what}.json`));
  }
}
