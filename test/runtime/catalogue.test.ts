import { CrunEngine, ImageFormat, type RuntimeFacts, WasmPayload, WasmRuntime } from '../../lib';
import { isDnsLabel } from '../../lib/manifest/names';

/** Every row there is. */
const RUNTIMES: readonly WasmRuntime[] = [
  WasmRuntime.WASMTIME,
  WasmRuntime.WASMEDGE,
  WasmRuntime.WASMER,
  WasmRuntime.WAMR,
  WasmRuntime.SPIN,
  ...Object.values(CrunEngine).map((engine) => WasmRuntime.crun(engine)),
  WasmRuntime.krustlet(),
];
const ROWS: ReadonlyArray<readonly [name: string, facts: RuntimeFacts]> = RUNTIMES.map((one) => [one.name, one.facts]);

/** Everything in a row that claims something about the world, under its path. */
function evidenceIn(value: unknown, path = ''): Array<readonly [path: string, evidence: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'status' in value ? [[path, value as Record<string, unknown>] as const] : [];
  return [...own, ...Object.entries(value).flatMap(([key, item]) => evidenceIn(item, `${path}/${key}`))];
}

test('no two runtimes share a name', () => {
  const names = RUNTIMES.map((runtime) => runtime.name);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(ROWS)('the row of %s', (_name, facts) => {
  test('says of every fact how sure it is, why, and what a user sees', () => {
    const evidence = evidenceIn(facts);
    const incomplete = evidence.filter(
      ([, { status, source, note }]) =>
        !['observed', 'inferred', 'read'].includes(String(status)) ||
        typeof source !== 'string' ||
        source === '' ||
        note === '',
    );
    expect(incomplete).toEqual([]);
    expect(evidence.length).toBeGreaterThan(25);
  });

  test('has notes that continue a sentence: no capital of an ordinary word, no full stop', () => {
    const notes = evidenceIn(facts).map(([, { note }]) => String(note));
    expect(
      notes.filter(
        (note) => /\w\.$/.test(note) || /^[A-Z][a-z]+ [a-z]/.test(note.replace(/^Linux |^RuntimeClass |^Task/, '')),
      ),
    ).toEqual([]);
  });

  test('runs something, and takes it in a format', () => {
    expect(Object.keys(facts.guests).length).toBeGreaterThan(0);
    for (const guest of Object.values(facts.guests)) expect(guest.formats.length).toBeGreaterThan(0);
  });

  test('knows only payloads and formats of the vocabulary', () => {
    const formats = Object.values(facts.guests).flatMap((guest) => guest.formats);
    expect(Object.keys(facts.guests).filter((one) => !Object.values<string>(WasmPayload).includes(one))).toEqual([]);
    expect(
      [...formats, ...Object.keys(facts.commands), ...Object.keys(facts.minimumContainerd)].filter(
        (one) => !Object.values<string>(ImageFormat).includes(one),
      ),
    ).toEqual([]);
  });

  test('has a command for every format without an entrypoint, and for no format it does not take', () => {
    // A root filesystem brings ENTRYPOINT; Krustlet ignores `command`.
    const fromImage: readonly string[] = [ImageFormat.IMAGE, ImageFormat.WASM_TO_OCI];
    const taken = new Set<string>(Object.values(facts.guests).flatMap((guest) => guest.formats));
    expect([...taken].filter((format) => !fromImage.includes(format) && facts.commands[format] === undefined)).toEqual(
      [],
    );
    expect(Object.values(facts.commands).filter((command) => command.length === 0)).toEqual([]);
  });

  test('has memory figures for each format runwasi compiles', () => {
    for (const { formats, artifactMemory, imageMemory } of Object.values(facts.guests)) {
      if (facts.ownNodes !== undefined) continue;
      if (formats.includes(ImageFormat.ARTIFACT)) expect(artifactMemory?.baseMiB).toBeGreaterThan(0);
      if (formats.includes(ImageFormat.IMAGE)) expect(imageMemory?.baseMiB).toBeGreaterThan(0);
    }
  });

  test('a default for memory is never below what is known to be killed', () => {
    for (const { artifactMemory, imageMemory } of Object.values(facts.guests))
      for (const memory of [artifactMemory, imageMemory])
        if (memory !== undefined) expect(memory.perModuleMiB).toBeGreaterThanOrEqual(memory.leastPerModuleMiB);
  });

  test('has a handler that is a DNS label, or nodes of its own', () => {
    expect(facts.handler === undefined).toBe(facts.ownNodes !== undefined);
    expect(facts.handler === undefined || isDnsLabel(facts.handler)).toBe(true);
    expect(facts.handler === undefined).toBe(facts.shim === undefined);
  });

  test('a guest that the runtime listens for listens', () => {
    for (const guest of Object.values(facts.guests)) {
      if (guest.http === undefined) continue;
      expect(guest.listens.value).toBe(true);
      expect(guest.http.port).toBeGreaterThan(0);
      expect(guest.http.listenVariable).toMatch(/^[A-Z_]+$/);
    }
  });

  test('a guest that cannot listen speaks no gRPC', () => {
    for (const guest of Object.values(facts.guests)) expect(guest.grpc.value && !guest.listens.value).toBe(false);
  });

  test('stops in one of the three ways', () => {
    for (const guest of Object.values(facts.guests))
      expect(['exits', 'ignored', 'guest']).toContain(guest.sigterm.value);
  });

  test('a sidecar that cannot run has no environment either', () => {
    expect(facts.sidecarEnvironment.value && !facts.sidecars.value).toBe(false);
  });

  test('runs on nodes that are not its own only where pods have a network', () => {
    expect(facts.podNetwork.value).toBe(facts.ownNodes === undefined);
  });
});

test.each(ROWS.filter(([, { shim }]) => shim?.needsContainerd === true))(
  'containerd finds the binary of %s by its runtime type',
  (_name, { shim }) => {
    // io.containerd.NAME.vN → containerd-shim-NAME-vN: the last two dotted parts.
    const [name, version] = String(shim?.runtimeType).split('.').slice(-2);
    expect(shim?.binary).toBe(`containerd-shim-${name}-${version}`);
  },
);

test('crun is called through the shim of runc, on any CRI runtime', () => {
  expect(WasmRuntime.crun(CrunEngine.WASMEDGE).facts.shim).toEqual({
    binary: 'crun',
    runtimeType: 'io.containerd.runc.v2',
    needsContainerd: false,
  });
});

test('no runtime is called containerd-shim-wasm-v2: it does not exist', () => {
  expect(ROWS.map(([, { shim }]) => shim?.binary)).not.toContain('containerd-shim-wasm-v2');
});

test.each(ROWS.filter(([name]) => name !== 'wasmtime'))(
  'nothing is said to be observed on %s that was run elsewhere',
  (name, facts) => {
    const own = name.startsWith('crun') || name === 'krustlet'; // they share no code with what was run
    const seen = own ? ['observed', 'inferred'] : ['observed'];
    const observed = evidenceIn(facts).filter(([, { status }]) => seen.includes(String(status)));
    // runc was observed, and crun is an OCI runtime like it.
    expect(observed.filter(([path]) => path !== '/dropAllKeepsAll')).toEqual([]);
  },
);
