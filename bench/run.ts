import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cost } from './programs/measure';

/** Runs pairs of programs in turns, each in a process of its own, and prints the ratio of their medians. */

interface Side {
  readonly name: string;
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
}

interface Comparison {
  readonly title: string;
  readonly rounds: number;
  readonly sides: readonly [Side, Side];
}

const MODULE = join(__dirname, '..', 'examples', 'polyglot-shop', 'services', 'gateway.wasm');

const services = (count: number, layout: string, rounds: number): Comparison => ({
  title: `synth of ${count} services, ${layout}`,
  rounds,
  sides: [
    {
      name: 'cdk8s-plus-28 by hand',
      program: 'plus-services',
      environment: { BENCH_SERVICES: `${count}`, BENCH_LAYOUT: layout },
    },
    { name: 'cdk8s-wasm', program: 'wasm-services', environment: { BENCH_SERVICES: `${count}`, BENCH_LAYOUT: layout } },
  ],
});

const module = (layout: string): Comparison => ({
  title: `12 MB component, inspected and packed as ${layout}`,
  rounds: 5,
  sides: [
    { name: 'read and sha256 alone', program: 'module', environment: { BENCH_MODULE: MODULE, BENCH_LAYOUT: 'sha256' } },
    { name: 'cdk8s-wasm', program: 'module', environment: { BENCH_MODULE: MODULE, BENCH_LAYOUT: layout } },
  ],
});

const COMPARISONS: readonly Comparison[] = [
  {
    title: 'start of a program',
    rounds: 7,
    sides: [
      { name: 'empty cdk8s app', program: 'empty-app' },
      { name: 'one WasmNodePool', program: 'empty-wasm-app' },
    ],
  },
  module('artifact'),
  module('image'),
  services(1000, 'one-chart', 3),
  services(1000, 'chart-per-service', 1),
];

function run({ program, environment }: Side): Cost {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const args = ['--import', 'tsx', join(__dirname, 'programs', `${program}.ts`)];
    const env = {
      ...process.env,
      ...environment,
      CDK8S_OUTDIR: outdir,
      TSX_TSCONFIG_PATH: join(__dirname, 'tsconfig.json'),
    };
    return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' })) as Cost;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function compare({ title, rounds, sides }: Comparison): void {
  const costs = sides.map((): Cost[] => []);
  for (let round = 0; round < rounds; round++) for (const [i, side] of sides.entries()) costs[i]?.push(run(side));
  const [base, ours] = costs.map((all) => ({
    cpu: median(all.map((cost) => cost.cpuMilliseconds)),
    memory: median(all.map((cost) => cost.peakMegabytes)),
    objects: all[0]?.objects ?? 0,
  }));
  if (base === undefined || ours === undefined) return;
  const line = (side: Side, cost: typeof base) =>
    `  ${side.name.padEnd(24)}${cost.cpu.toFixed(0).padStart(8)} ms CPU ${cost.memory.toFixed(0).padStart(6)} MB ${cost.objects === 0 ? '' : `${cost.objects} objects`}`;
  console.log(`${title} (${rounds} round${rounds === 1 ? '' : 's'}, in turns)`);
  console.log([line(sides[0], base), line(sides[1], ours)].join('\n'));
  console.log(`  ratio ${(ours.cpu / base.cpu).toFixed(2)} CPU, ${(ours.memory / base.memory).toFixed(2)} memory\n`);
}

console.log(
  `Node ${process.version}, ${cpus().length} CPUs (${cpus()[0]?.model}). CPU time of whole processes, TypeScript stripped by tsx on both sides.\n`,
);
for (const comparison of COMPARISONS) compare(comparison);
