import { setTimeout as delay } from 'node:timers/promises';
import { WasmRuntime } from '../../lib';
import type { Lab } from '../../test/e2e/lab';
import { firstSign, NATIVE, PROGRAMS, podOf, referenceOf } from './guests';
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
  const sides = [...PROGRAMS, NATIVE].map((program) => ({
    program,
    ...{ inside: new Sample(), outside: new Sample(), workingSet: new Sample() },
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { program, ...sample } of sides) {
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
    conditions: `PSS of every process of the pod ${SETTLE / 1000} s after its first sign of life: those in the pod's cgroup (guest, pause), and the shim with its helpers outside of it; ${ROUNDS} rounds, median (least–most).`,
    columns: ['program, format', 'PSS in the cgroup', 'PSS outside', 'together', 'working set of the cgroup'],
    rows: sides.map(({ program, inside, outside, workingSet }) => [
      program.name,
      ...[inside, outside].map((sample) => sample.text('MiB', 1)),
      `${(inside.median + outside.median).toFixed(1)} MiB`,
      workingSet.text('MiB', 1),
    ]),
    limits: `outside, the most is of the pod whose start compiled an artifact: its shim keeps that memory; the least is of one that found it compiled. PSS shares common pages among processes, so the shim of a pod that is alone on its node looks larger than one among many: see the next table. The catalogue says ${overheadMiB?.value} MiB of overhead a pod, which the RuntimeClass declares and nothing enforces. Another shim has other figures.`,
  };
}
