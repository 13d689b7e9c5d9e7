import { until } from '../../test/conformance/machine/until';
import type { Lab } from '../../test/e2e/lab';
import type { Json } from '../../test/support/programs';
import { asNative, microservice, type Objects, withProbes } from './services';
import { ask, clearStage, isReady, NAMESPACE, stopwatch } from './stage';
import { ratio, Sample, seconds } from './statistics';
import type { Finding } from './table';

const ROUNDS = 5;

interface Side {
  readonly name: string;
  readonly objects: Objects;
  readonly ready: Sample;
  readonly answered: Sample;
  readonly gap: Sample;
}

/** From `apply` to Ready and to the first 200 through the Service. */
export async function untilAnswered(lab: Lab): Promise<Finding> {
  const ours = await microservice(lab);
  const sides = [
    side('WasmMicroservice, defaults', ours),
    side('the same, `checks` of SpinApp', withProbes(ours, spinAppChecks('/healthz'))),
    side('the same, no probes (SpinApp without `checks`)', withProbes(ours, {})),
    side('the same, native program in a Linux container', asNative(ours)),
  ];
  for (const { objects } of sides) await once(lab, objects); // images are pulled, code is compiled
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of sides) {
      const { ready, answered } = await once(lab, one.objects);
      one.ready.add(ready);
      one.answered.add(answered);
      one.gap.add(answered - ready);
    }
  }
  const [base] = sides;
  return {
    title: 'From apply to Ready, and to the first 200 through the Service',
    conditions: `The inventory (Rust, artifact), one pod, its image on the node and compiled; ${ROUNDS} rounds in turns after one that is not counted; median (least–most). Asked every 50 ms. All sides are the objects of WasmMicroservice on the same node; only what the row says differs. SpinApp's \`checks\` are readiness and liveness by httpGet with initialDelaySeconds 10 and periodSeconds 10 where the app says nothing else, and no startup probe; an app without \`checks\` has no probes (spin-operator, api/v1alpha1/spinapp_types.go and internal/controller/deployment.go).`,
    columns: ['service', 'Ready', 'first 200', 'ratio of the 200', 'first 200 after Ready'],
    rows: sides.map(({ name, ready, answered, gap }) => [
      name,
      seconds(ready),
      seconds(answered),
      base === undefined ? '' : ratio(answered, base.answered),
      seconds(gap),
    ]),
    limits:
      'no Spin ran here: the probes are those of SpinApp, the guest and the shim are ours. Without probes a pod is Ready before it listens; with a slow start that is a gap in which requests fail. kube-proxy writes its rules at most once a second, which is in the last column of every row.',
  };
}

const side = (name: string, objects: Objects): Side => ({
  ...{ name, objects },
  ...{ ready: new Sample(), answered: new Sample(), gap: new Sample() },
});

/** What spin-operator makes of `checks.{readiness,liveness}.httpGet.path` alone. */
function spinAppChecks(path: string): Json {
  const probe = {
    httpGet: { path, port: 8080 },
    ...{ initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  };
  return { readinessProbe: probe, livenessProbe: probe };
}

async function once(lab: Lab, objects: Objects): Promise<{ readonly ready: number; readonly answered: number }> {
  const elapsed = stopwatch();
  const stored = [];
  for (const object of objects) stored.push((await lab.api.apply(object)).object as Json);
  const url = `http://${stored.find(({ kind }) => kind === 'Service').spec.clusterIP}/healthz`;
  const [ready, answered] = await Promise.all([
    until('Ready', 60, async () => ((await lab.pods(NAMESPACE)).some(isReady) ? elapsed() : undefined)),
    until('a 200', 60, async () => ((await ask(url)) === 200 ? elapsed() : undefined)),
  ]).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${await lab.describe(NAMESPACE)}`);
  });
  await clearStage(lab);
  return { ready, answered };
}
