import { App, Chart } from 'cdk8s';
import { WasmNodePool, WasmRuntime } from 'cdk8s-wasm';
import { report } from './measure';

/** The least a program with this library does. */
const app = new App();
new WasmNodePool(new Chart(app, 'platform'), 'edge', { runtime: WasmRuntime.WASMTIME });
app.synth();
report(app);
