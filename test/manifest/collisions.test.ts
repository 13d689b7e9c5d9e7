import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { ConfigMap, Namespace } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Manifest, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../lib';
import { findingsOf, httpImage, platform } from '../support/programs';

const manifest = (chart: Chart, id: string, name: string, kind = 'ConfigMap', apiVersion = 'v1') =>
  new Manifest(new Construct(chart, id), 'Resource', { apiVersion, kind, name, content: { render: () => ({}) } });

test('refuses two constructs that declare the same object', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), replicas: 1 });
  manifest(chart, 'legacy', 'cart', 'Service');
  expect(findingsOf(chart)).toEqual([
    '[] WASM0101: Service shop/cart is declared by shop/cart/Service and by shop/legacy/Resource; give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  ]);
});

test('accepts the same two under different names', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), replicas: 1 });
  manifest(chart, 'legacy', 'old-cart', 'Service');
  expect(findingsOf(chart)).toEqual([]);
});

test('refuses an object of ours and a cdk8s-plus object of one name', () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  manifest(chart, 'ours', 'settings');
  new ConfigMap(chart, 'theirs', { metadata: { name: 'settings' } });
  expect(findingsOf(chart)).toEqual([
    '[] WASM0101: ConfigMap shop/settings is declared by shop/ours/Resource and by shop/theirs/Resource; give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  ]);
});

test('names everybody who declares the object', () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  for (const id of ['a', 'b', 'c']) manifest(chart, id, 'settings');
  expect(findingsOf(chart)).toEqual([
    '[] WASM0101: ConfigMap shop/settings is declared by shop/a/Resource and by shop/b/Resource and by shop/c/Resource; give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  ]);
});

test('accepts one name in two charts with different namespaces', () => {
  const app = Testing.app();
  for (const namespace of ['shop', 'stock']) manifest(new Chart(app, namespace, { namespace }), 'settings', 'settings');
  expect(findingsOf(app)).toEqual([]);
});

test('refuses one name in two charts of one namespace', () => {
  const app = Testing.app();
  for (const id of ['one', 'two']) manifest(new Chart(app, id, { namespace: 'shop' }), 'settings', 'settings');
  expect(findingsOf(app)).toEqual([
    '[] WASM0101: ConfigMap shop/settings is declared by one/settings/Resource and by two/settings/Resource; give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  ]);
});

test('refuses one RuntimeClass in two charts, whatever their namespaces: it lives in none', () => {
  const app = Testing.app();
  for (const namespace of ['shop', 'stock'])
    new WasmNodePool(new Chart(app, namespace, { namespace }), 'edge', { runtime: WasmRuntime.WASMTIME });
  expect(findingsOf(app)).toEqual([
    '[] WASM0101: RuntimeClass wasmtime-edge is declared by shop/edge/Resource and by stock/edge/Resource; give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  ]);
});

test('accepts two pools of one name under two handlers, as each has its own RuntimeClass', () => {
  const app = Testing.app();
  for (const runtime of [WasmRuntime.WASMTIME, WasmRuntime.SPIN])
    new WasmNodePool(new Chart(app, runtime.name), 'edge', { runtime });
  expect(findingsOf(app)).toEqual([]);
});

test('accepts one name for two kinds, and for one kind of two API groups', () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  manifest(chart, 'a', 'cart', 'ConfigMap');
  manifest(chart, 'b', 'cart', 'Secret');
  manifest(chart, 'c', 'cart', 'Service', 'serving.knative.dev/v1');
  manifest(chart, 'd', 'cart', 'Service');
  expect(findingsOf(chart)).toEqual([]);
});

test('takes two versions of one API group for one object, as the API server does', () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  manifest(chart, 'a', 'cart', 'HorizontalPodAutoscaler', 'autoscaling/v1');
  manifest(chart, 'b', 'cart', 'HorizontalPodAutoscaler', 'autoscaling/v2');
  expect(findingsOf(chart)).toEqual([
    '[] WASM0101: HorizontalPodAutoscaler shop/cart is declared by shop/a/Resource and by shop/b/Resource; give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  ]);
});

test('says nothing in a program without an object of ours', () => {
  const chart = new Chart(Testing.app(), 'shop');
  for (const id of ['a', 'b']) new ApiObject(chart, id, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } });
  expect(findingsOf(chart)).toEqual([]);
});

test('a namespace is outside namespaces, also when its chart has one', () => {
  const app = Testing.app();
  manifest(new Chart(app, 'a', { namespace: 'a' }), 'ns', 'shop', 'Namespace');
  new Namespace(new Chart(app, 'b', { namespace: 'b' }), 'ns', { metadata: { name: 'shop' } });
  expect(findingsOf(app)).toEqual([
    '[] WASM0101: Namespace shop is declared by a/ns/Resource and by b/ns/Resource; give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  ]);
});

test('one app may make the same objects for two clusters, when it says so', () => {
  const app = new App();
  for (const cluster of ['dev', 'prod']) {
    const chart = new Chart(app, cluster, { namespace: 'shop' });
    chart.node.setContext('cdk8s-wasm.dev/cluster', cluster);
    new Manifest(chart, 'settings', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'settings',
      content: { render: () => ({}) },
    });
  }
  expect(findingsOf(app)).toEqual([]);
});

test('what was taken out of the tree collides with nothing, also with all that was around it', () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  for (const id of ['old', 'new']) manifest(chart, id, 'settings');
  expect(findingsOf(chart)).toHaveLength(1);
  chart.node.tryRemoveChild('old'); // the construct around the object, not the object
  expect(findingsOf(chart)).toEqual([]);
});
