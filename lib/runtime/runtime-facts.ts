import type { BooleanFact, Evidence, NumberFact, TextFact, VersionsFact } from './fact';
import type { ImageFormat } from './vocabulary';

/** The shim that containerd starts for a handler. */
export interface ShimFacts {
  /** File name of the binary, such as `containerd-shim-wasmtime-v1`. */
  readonly binary: string;
  /** containerd's name for it: the last two dotted parts give the binary. */
  readonly runtimeType: string;
  /** False for an OCI runtime that any CRI runtime can call. */
  readonly needsContainerd: boolean;
}

/** Memory of a guest, MiB: `base + perModuleMiB × size of the module`, by image format. */
export interface MemoryFacts extends Evidence {
  /** The default limit has at least this. */
  readonly baseMiB: number;
  /** Added to the default for each MiB of the module. */
  readonly perModuleMiB: number;
  /** A limit below this for each MiB of the module is known to be killed. */
  readonly leastPerModuleMiB: number;
}

/** Who answers HTTP for a guest, and where. */
export interface HttpFacts {
  /** The runtime accepts the connection and calls the guest. */
  readonly port: number;
  /** Environment variable that moves the listener. */
  readonly listenVariable: string;
  readonly evidence: Evidence;
}

/** What one kind of payload gets under a runtime. */
export interface GuestFacts {
  /** Formats the runtime takes it in; the first is the default. */
  readonly formats: ImageFormat[];
  /** Host interfaces beyond WASI that the engine provides, such as `wasmedge-sockets`. */
  readonly extensions: string[];
  /** HTTP served by the runtime for the guest; without it the guest opens its own socket, or cannot. */
  readonly http?: HttpFacts;
  /** Whether the guest can open a listening socket of its own. */
  readonly listens: BooleanFact;
  /** Whether the guest can open a connection to somewhere else, by a socket or by an outgoing request. */
  readonly connects: BooleanFact;
  /** Whether `args` reach the guest. */
  readonly args: BooleanFact;
  /** Whether `env` reaches the guest. */
  readonly environment: BooleanFact;
  /** Whether mounted files are visible to the guest. */
  readonly volumes: BooleanFact;
  /** Whether what the guest prints reaches the pod's log. */
  readonly logs: BooleanFact;
  /** What SIGTERM does: `exits` at once, `ignored` until the grace period ends, or `guest` decides. */
  readonly sigterm: TextFact;
  /** Whether gRPC can be spoken to it. */
  readonly grpc: BooleanFact;
  /** Memory as an artifact, compiled outside the container's limit. */
  readonly artifactMemory?: MemoryFacts;
  /** Memory as a root filesystem, compiled inside the container's limit. */
  readonly imageMemory?: MemoryFacts;
}

/** How an application runtime is configured beside its image. */
export interface ApplicationFacts {
  /** Put before the name of an application variable to make its environment variable. */
  readonly variablePrefix: string;
  /** Environment variable that names the components to keep. */
  readonly componentsVariable: string;
  /** Environment variable with the most memory of one instance, bytes. */
  readonly instanceMemoryVariable: string;
  /** Where the runtime reads its own configuration (key-value stores, databases, models). */
  readonly runtimeConfigPath: string;
  /** Where it reads the certificates it trusts for outbound HTTPS. */
  readonly caBundlePath: string;
  readonly evidence: Evidence;
}

/** How nodes look that a runtime registers by itself. */
export interface OwnNodesFacts {
  readonly nodeSelector: Record<string, string>;
  /** Keys of taints that every pod has to tolerate, with their values. */
  readonly tolerated: Record<string, string>;
  /** First Kubernetes that the released binaries cannot join. */
  readonly releaseUntil: TextFact;
  /** First Kubernetes that what is built from the newest source can join. */
  readonly sourceFrom: TextFact;
  readonly evidence: Evidence;
}

/** Everything the library knows about a runtime. Code asks this table and never the runtime's name. */
export interface RuntimeFacts {
  /** Our name for it. */
  readonly name: string;
  /** containerd handler; none where the runtime is a kubelet of its own. */
  readonly handler?: string;
  readonly shim?: ShimFacts;
  /** Set where the runtime is a kubelet: pods are placed by selector and tolerations, without a RuntimeClass. */
  readonly ownNodes?: OwnNodesFacts;
  /** Set where the runtime runs applications with variables and a configuration of their own. */
  readonly application?: ApplicationFacts;
  /** Set where nothing new should be built on it: what to use instead. */
  readonly legacy?: TextFact;
  /** What it runs, by payload (`WasmPayload` as text). */
  readonly guests: Record<string, GuestFacts>;
  /** `command` of a container by image format; a format that is absent takes it from the image. */
  readonly commands: Record<string, string[]>;
  /** `command` must name a file that ends so, or the runtime takes the container for a Linux one. */
  readonly commandSuffix?: TextFact;
  /** Pod annotations the runtime wants to see. */
  readonly podAnnotations: Record<string, string>;
  /** Whether pods have a network of their own, so that a Service can lead to them. */
  readonly podNetwork: BooleanFact;
  /** Whether the kubelet can run commands in any container of the pod. */
  readonly exec: BooleanFact;
  /** Whether probes are honoured at all. */
  readonly probes: BooleanFact;
  /** Whether limits are enforced and metrics reported, so that a HorizontalPodAutoscaler sees something. */
  readonly limits: BooleanFact;
  /** Whether Linux containers run beside the guest. */
  readonly sidecars: BooleanFact;
  /** Whether those see the `env` of their container. */
  readonly sidecarEnvironment: BooleanFact;
  readonly emptyDir: BooleanFact;
  readonly readOnlyRootFilesystem: BooleanFact;
  /** Lowest port a guest with a non-root user can take. */
  readonly lowestPort: NumberFact;
  /** Whether `drop: [ALL]` alone leaves every capability, so that the pair with NET_BIND_SERVICE is needed. */
  readonly dropAllKeepsAll: BooleanFact;
  readonly shareProcessNamespace: BooleanFact;
  readonly hostUsers: BooleanFact;
  readonly terminal: BooleanFact;
  readonly inPlaceResize: BooleanFact;
  /** Whether OTEL_* variables of the pod configure the runtime's own telemetry. */
  readonly podTelemetry: BooleanFact;
  /** Whether compiled code is kept on the node for artifact-like formats. */
  readonly aotCache: BooleanFact;
  /** Node memory outside the pod's cgroup, MiB a pod; becomes RuntimeClass.overhead. */
  readonly overheadMiB?: NumberFact;
  /** Seconds to compile one MiB of module on a loaded node; sets the startup probe's patience. */
  readonly compileSecondsPerMiB: NumberFact;
  /** Oldest containerd that can pull the format, by format. */
  readonly minimumContainerd: Record<string, VersionsFact>;
}
