import { until } from '../../test/conformance/machine/until';
import type { Lab } from '../../test/e2e/lab';
import type { Json } from '../../test/support/programs';
import { firstAnswer } from './guests';
import { asNative, microservice, type Objects, withProbes } from './services';
import { ask, clearStage, isReady, NAMESPACE, NODE, stopwatch } from './stage';
import { ratio, Sample, seconds } from './statistics';
import type { Finding } from './table';

const ROUNDS = 5;

/** Seconds since the first object was applied. */
interface Start<T> {
  /** Until the program answers at the pod's own address. */
  readonly own: T;
  readonly ready: T;
  /** Until it answers through the Service. */
  readonly service: T;
}

interface Side extends Start<Sample> {
  readonly name: string;
  readonly objects: Objects;
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
  for (const objects of [ours, asNative(ours)]) await once(lab, objects); // images are pulled, code is compiled
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of sides) {
      const { own, ready, service } = await once(lab, one.objects);
      one.own.add(own);
      one.ready.add(ready);
      one.service.add(service);
    }
  }
  const [base] = sides;
  return {
    title: 'From apply to Ready, and to the first 200 through the Service',
    conditions: `The inventory (Rust, artifact), one pod, its image on the node and compiled; ${ROUNDS} rounds in turns; median (least–most). Asked every 50 ms. All sides are the objects of WasmMicroservice on the same node; only what the row says differs. SpinApp's \`checks\` are readiness and liveness by httpGet with initialDelaySeconds 10 and periodSeconds 10 where the app says nothing else, and no startup probe; an app without \`checks\` has no probes (spin-operator, api/v1alpha1/spinapp_types.go and internal/controller/deployment.go).`,
    columns: [
      'service',
      'first 200 at its own address',
      'Ready',
      'first 200 through the Service',
      'ratio of Ready',
      'of the Service',
    ],
    rows: sides.map(({ name, own, ready, service }) => [
      name,
      ...[own, ready, service].map(seconds),
      base === undefined ? '' : ratio(ready, base.ready),
      base === undefined ? '' : ratio(service, base.service),
    ]),
    limits:
      'no Spin ran here: the probes are those of SpinApp, guest and shim are ours. Ready of a pod without probes says that its container runs, no more. The first 200 through the Service comes in steps of about a second, as kube-proxy writes its rules at most once a second where nothing else is configured: between sides with the same probes a ratio of up to 1.5 is such a step. This guest starts fast; one that does not gains more from its probes.',
  };
}

const side = (name: string, objects: Objects): Side => ({
  ...{ name, objects },
  ...{ own: new Sample(), ready: new Sample(), service: new Sample() },
});

/** What spin-operator makes of `checks.{readiness,liveness}.httpGet.path` alone. */
function spinAppChecks(path: string): Json {
  const probe = {
    httpGet: { path, port: 8080 },
    ...{ initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  };
  return { readinessProbe: probe, livenessProbe: probe };
}

async function once(lab: Lab, objects: Objects): Promise<Start<number>> {
  const elapsed = stopwatch();
  const stored = [];
  for (const object of objects) stored.push((await lab.api.apply(object)).object as Json);
  const url = `http://${stored.find(({ kind }) => kind === 'Service').spec.clusterIP}/healthz`;
  const [own, ready, service] = await Promise.all([
    ownAnswer(lab).then(elapsed),
    until('Ready', 60, async () => ((await lab.pods(NAMESPACE)).some(isReady) ? elapsed() : undefined)),
    until('a 200', 60, async () => ((await ask(url)) === 200 ? elapsed() : undefined)),
  ]).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${await lab.describe(NAMESPACE)}`);
  });
  await clearStage(lab);
  return { own, ready, service };
}

async function ownAnswer(lab: Lab): Promise<void> {
  const pod = await until('a pod', 30, async () => (await lab.pods(NAMESPACE))[0]);
  await firstAnswer(lab.node(NODE), pod);
}
