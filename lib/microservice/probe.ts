import type { Duration } from 'cdk8s';

/** When and how often the kubelet asks. */
export interface ProbeOptions {
  /** Port to ask. @default - the port the guest serves on */
  readonly port?: number;
  /** Before the first question. @default - at once */
  readonly initialDelay?: Duration;
  /** Between questions, whole seconds. @default - 1 s for startup and readiness, 10 s for liveness */
  readonly period?: Duration;
  /** For an answer, whole seconds. @default - 1 s for startup and readiness, 3 s for liveness */
  readonly timeout?: Duration;
  /** Wrong answers in a row before it counts. @default - 3; for startup as many as compiling the module may take */
  readonly failureThreshold?: number;
}

/** How a probe asks. */
export type ProbeQuestion =
  | { readonly kind: 'http'; readonly path: string }
  | { readonly kind: 'tcp' }
  | { readonly kind: 'grpc'; readonly service?: string }
  | { readonly kind: 'exec'; readonly command: readonly string[] };

/**
 * A question the kubelet asks a guest. Which ones a runtime can answer is in its facts.
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export class Probe {
  /** GET `path`: 200 to 399 is a yes. */
  public static http(path: string, options: ProbeOptions = {}): Probe {
    return new Probe({ kind: 'http', path }, options);
  }

  /** A connection: it listens. */
  public static tcp(options: ProbeOptions = {}): Probe {
    return new Probe({ kind: 'tcp' }, options);
  }

  /** gRPC health checking. WASM0313 where the guest speaks HTTP/1.1 only. */
  public static grpc(service?: string, options: ProbeOptions = {}): Probe {
    return new Probe({ kind: 'grpc', service }, options);
  }

  /** A command in the container. WASM0312 where the runtime cannot exec: all shims of runwasi. */
  public static command(command: string[], options: ProbeOptions = {}): Probe {
    return new Probe({ kind: 'exec', command: [...command] }, options);
  }

  private constructor(
    /** @internal */
    public readonly _question: ProbeQuestion,
    public readonly options: ProbeOptions,
  ) {}

  /** @internal */
  public _withDefaults(defaults: ProbeOptions): Probe {
    const said = Object.entries(this.options).filter(([, value]) => value !== undefined);
    return new Probe(this._question, { ...defaults, ...Object.fromEntries(said) });
  }
}
