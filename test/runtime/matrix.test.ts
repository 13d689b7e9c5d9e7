import { CrunEngine, ImageFormat, type RuntimeFacts, WasmPayload, WasmRuntime } from '../../lib';

const { WASMTIME, WASMEDGE, WASMER, WAMR, SPIN } = WasmRuntime;
const crun = (engine: CrunEngine) => WasmRuntime.crun(engine);
const KRUSTLET = WasmRuntime.krustlet();
const { MODULE, CLI_COMPONENT, HTTP_COMPONENT, SPIN_APP } = WasmPayload;

/** The columns: a payload under a runtime. */
const COLUMNS = {
  'wasmtime module': [WASMTIME, MODULE],
  'wasmtime cli': [WASMTIME, CLI_COMPONENT],
  'wasmtime http': [WASMTIME, HTTP_COMPONENT],
  wasmedge: [WASMEDGE, MODULE],
  wasmer: [WASMER, MODULE],
  wamr: [WAMR, MODULE],
  'spin app': [SPIN, SPIN_APP],
  'spin http': [SPIN, HTTP_COMPONENT],
  'crun-wasmedge': [crun(CrunEngine.WASMEDGE), MODULE],
  'crun-wasmtime': [crun(CrunEngine.WASMTIME), MODULE],
  'crun-wasmer': [crun(CrunEngine.WASMER), MODULE],
  'crun-wamr': [crun(CrunEngine.WAMR), MODULE],
  krustlet: [KRUSTLET, MODULE],
} as const satisfies Record<string, readonly [WasmRuntime, WasmPayload]>;

type Column = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Column[];

const guest = (column: Column) => {
  const [runtime, payload] = COLUMNS[column];
  return runtime.facts.guests[payload];
};
const facts = (column: Column): RuntimeFacts => COLUMNS[column][0].facts;

/** What every column says to one question. */
const row = <T>(ask: (column: Column) => T): Record<Column, T> =>
  Object.fromEntries(NAMES.map((name) => [name, ask(name)])) as Record<Column, T>;

/** The columns for which the answer is yes. */
const yes = (ask: (column: Column) => boolean): Column[] => NAMES.filter(ask);

const RUNWASI_MODULES: Column[] = ['wasmtime module', 'wasmtime cli', 'wasmedge', 'wasmer', 'wamr'];
const SERVED: Column[] = ['wasmtime http', 'spin app', 'spin http'];
const CRUN: Column[] = ['crun-wasmedge', 'crun-wasmtime', 'crun-wasmer', 'crun-wamr'];
const except = (columns: readonly Column[], ...without: Column[]) => columns.filter((one) => !without.includes(one));

test('all but Krustlet need a RuntimeClass', () => {
  expect(yes((column) => facts(column).handler !== undefined)).toEqual(except(NAMES, 'krustlet'));
});

test('image formats, the default first', () => {
  expect(row((column) => guest(column).formats.join(' '))).toEqual({
    'wasmtime module': 'artifact image',
    'wasmtime cli': 'artifact image',
    'wasmtime http': 'artifact image',
    wasmedge: 'image artifact',
    wasmer: 'image artifact',
    wamr: 'image artifact',
    'spin app': 'spin',
    'spin http': 'artifact',
    'crun-wasmedge': 'image',
    'crun-wasmtime': 'image',
    'crun-wasmer': 'image',
    'crun-wamr': 'image',
    krustlet: 'wasm-to-oci',
  });
});

test('an artifact needs a command, Spin a placeholder, and a root filesystem brings its own', () => {
  const command = (column: Column) => facts(column).commands[guest(column).formats[0]]?.join(' ') ?? 'from the image';
  expect(row(command)).toEqual({
    'wasmtime module': '/app.wasm',
    'wasmtime cli': '/app.wasm',
    'wasmtime http': '/app.wasm',
    wasmedge: 'from the image',
    wasmer: 'from the image',
    wamr: 'from the image',
    'spin app': '/',
    'spin http': '/',
    'crun-wasmedge': 'from the image',
    'crun-wasmtime': 'from the image',
    'crun-wasmer': 'from the image',
    'crun-wamr': 'from the image',
    krustlet: 'from the image',
  });
});

