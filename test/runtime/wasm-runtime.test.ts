import { CrunEngine, ImageFormat, WasmMicroservice, WasmPayload, WasmRuntime } from '../../lib';
import { findingsOf, guestOf, httpImage, only, platform, podOf } from '../support/programs';

describe('a runtime of one’s own', () => {
  test('is Wasmtime under another name where nothing else is said', () => {
    const { name, facts } = WasmRuntime.custom({ name: 'acme' });
    expect([name, facts.handler, facts.shim]).toEqual([
      'acme',
      'acme',
      { binary: 'containerd-shim-acme-v1', runtimeType: 'io.containerd.acme.v1', needsContainerd: true },
    ]);
    expect(facts.guests).toEqual(WasmRuntime.WASMTIME.facts.guests);
  });

  test('may have a shim and a handler of any name containerd can use', () => {
    const { facts } = WasmRuntime.custom({ name: 'Acme', handler: 'acme-edge', shim: 'containerd-shim-acme-edge-v12' });
    expect([facts.handler, facts.shim?.runtimeType]).toEqual(['acme-edge', 'io.containerd.acme-edge.v12']);
  });

  test('runs what it says, with the facts of its base', () => {
    const slight = WasmRuntime.custom({ name: 'slight', basedOn: WasmRuntime.WASMEDGE, runs: [WasmPayload.MODULE] });
    expect(slight.runs).toEqual([WasmPayload.MODULE]);
    expect(slight.facts.guests[WasmPayload.MODULE]).toEqual(WasmRuntime.WASMEDGE.facts.guests[WasmPayload.MODULE]);
  });

  test('may serve HTTP on another port, moved by another variable', () => {
    const wws = WasmRuntime.custom({ name: 'wws', httpPort: 3000, listenVariable: 'WWS_ADDR' });
    expect(wws.facts.guests[WasmPayload.HTTP_COMPONENT].http).toMatchObject({ port: 3000, listenVariable: 'WWS_ADDR' });
    expect(WasmRuntime.WASMTIME.facts.guests[WasmPayload.HTTP_COMPONENT].http?.port).toBe(8080);
  });

  test('reaches the pods: RuntimeClass, port and annotations are its own', () => {
    const runtime = WasmRuntime.custom({ name: 'acme', httpPort: 9000, podAnnotations: { 'acme.example/wasm': 'on' } });
    const { chart, pool } = platform({ runtime });
    new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
    const deployment = only(chart, 'Deployment');
    expect(podOf(deployment).runtimeClassName).toBe('acme-edge');
    expect(guestOf(deployment).ports).toEqual([{ name: 'http', containerPort: 9000 }]);
    expect(deployment.spec.template.metadata.annotations).toEqual({ 'acme.example/wasm': 'on' });
    expect(findingsOf(chart)).toEqual([]);
  });

  test('adds annotations to those of its base', () => {
    const basedOn = WasmRuntime.crun(CrunEngine.WASMEDGE);
    const { facts } = WasmRuntime.custom({ name: 'acme', basedOn, podAnnotations: { a: 'b' } });
    expect(facts.podAnnotations).toEqual({ 'module.wasm.image/variant': 'compat-smart', a: 'b' });
  });
});

describe('refusals of a runtime of one’s own', () => {
  test('the shim everybody guesses first and nobody built', () => {
    expect(() => WasmRuntime.custom({ name: 'wasm', shim: 'containerd-shim-wasm-v2' })).toThrow(
      'WASM0503: "containerd-shim-wasm-v2" is not a shim that exists or could exist; use WasmRuntime.WASMTIME (containerd-shim-wasmtime-v1) or WasmRuntime.SPIN (containerd-shim-spin-v2)',
    );
  });

  test.each(['wasmtime', 'containerd-shim-wasmtime', 'containerd-shim-wasmtime-v1.2', '/opt/containerd-shim-x-v1', ''])(
    'a shim containerd could not find: "%s"',
    (shim) => {
      expect(() => WasmRuntime.custom({ name: 'acme', shim })).toThrow(
        `WASM0503: "${shim}" is not a shim that exists or could exist; name it containerd-shim-NAME-vN`,
      );
    },
  );

  test('accepts the nearest name that could exist', () => {
    expect(WasmRuntime.custom({ name: 'wasm', shim: 'containerd-shim-wasm-v1' }).facts.shim?.runtimeType).toBe(
      'io.containerd.wasm.v1',
    );
  });

  test('a handler that is no DNS label', () => {
    expect(() => WasmRuntime.custom({ name: 'Acme_Wasm' })).toThrow(
      'WASM0504: "Acme_Wasm" cannot be a RuntimeClass handler; use at most 63 of a-z, 0-9 and -, starting and ending with a letter or digit',
    );
  });

  test('accepts the same name with a handler', () => {
    const options = { name: 'Acme_Wasm', handler: 'acme', shim: 'containerd-shim-acme-v1' };
    expect(WasmRuntime.custom(options).name).toBe('Acme_Wasm');
  });

  test('a payload its base knows nothing about', () => {
    expect(() => WasmRuntime.custom({ name: 'acme', runs: [WasmPayload.SPIN_APP] })).toThrow(
      'WASM0505: acme says it runs spin, of which wasmtime knows nothing; choose a base with `basedOn` that runs this payload',
    );
  });

  test('accepts the same payload on a base that runs it', () => {
    const acme = WasmRuntime.custom({ name: 'acme', basedOn: WasmRuntime.SPIN, runs: [WasmPayload.SPIN_APP] });
    expect(acme.facts.guests[WasmPayload.SPIN_APP].formats).toEqual([ImageFormat.SPIN]);
  });
});

describe('crun', () => {
  const engines = Object.values(CrunEngine);

  test('is named after its engine and called by one handler', () => {
    const names = engines.map((engine) => WasmRuntime.crun(engine)).map(({ name, facts }) => [name, facts.handler]);
    expect(names).toEqual([
      ['crun-wasmedge', 'crun'],
      ['crun-wasmtime', 'crun'],
      ['crun-wasmer', 'crun'],
      ['crun-wamr', 'crun'],
    ]);
  });

  test('provides the interfaces of its engine', () => {
    const extensions = engines.map((engine) => WasmRuntime.crun(engine).facts.guests[WasmPayload.MODULE].extensions);
    expect(extensions).toEqual([['wasmedge-sockets', 'wasi-nn'], [], [], []]);
  });
});

test('Krustlet is legacy and says what to use instead', () => {
  expect(WasmRuntime.krustlet().facts.legacy?.value).toBe('WasmRuntime.WASMTIME');
  expect(WasmRuntime.WASMTIME.facts.legacy).toBeUndefined();
});
