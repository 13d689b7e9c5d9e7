import { CrunEngine, ImageFormat, WasmPayload, WasmRuntime } from '../../lib';
import { textOf } from '../../lib/diagnostics';
import { agreedFormat, type Offer, offerFindings } from '../../lib/runtime/compatibility';

const { ARTIFACT, IMAGE, SPIN, WASM_TO_OCI } = ImageFormat;
const { MODULE, CLI_COMPONENT, HTTP_COMPONENT, SPIN_APP } = WasmPayload;
const BOTH = [ARTIFACT, IMAGE];

const offer = (payload: WasmPayload, more: Partial<Offer> = {}): Offer => ({
  source: 'cart.wasm',
  payload,
  formats: BOTH,
  extensions: [],
  ...more,
});
const says = (what: Offer, runtime: WasmRuntime) => [...offerFindings(what, runtime)].map(textOf);

const RUNTIMES = [
  WasmRuntime.WASMTIME,
  WasmRuntime.SPIN,
  WasmRuntime.WASMEDGE,
  WasmRuntime.WASMER,
  WasmRuntime.WAMR,
  ...Object.values(CrunEngine).map((engine) => WasmRuntime.crun(engine)),
];
const byName = (name: string) => RUNTIMES.find((runtime) => runtime.name === name);

describe('payloads', () => {
  test('refuses a component on a runtime for modules, and names those that run it', () => {
    expect(says(offer(HTTP_COMPONENT), WasmRuntime.WASMEDGE)).toEqual([
      'WASM0501: cart.wasm is a component:http, and wasmedge runs module:p1; put it on a pool with runtime wasmtime or spin, or build it for one of these',
    ]);
  });

  test('accepts the same component on Wasmtime and Spin', () => {
    expect(says(offer(HTTP_COMPONENT), WasmRuntime.WASMTIME)).toEqual([]);
    expect(says(offer(HTTP_COMPONENT), WasmRuntime.SPIN)).toEqual([]);
  });

  test('refuses a module on Spin', () => {
    expect(says(offer(MODULE), WasmRuntime.SPIN)).toEqual([
      'WASM0501: cart.wasm is a module:p1, and spin runs spin, component:http; put it on a pool with runtime wasmtime or wasmedge or wasmer or wamr, or build it for one of these',
    ]);
  });

  test('names only runtimes that take the image as it is', () => {
    expect(says(offer(HTTP_COMPONENT, { formats: [IMAGE] }), WasmRuntime.WASMEDGE)).toEqual([
      'WASM0501: cart.wasm is a component:http, and wasmedge runs module:p1; put it on a pool with runtime wasmtime, or build it for one of these',
    ]);
  });

  test('names no runtime where none takes it', () => {
    expect(says(offer(SPIN_APP, { formats: [IMAGE] }), WasmRuntime.WASMTIME)).toEqual([
      'WASM0501: cart.wasm is a spin, and wasmtime runs component:http, component:cli, module:p1; build it for one of these',
    ]);
  });
});

describe('formats', () => {
  test('refuses an artifact where only root filesystems run', () => {
    expect(says(offer(MODULE, { formats: [ARTIFACT] }), WasmRuntime.crun(CrunEngine.WASMEDGE))).toEqual([
      'WASM0502: cart.wasm is available as artifact, and crun-wasmedge takes image; publish it in one of the formats the runtime takes, or use another runtime',
    ]);
  });

  test('accepts the same module as a root filesystem', () => {
    expect(says(offer(MODULE, { formats: [IMAGE] }), WasmRuntime.crun(CrunEngine.WASMEDGE))).toEqual([]);
  });

  test('refuses what wasm-to-oci made everywhere but on Krustlet', () => {
    const old = offer(MODULE, { formats: [WASM_TO_OCI] });
    expect(says(old, WasmRuntime.WASMTIME)).toEqual([
      'WASM0502: cart.wasm is available as wasm-to-oci, and wasmtime takes artifact, image; publish it in one of the formats the runtime takes, or use another runtime',
    ]);
    expect(says(old, WasmRuntime.krustlet())).toEqual([]);
  });

  test('the runtime chooses among the formats both know', () => {
    expect(agreedFormat(offer(MODULE), WasmRuntime.WASMTIME)).toBe(ARTIFACT);
    expect(agreedFormat(offer(MODULE), WasmRuntime.WASMEDGE)).toBe(IMAGE);
    expect(agreedFormat(offer(MODULE, { formats: [ARTIFACT] }), WasmRuntime.WASMEDGE)).toBe(ARTIFACT);
    expect(agreedFormat(offer(MODULE, { formats: [SPIN] }), WasmRuntime.WASMEDGE)).toBeUndefined();
  });
});

