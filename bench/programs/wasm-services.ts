import { App, Chart } from 'cdk8s';
import { WasmImage, WasmMicroservice, WasmNodePool, WasmPayload, WasmRuntime } from 'cdk8s-wasm';
import { IMAGE, LAYOUT, report, SERVICES } from './measure';

/** SERVICES services with this library, in one chart or a chart each. */
const app = new App();
const platform = new Chart(app, 'platform', { namespace: 'shop' });
const pool = new WasmNodePool(platform, 'edge', { runtime: WasmRuntime.WASMTIME });
const image = WasmImage.fromRegistry(IMAGE, { payload: WasmPayload.HTTP_COMPONENT });
for (let i = 0; i < SERVICES; i++) {
  const chart = LAYOUT === 'one-chart' ? platform : new Chart(app, `chart-${i}`, { namespace: 'shop' });
  new WasmMicroservice(chart, `service-${i}`, {
    pool,
    image,
    healthPath: '/healthz',
    autoscaling: { minReplicas: 2, maxReplicas: 5 },
  });
}
app.synth();
report(app);
