import { join } from 'node:path';
import { readIfThere, remove, replaceFile } from './host/durable-file';
import type { Locations } from './locations';

/** What `place` finds out, for the phases that may not look at the host. */
export interface Plan {
  /** The handler table, and with it containerd's process, will change. Its Wasm pods do not survive that. */
  readonly restartsContainerd: boolean;
  /** Handlers whose pods survive a restart, because they are runc's. */
  readonly runcHandlers: readonly string[];
}

/** What became of it. Missing: nothing has failed so far, and nothing is proven. */
export type Verdict =
  | {
      readonly proven: true /** Start of the oldest pod under the handler, if any; Unix milliseconds. */;
      readonly oldestPod?: number;
    }
  | { readonly proven: false; readonly phase: string; readonly reason: string };

/** The folder through which the phases of one pod speak to each other. */
export class HandOver {
  public constructor(private readonly locations: Locations) {}

  /** Of an earlier life of this pod: an emptyDir outlives a reboot. */
  public async clear(): Promise<void> {
    for (const name of ['plan', 'applied', 'verdict']) await remove(this.file(name));
  }

  public plan(): Promise<Plan | undefined> {
    return this.read<Plan>('plan');
  }

  public writePlan(plan: Plan): Promise<void> {
    return this.write('plan', plan);
  }

  /** When containerd came back, Unix milliseconds, if `apply` has restarted it. */
  public async restartedAt(): Promise<number | undefined> {
    return (await this.read<{ readonly restartedAt?: number }>('applied'))?.restartedAt;
  }

  public writeRestartedAt(restartedAt: number): Promise<void> {
    return this.write('applied', { restartedAt });
  }

  public verdict(): Promise<Verdict | undefined> {
    return this.read<Verdict>('verdict');
  }

  public writeVerdict(verdict: Verdict): Promise<void> {
    return this.write('verdict', verdict);
  }

  private async read<T>(name: string): Promise<T | undefined> {
    const text = await readIfThere(this.file(name));
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  /** Readable for all, since the phases run as different users. */
  private write(name: string, content: object): Promise<void> {
    return replaceFile(this.file(name), `${JSON.stringify(content)}\n`, 0o666);
  }

  private file(name: string): string {
    return join(this.locations.handOver, `${name}.json`);
  }
}
