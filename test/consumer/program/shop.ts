// What a user writes after `npm install cdk8s-wasm`. Type-checked and run with the packed package, not with lib.
import { App, Chart } from 'cdk8s';
import { WasmImage, WasmMicroservice, WasmNodePool, WasmPayload, WasmRuntime } from 'cdk8s-wasm';

const app = new App();
const shop = new Chart(app, 'shop', { namespace: 'shop' });
const pool: WasmNodePool = new WasmNodePool(shop, 'edge', { runtime: WasmRuntime.WASMTIME });
const image: WasmImage = WasmImage.fromRegistry(`ghcr.io/acme/cart@sha256:${'a'.repeat(64)}`, {
  payload: WasmPayload.HTTP_COMPONENT,
});
const cart = new WasmMicroservice(shop, 'cart', { pool, image, healthPath: '/healthz' });
const gateway = new WasmMicroservice(shop, 'gateway', { pool, image, healthPath: '/healthz' });
gateway.calls(cart);
app.synth();