test('under crun a command ends in .wasm', () => {
  expect(yes((column) => facts(column).commandSuffix?.value === '.wasm')).toEqual(CRUN);
});

test('args reach what runs like a program', () => {
  expect(yes((column) => guest(column).args.value)).toEqual(except(NAMES, ...SERVED));
});

test('env reaches all but crun with Wasmer and a bare component under Spin', () => {
  expect(yes((column) => guest(column).environment.value)).toEqual(except(NAMES, 'spin http', 'crun-wasmer'));
});

test('mounted files are visible to the modules of runwasi, two engines of crun and Krustlet', () => {
  expect(yes((column) => guest(column).volumes.value)).toEqual([
    ...RUNWASI_MODULES,
    'crun-wasmedge',
    'crun-wamr',
    'krustlet',
  ]);
});

test('only what a wasi:http guest prints under Wasmtime is lost', () => {
  expect(yes((column) => !guest(column).logs.value)).toEqual(['wasmtime http']);
});

test('two shims serve HTTP, on ports of their own, moved by variables of their own', () => {
  const served = NAMES.flatMap((column) => {
    const { http } = guest(column);
    return http === undefined ? [] : [[column, http.port, http.listenVariable]];
  });
  expect(served).toEqual([
    ['wasmtime http', 8080, 'WASMTIME_HTTP_PROXY_SOCKET_ADDR'],
    ['spin app', 80, 'SPIN_HTTP_LISTEN_ADDR'],
    ['spin http', 80, 'SPIN_HTTP_LISTEN_ADDR'],
  ]);
});

test('others open their own socket where the engine has sockets', () => {
  expect(yes((column) => guest(column).listens.value && guest(column).http === undefined)).toEqual([
    'wasmtime cli',
    'wasmedge',
    'wasmer',
    'crun-wasmedge',
    'crun-wamr',
  ]);
});

test('no runtime can exec', () => {
  expect(yes((column) => facts(column).exec.value)).toEqual([]);
});

test('probes by network work everywhere but on Krustlet', () => {
  expect(yes((column) => facts(column).probes.value)).toEqual(except(NAMES, 'krustlet'));
});

test('Linux sidecars run everywhere but on Krustlet', () => {
  expect(yes((column) => facts(column).sidecars.value)).toEqual(except(NAMES, 'krustlet'));
});

test('they get their environment under crun only', () => {
  expect(yes((column) => facts(column).sidecarEnvironment.value)).toEqual(CRUN);
});

test('limits, metrics, Services and emptyDir: everywhere but on Krustlet', () => {
  for (const fact of ['limits', 'podNetwork', 'emptyDir'] as const)
    expect(yes((column) => facts(column)[fact].value)).toEqual(except(NAMES, 'krustlet'));
});

test('a read-only root breaks Spin only', () => {
  expect(yes((column) => !facts(column).readOnlyRootFilesystem.value)).toEqual(['spin app', 'spin http']);
});

test('drop: [ALL] alone keeps every capability under the shims of runwasi', () => {
  expect(yes((column) => facts(column).dropAllKeepsAll.value)).toEqual(except(NAMES, ...CRUN, 'krustlet'));
});

test('user namespaces, a shared process namespace, terminals and resizing: under crun only', () => {
  for (const fact of ['hostUsers', 'shareProcessNamespace', 'terminal', 'inPlaceResize'] as const)
    expect(yes((column) => facts(column)[fact].value)).toEqual(CRUN);
});

test('what SIGTERM does', () => {
  expect(row((column) => guest(column).sigterm.value)).toEqual({
    'wasmtime module': 'ignored',
    'wasmtime cli': 'ignored',
    'wasmtime http': 'exits',
    wasmedge: 'ignored',
    wasmer: 'ignored',
    wamr: 'ignored',
    'spin app': 'exits',
    'spin http': 'exits',
    'crun-wasmedge': 'guest',
    'crun-wasmtime': 'guest',
    'crun-wasmer': 'guest',
    'crun-wamr': 'guest',
    krustlet: 'ignored',
  });
});

