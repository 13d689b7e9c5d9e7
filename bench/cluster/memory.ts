import { setTimeout as delay } from 'node:timers/promises';
import { ImageFormat, WasmRuntime } from '../../lib';
import type { Lab } from '../../test/e2e/lab';
import { firstSign, NATIVE, PROGRAMS, type Program, podOf, referenceOf } from './guests';
import { memoryOf } from './pod-memory';
import { clearStage, OTHER_NODE } from './stage';
import { Sample } from './statistics';
import type { Finding } from './table';

const ROUNDS = 2;
/** Until what the start needed is given back. */
const SETTLE = 2_000;

/** What one pod costs, alone on its node. */
export async function memory(lab: Lab): Promise<Finding> {
  const node = lab.node(OTHER_NODE);
  const sides = [...PROGRAMS.flatMap(ofProgram), side(NATIVE.name, NATIVE, ROUNDS)];
  for (let round = 0; round < ROUNDS; round++) {
    for (const { program, rounds, ...sample } of sides) {
      if (round >= rounds) continue;
      const reference = await referenceOf(lab, program);
      const { pod } = await firstSign(lab, node, program, podOf(program, reference, OTHER_NODE));
      await delay(SETTLE);
      const [found] = memoryOf(node, [pod.metadata.uid]);
      if (found === undefined) continue;
      sample.inside.add(found.inside);
      sample.outside.add(found.outside);
      sample.workingSet.add(found.workingSet);
      await clearStage(lab);
    }
  }
  const { overheadMiB } = WasmRuntime.WASMTIME.facts;
  return {
    title: 'Memory of one pod, alone on its node',
    conditions: `PSS of every process of the pod ${SETTLE / 1000} s after its first sign of life: those in the pod's cgroup (guest, pause), and the shim with its helpers outside of it; ${ROUNDS} rounds, median (least–most); the pod that compiles an artifact is one. The pause of this cluster is a Go program of 6.5 MB, in the cgroup of every row.`,
    columns: ['program, format', 'PSS in the cgroup', 'PSS outside', 'together', 'working set of the cgroup'],
    rows: sides.map(({ name, inside, outside, workingSet }) => [
      name,
      ...[inside, outside].map((sample) => sample.text('MiB', 1)),
      `${(inside.median + outside.median).toFixed(1)} MiB`,
      workingSet.text('MiB', 1),
    ]),
    limits: `what a shim took to compile an artifact lies outside of the pod's cgroup and of its limit. In a look by hand it still had it a minute later; this program does not look so long. The catalogue says ${overheadMiB?.value} MiB of overhead a pod, which the RuntimeClass declares and nothing enforces: compare it with what is outside, row by row. A row that compiles has one value. PSS shares common pages among processes, those of other clusters on the machine too: a shim that is alone looks larger than one among many, see the next table. Another shim has other figures.`,
  };
}

/** An artifact has two rows: a node compiles it for its first pod. The first of them starts first. */
const ofProgram = (program: Program) =>
  program.format === ImageFormat.ARTIFACT
    ? [side(`${program.name}, compiles it`, program, 1), side(`${program.name}, finds it compiled`, program, ROUNDS)]
    : [side(program.name, program, ROUNDS)];

const side = (name: string, program: Program, rounds: number) => ({
  ...{ name, program, rounds },
  ...{ inside: new Sample(), outside: new Sample(), workingSet: new Sample() },
});
