import { CUSTOM_WITHOUT_PAYLOAD, HANDLER_NAME, SHIM_NAME } from '../diagnostics';
import { isDnsLabel } from '../manifest/names';
import { CrunEngine, crun } from './rows/crun';
import { krustlet } from './rows/krustlet';
import { spin } from './rows/spin';
import { wamr } from './rows/wamr';
import { wasmedge } from './rows/wasmedge';
import { wasmer } from './rows/wasmer';
import { wasmtime } from './rows/wasmtime';
import type { GuestFacts, RuntimeFacts, ShimFacts } from './runtime-facts';
import type { WasmPayload } from './vocabulary';

/** A runtime of one's own, or somebody else's shim: what differs from one we know. */
export interface CustomRuntimeOptions {
  /** Name in messages and in the default name of its RuntimeClass. */
  readonly name: string;
  /**
   * containerd handler, a DNS label.
   * @default - the name
   */
  readonly handler?: string;
  /**
   * File name of the shim, `containerd-shim-NAME-vN`. WASM0503 when containerd could not find such a binary.
   * @default - `containerd-shim-NAME-v1`
   */
  readonly shim?: string;
  /**
   * The runtime whose facts hold where nothing else is said here.
   * @default WasmRuntime.WASMTIME
   */
  readonly basedOn?: WasmRuntime;
  /**
   * The payloads it runs. WASM0505 when the base knows nothing about one of them.
   * @default - what the base runs
   */
  readonly runs?: WasmPayload[];
  /**
   * Port where it serves HTTP for a guest.
   * @default - the port of the base
   */
  readonly httpPort?: number;
  /**
   * Environment variable that moves that port.
   * @default - the variable of the base
   */
  readonly listenVariable?: string;
  /**
   * Pod annotations it wants to see.
   * @default - those of the base
   */
  readonly podAnnotations?: Record<string, string>;
}

/** A way to run WebAssembly on a node, with everything known about it. */
export class WasmRuntime {
  /** runwasi's Wasmtime shim: WASI p1 modules, `wasi:cli` and `wasi:http` components. */
  public static readonly WASMTIME = new WasmRuntime(wasmtime);
  /** runwasi's WasmEdge shim: WASI p1 modules with sockets. */
  public static readonly WASMEDGE = new WasmRuntime(wasmedge);
  /** runwasi's Wasmer shim: WASI p1 modules and WASIX. */
  public static readonly WASMER = new WasmRuntime(wasmer);
  /** runwasi's WAMR shim: WASI p1 modules, interpreted. */
  public static readonly WAMR = new WasmRuntime(wamr);
  /** The Spin shim: Spin applications and bare `wasi:http` components. */
  public static readonly SPIN = new WasmRuntime(spin);

  /** crun built with a Wasm engine: WASI p1 modules in ordinary images, on containerd or CRI-O. */
  public static crun(engine: CrunEngine): WasmRuntime {
    return new WasmRuntime(crun(engine));
  }

  /** Krustlet, for those who still run it. Legacy: a warning at synth, and no Service, probe or sidecar. */
  public static krustlet(): WasmRuntime {
    return new WasmRuntime(krustlet);
  }

  /**
   * A shim that is not in the catalogue.
   * @throws WASM0503, WASM0504, WASM0505
   */
  public static custom(options: CustomRuntimeOptions): WasmRuntime {
    const base = (options.basedOn ?? WasmRuntime.WASMTIME).facts;
    const runs = options.runs ?? (Object.keys(base.guests) as WasmPayload[]);
    const guests: Record<string, GuestFacts> = {};
    for (const payload of runs) {
      const guest = base.guests[payload];
      if (guest === undefined) throw CUSTOM_WITHOUT_PAYLOAD.error({ runtime: options.name, payload, base: base.name });
      guests[payload] = { ...guest, http: guest.http && movedTo(guest.http, options) };
    }
    return new WasmRuntime({
      ...base,
      name: options.name,
      handler: dnsLabel(options.handler ?? options.name),
      shim: shimFacts(options.shim ?? `containerd-shim-${options.name}-v1`),
      podAnnotations: { ...base.podAnnotations, ...options.podAnnotations },
      guests,
    });
  }

  private constructor(
    /** Everything the library knows about it, each fact with its source. */
    public readonly facts: RuntimeFacts,
  ) {}

  /** Name in messages: `wasmtime`, `crun-wasmedge`, … */
  public get name(): string {
    return this.facts.name;
  }

  /** The payloads it runs. */
  public get runs(): WasmPayload[] {
    return Object.keys(this.facts.guests) as WasmPayload[];
  }
}

/** The shims of the catalogue, for messages that name alternatives. */
export const SHIMS: readonly WasmRuntime[] = [
  WasmRuntime.WASMTIME,
  WasmRuntime.SPIN,
  WasmRuntime.WASMEDGE,
  WasmRuntime.WASMER,
  WasmRuntime.WAMR,
];

/** The alternatives where no shim will do. */
export const CRUN: readonly WasmRuntime[] = Object.values(CrunEngine).map((engine) => WasmRuntime.crun(engine));

const movedTo = (http: NonNullable<GuestFacts['http']>, { httpPort, listenVariable }: CustomRuntimeOptions) => ({
  ...http,
  port: httpPort ?? http.port,
  listenVariable: listenVariable ?? http.listenVariable,
});

function dnsLabel(handler: string): string {
  if (!isDnsLabel(handler)) throw HANDLER_NAME.error({ handler });
  return handler;
}

function shimFacts(binary: string): ShimFacts {
  const parts = /^containerd-shim-([a-z0-9-]+)-(v[0-9]+)$/.exec(binary);
  // Everybody's first guess, and nobody's binary: the library crate is called containerd-shim-wasm.
  if (parts === null || binary === 'containerd-shim-wasm-v2') throw SHIM_NAME.error({ binary });
  return { binary, runtimeType: `io.containerd.${parts[1]}.${parts[2]}`, needsContainerd: true };
}
