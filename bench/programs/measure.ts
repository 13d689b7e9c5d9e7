import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdk8s';

/** What a benchmarked program is told, and what it tells back: one line of JSON on stdout. */
export const SERVICES = Number(process.env.BENCH_SERVICES ?? 0);
export const LAYOUT = process.env.BENCH_LAYOUT ?? 'one-chart';
export const IMAGE = `ghcr.io/acme/cart@sha256:${'a'.repeat(64)}`;

/** Cost of a whole program, from the start of its process. */
export interface Cost {
  readonly cpuMilliseconds: number;
  readonly peakMegabytes: number;
  /** Objects that were written, so that both sides are seen to do the same work. */
  readonly objects: number;
}

export function report(app?: App): void {
  const { user, system } = process.cpuUsage();
  const cost: Cost = {
    cpuMilliseconds: (user + system) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    objects: app === undefined ? 0 : objectsIn(app.outdir),
  };
  process.stdout.write(`${JSON.stringify(cost)}\n`);
}

const objectsIn = (outdir: string): number =>
  !existsSync(outdir)
    ? 0
    : readdirSync(outdir).reduce(
        (sum, file) => sum + (readFileSync(join(outdir, file), 'utf8').match(/^kind:/gm)?.length ?? 0),
        0,
      );