test('Wasmtime and Spin keep compiled code on the node', () => {
  expect(yes((column) => facts(column).aotCache.value)).toEqual([
    'wasmtime module',
    'wasmtime cli',
    'wasmtime http',
    'spin app',
    'spin http',
  ]);
});

test('Spin reads OTEL_* from the pod, the others do not', () => {
  expect(yes((column) => facts(column).podTelemetry.value)).toEqual(['spin app', 'spin http']);
});

test('crun wants the annotation that leaves sidecars alone', () => {
  expect(row((column) => facts(column).podAnnotations)).toEqual(
    row((column) => (CRUN.includes(column) ? { 'module.wasm.image/variant': 'compat-smart' } : {})),
  );
});

test('the shim costs memory outside the pod where runwasi starts one', () => {
  expect(row((column) => facts(column).overheadMiB?.value)).toEqual(
    row((column) => (CRUN.includes(column) || column === 'krustlet' ? undefined : 32)),
  );
});

test('a node pulls artifacts and what Spin publishes from containerd 1.6.25 on', () => {
  const needs = (column: Column) => facts(column).minimumContainerd[guest(column).formats.at(-1) ?? '']?.value;
  expect([needs('wasmedge'), needs('spin app'), needs('spin http'), needs('crun-wamr')]).toEqual([
    ['1.6.25', '1.7.7', '2.0'],
    ['1.6.25', '1.7.7', '2.0'],
    ['1.6.25', '1.7.7', '2.0'],
    undefined,
  ]);
});

describe('memory: what was seen on real nodes', () => {
  const { artifactMemory, imageMemory } = WASMTIME.facts.guests[MODULE];
  const JS = 12.8e6 / 2 ** 20;
  const GO = 2.7;
  const figures = (memory: typeof imageMemory, moduleMiB: number) => {
    if (memory === undefined) throw new Error('no figures');
    return {
      byDefault: memory.baseMiB + memory.perModuleMiB * moduleMiB,
      least: memory.leastPerModuleMiB * moduleMiB,
    };
  };

  test('a root filesystem of JavaScript peaks at 366 MiB and was killed at 256', () => {
    const { byDefault, least } = figures(imageMemory, JS);
    expect(byDefault).toBeGreaterThan(366);
    expect(least).toBeGreaterThan(256);
    expect(least).toBeLessThanOrEqual(366);
  });

  test('the same as an artifact runs in 64 MiB', () => {
    const { byDefault, least } = figures(artifactMemory, JS);
    expect(byDefault).toBeGreaterThanOrEqual(64);
    expect(least).toBeLessThanOrEqual(64);
  });

  test('a root filesystem of Go runs in 128 MiB and was killed at 64', () => {
    const { byDefault, least } = figures(imageMemory, GO);
    expect(byDefault).toBeGreaterThanOrEqual(128);
    expect(least).toBeGreaterThan(64);
    expect(least).toBeLessThanOrEqual(128);
  });

  test('the same as an artifact runs in 32 MiB', () => {
    expect(figures(artifactMemory, GO).least).toBeLessThanOrEqual(32);
  });

  test('compiling takes at most as long as it took on a loaded node', () => {
    expect(WASMTIME.facts.compileSecondsPerMiB.value * JS).toBeGreaterThan(42);
  });
});

test('what was run on real nodes is marked so', () => {
  const { exec, sidecarEnvironment, dropAllKeepsAll, hostUsers, inPlaceResize } = WASMTIME.facts;
  for (const fact of [exec, sidecarEnvironment, dropAllKeepsAll, hostUsers, inPlaceResize])
    expect(fact.status).toBe('observed');
});

test('what was only read is marked so', () => {
  const app = SPIN.facts.guests[SPIN_APP];
  for (const fact of [app.environment, app.sigterm, app.volumes, SPIN.facts.readOnlyRootFilesystem])
    expect(fact.status).toBe('read');
  expect(app.formats).toEqual([ImageFormat.SPIN]);
});
