import { clientPod, type Lab } from '../../test/e2e/lab';
import { firstSign, PROGRAMS, podOf, referenceOf } from './guests';
import { forgetImages, kept } from './node-state';
import { clearStage, NAMESPACE, OTHER_NODE } from './stage';
import { Sample, seconds } from './statistics';
import type { Finding } from './table';

const ROUNDS = 3;

/** The first pod of an image on a node, which pulls and compiles, and the second, beside it. */
export async function firstAndSecond(lab: Lab): Promise<Finding> {
  const node = lab.node(OTHER_NODE);
  const before = await withoutGuests(lab);
  const sides = PROGRAMS.map((program) => ({ program, first: new Sample(), second: new Sample() }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { program, first, second } of sides) {
      const reference = await referenceOf(lab, program);
      for (const sample of [first, second]) {
        const sign = await firstSign(lab, node, program, podOf(program, reference, OTHER_NODE));
        sample.add(sign.seconds);
      }
      await clearStage(lab);
      await forgetImages(node, before);
    }
  }
  return {
    title: 'The first and the second pod of an image on a node',
    conditions: `From the order to the first answer at the pod's own address, or to its first line; ${ROUNDS} rounds in turns, median (least–most). Before each first pod containerd was seen to keep neither the image nor a blob nor a layer of it, compiled code included; the registry is on the same machine. The second pod starts while the first one runs.`,
    columns: ['guest, format', 'first', 'second', 'second / first'],
    rows: sides.map(({ program, first, second }) => [
      program.name,
      seconds(first),
      seconds(second),
      (second.median / first.median).toFixed(2),
    ]),
    limits:
      'a registry over a network adds the time of the download to the first pod. Compilation uses every core that is free: on a loaded node it takes several times as long. A root file system is compiled at every start by these shims, an artifact once a node.',
  };
}

/** What the node keeps when its only image is that of every sandbox. */
async function withoutGuests(lab: Lab): Promise<readonly string[]> {
  const { spec, ...pod } = clientPod(NAMESPACE, 'pause', ['pause']);
  const here = { nodeSelector: { 'kubernetes.io/hostname': OTHER_NODE }, tolerations: [{ operator: 'Exists' }] };
  await lab.api.create({ ...pod, spec: { ...spec, ...here } });
  await lab.running(NAMESPACE, 'pause');
  await clearStage(lab);
  return kept(lab.node(OTHER_NODE));
}
