import { App, Chart } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { WasmMicroservice, WasmNodePool, WasmRuntime } from '../../../lib';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { CONTROL_IP, METRICS_PORT } from '../cluster/control-plane';
import { clientPod, Lab } from '../lab';
import { BY_HAND, guest } from '../pods';

const lab = Lab.connect();
const NAMESPACE = 'elastic';

/** What a cluster has where metrics-server is installed. */
const METRICS_API: readonly Json[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'metrics-server', namespace: 'kube-system' },
    spec: { ports: [{ port: 443, targetPort: METRICS_PORT }] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'metrics-server',
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'metrics-server' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [CONTROL_IP] }],
    ports: [{ port: METRICS_PORT, protocol: 'TCP' }],
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'metrics-server', namespace: 'kube-system', port: 443 },
    },
  },
];

function program(): App {
  const app = new App();
  const chart = new Chart(app, NAMESPACE, { namespace: NAMESPACE });
  const pool = WasmNodePool.fromRuntimeClass(chart, 'pool', BY_HAND.metadata.name, { runtime: WasmRuntime.WASMTIME });
  new WasmMicroservice(chart, 'inventory', {
    pool,
    image: guest('inventory'),
    healthPath: '/healthz',
    cpuRequest: Cpu.millis(50),
    autoscaling: { minReplicas: 1, maxReplicas: 3 },
  });
  return app;
}

beforeAll(async () => {
  await lab.api.apply(BY_HAND);
  for (const object of METRICS_API) await lab.api.apply(object);
  await lab.deploy(program());
  await lab.rollout(NAMESPACE, 'inventory');
}, 120_000);
afterAll(async () => {
  // First the API: a namespace does not go while one that it may have objects of does not answer.
  for (const object of [...METRICS_API].reverse()) await lab.remove(object);
  await lab.removeNamespace(NAMESPACE);
  await lab.remove(BY_HAND);
  lab.close();
}, 120_000);

const autoscaler = async (): Promise<Json> =>
  (await lab.get(`/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers/inventory`)).status;

test('limits: the CPU of a guest is measured, and load brings it more pods', async () => {
  const idle = await until('a first measurement', 90, async () => {
    const { currentMetrics: [first] = [] } = await autoscaler();
    return first?.resource?.current.averageUtilization ?? first?.containerResource?.current.averageUtilization;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${JSON.stringify(await autoscaler())}`);
  });
  const url = `http://inventory.${NAMESPACE}.svc.cluster.local/healthz`;
  const load = clientPod(NAMESPACE, 'load', ['load', `--url=${url}`, '--requests=60000', '--rate=400', '--limit=2m']);
  await lab.api.create(load);
  const { desiredReplicas, currentMetrics } = await until('more pods', 120, async () => {
    const status = await autoscaler();
    return status.desiredReplicas > 1 ? status : undefined;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${JSON.stringify(await autoscaler())}`);
  });
  process.stderr.write(`e2e: idle ${idle} %, then ${JSON.stringify(currentMetrics)}: ${desiredReplicas} pods\n`);
  await lab.remove(load);
  await lab.rollout(NAMESPACE, 'inventory');
}, 300_000);
