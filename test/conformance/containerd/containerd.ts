import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isCi } from '../machine/ci';
import { cachedTool } from '../tool-cache';
import { CONTAINERD_MINORS, type ContainerdMinor, containerdRecipe } from './containerd.recipe';

/** A real containerd of one minor version, asked what it makes of a configuration. */
export class Containerd {
  public constructor(private readonly program: string) {}

  /** `containerd config default` */
  public defaults(): string {
    return this.run('config', 'default');
  }

  /** `containerd --config FILE config dump`: all files merged, migrated and read by the plugins. @throws with its words */
  public dump(file: string): string {
    return this.run('--config', file, 'config', 'dump');
  }

  public version(): string {
    return this.run('--version');
  }

  private run(...parameters: string[]): string {
    return execFileSync(this.program, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** Declares tests for every minor version; without the programs they are skipped, and fail in CI. */
export function describeWithContainerds(
  title: string,
  tests: (get: (minor: ContainerdMinor) => Containerd) => void,
): void {
  const absent = CONTAINERD_MINORS.filter((minor) => cachedTool(containerdRecipe(minor)) === undefined);
  if (absent.length === 0) {
    describe(title, () => tests(containerdOf));
    return;
  }
  const reason = `not in the cache: containerd ${absent.join(', ')}; run prepare.ts`;
  if (!isCi()) describe.skip(`${title} (${reason})`, () => tests(containerdOf));
  else
    test(`${title}: ${reason}`, () => {
      throw new Error(reason);
    });
}

function containerdOf(minor: ContainerdMinor): Containerd {
  const tool = cachedTool(containerdRecipe(minor));
  if (tool === undefined) throw new Error(`containerd ${minor} is not in the cache`);
  return new Containerd(join(tool, 'containerd'));
}