describe('host interfaces', () => {
  test('refuses sockets of WasmEdge on Wasmtime', () => {
    expect(says(offer(MODULE, { extensions: ['wasmedge-sockets'] }), WasmRuntime.WASMTIME)).toEqual([
      'WASM0506: cart.wasm imports wasmedge-sockets, which wasmtime does not provide; put it on a pool with runtime wasmedge, or build it without',
    ]);
  });

  test('accepts the same module on WasmEdge', () => {
    const sockets = offer(MODULE, { extensions: ['wasmedge-sockets'] });
    expect(says(sockets, WasmRuntime.WASMEDGE)).toEqual([]);
    expect(says(sockets, WasmRuntime.crun(CrunEngine.WASMEDGE))).toEqual([]);
  });

  test('refuses WASIX everywhere but on the shim of Wasmer', () => {
    const wasix = offer(MODULE, { extensions: ['wasix'] });
    expect(says(wasix, WasmRuntime.WASMEDGE)).toEqual([
      'WASM0506: cart.wasm imports wasix, which wasmedge does not provide; put it on a pool with runtime wasmer, or build it without',
    ]);
    expect(says(wasix, WasmRuntime.WASMER)).toEqual([]);
    expect(says(wasix, WasmRuntime.crun(CrunEngine.WASMER))).not.toEqual([]);
  });

  test('refuses wasi-nn under every shim, as the published ones load no plugins, and names crun', () => {
    expect(says(offer(MODULE, { extensions: ['wasi-nn'] }), WasmRuntime.WASMEDGE)).toEqual([
      'WASM0506: cart.wasm imports wasi-nn, which wasmedge does not provide; put it on a pool with runtime crun-wasmedge, or build it without',
    ]);
  });

  test('accepts wasi-nn under crun with WasmEdge', () => {
    expect(says(offer(MODULE, { extensions: ['wasi-nn'] }), WasmRuntime.crun(CrunEngine.WASMEDGE))).toEqual([]);
  });

  test('names every interface that is missing, and no runtime where none has them all', () => {
    expect(says(offer(MODULE, { extensions: ['wasix', 'wasmedge-sockets'] }), WasmRuntime.WAMR)).toEqual([
      'WASM0506: cart.wasm imports wasix, wasmedge-sockets, which wamr does not provide; build it without',
    ]);
  });

  test('a wrong format and a missing interface are both said', () => {
    const wrong = offer(MODULE, { formats: [ARTIFACT], extensions: ['wasix'] });
    expect(says(wrong, WasmRuntime.crun(CrunEngine.WAMR)).map((text) => text.slice(0, 8))).toEqual([
      'WASM0502',
      'WASM0506',
    ]);
  });
});

describe('every combination', () => {
  const EXTENSIONS = [[], ['wasmedge-sockets'], ['wasix'], ['wasi-nn'], ['wasix', 'wasmedge-sockets']];
  const offers = [MODULE, CLI_COMPONENT, HTTP_COMPONENT, SPIN_APP].flatMap((payload) =>
    [[ARTIFACT], [IMAGE], BOTH, [SPIN], [WASM_TO_OCI]].flatMap((formats) =>
      EXTENSIONS.map((extensions) => offer(payload, { formats, extensions })),
    ),
  );
  const pairs = offers.flatMap((what) => RUNTIMES.map((runtime) => [what, runtime] as const));
  const named = (text: string) => / with runtime (.*?), or build/.exec(text)?.[1].split(' or ') ?? [];

  test('the runtimes a message names really run it', () => {
    const wrong = pairs.flatMap(([what, runtime]) =>
      says(what, runtime)
        .flatMap(named)
        .filter((name) => {
          const other = byName(name);
          return other === undefined || says(what, other).length > 0;
        }),
    );
    expect(wrong).toEqual([]);
  });

  test('a message never names the runtime it is about', () => {
    const wrong = pairs.filter(([what, runtime]) => says(what, runtime).flatMap(named).includes(runtime.name));
    expect(wrong).toEqual([]);
  });

  test('nothing is said exactly where payload, format and interfaces fit', () => {
    for (const [what, runtime] of pairs) {
      const guest = runtime.facts.guests[what.payload];
      const fits =
        guest !== undefined &&
        what.formats.some((format) => guest.formats.includes(format)) &&
        what.extensions.every((one) => guest.extensions.includes(one));
      expect(says(what, runtime).length === 0).toBe(fits);
    }
  });
});
