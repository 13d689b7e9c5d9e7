import { ApiObject, App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { IMAGE, LAYOUT, report, SERVICES } from './measure';

/** The same objects as wasm-services.ts, written by hand with cdk8s-plus-28. */
const app = new App();
const platform = new Chart(app, 'platform', { namespace: 'shop' });
new ApiObject(platform, 'runtime-class', { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', handler: 'wasmtime' });
for (let i = 0; i < SERVICES; i++) {
  const chart = LAYOUT === 'one-chart' ? platform : new Chart(app, `chart-${i}`, { namespace: 'shop' });
  service(chart, `service-${i}`);
}
app.synth();
report(app);

function service(chart: Chart, name: string): void {
  const metadata = { name, labels: { 'app.kubernetes.io/name': name } };
  const serviceAccount = new kplus.ServiceAccount(chart, `${name}-account`, { metadata, automountToken: false });
  const probe = kplus.Probe.fromHttpGet('/healthz', {
    periodSeconds: Duration.seconds(1),
    timeoutSeconds: Duration.seconds(1),
  });
  const deployment = new kplus.Deployment(chart, name, {
    metadata,
    serviceAccount,
    securityContext: { ensureNonRoot: true, user: 65532, group: 65532 },
    terminationGracePeriod: Duration.seconds(10),
    containers: [
      {
        name,
        image: IMAGE,
        command: ['/app.wasm'],
        portNumber: 8080,
        startup: probe,
        readiness: probe,
        liveness: probe,
        resources: {
          cpu: { request: kplus.Cpu.millis(50) },
          memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) },
        },
        securityContext: { user: 65532, group: 65532, readOnlyRootFilesystem: true },
      },
    ],
  });
  ApiObject.of(deployment).addJsonPatch(
    JsonPatch.add('/spec/template/spec/runtimeClassName', 'wasmtime'),
    JsonPatch.add('/spec/template/spec/enableServiceLinks', false),
    JsonPatch.add('/spec/template/spec/topologySpreadConstraints', [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: metadata.labels },
      },
    ]),
  );
  deployment.exposeViaService({ name: `${name}-service`, ports: [{ port: 80, targetPort: 8080 }] });
  new kplus.HorizontalPodAutoscaler(chart, `${name}-scaler`, {
    metadata,
    target: deployment,
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(70))],
  });
  new ApiObject(chart, `${name}-budget`, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: metadata.labels } },
  });
}
