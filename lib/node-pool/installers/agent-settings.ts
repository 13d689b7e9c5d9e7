/** How containerd of a node is told about a handler. Facts of the distribution, as the agent needs them. */
export interface AgentContainerd {
  /**
   * `main`: the file is containerd's own configuration and is edited in place or, from containerd 2 on, extended by a
   * drop-in. `template`: the distribution renders its configuration from this file at every start. `directory`: the
   * distribution merges and reloads the files of `dropInDirectory` by itself.
   */
  readonly style: 'main' | 'template' | 'directory';
  /** Absolute path on the node. */
  readonly configFile: string;
  /** Absolute path on the node, where the distribution has such a directory. */
  readonly dropInDirectory?: string;
  /**
   * systemd units, of which the one that runs is restarted for a changed handler table; `.service` may be left out.
   * Empty, or style `directory`: whoever reads the files restarts containerd by itself.
   */
  readonly units: readonly string[];
}

/** A shim for one architecture. */
export interface AgentShim {
  /** Kubernetes name: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `https://…` or `http://…`; a gzipped tar with the binary in it, a plain tar, or the binary itself. */
  readonly url: string;
  /** Of what the URL gives, lower-case hex; checked before anything is unpacked. */
  readonly sha256: string;
}

/** The pod that proves that something really runs under the handler. */
export interface AgentProbe {
  /** Digest-pinned reference. */
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** A RuntimeClass with the handler that selects nodes by pool alone, so that a node not yet ready can be probed. */
  readonly runtimeClassName: string;
  readonly timeoutSeconds: number;
  readonly imagePullSecrets: readonly string[];
}

export interface AgentTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/**
 * Everything the node agent of the `daemonSet` installer is told; one JSON file in its ConfigMap.
 *
 * Its phases run one after the other, `node /agent/agent.cjs PHASE`; `/work-dir` is an emptyDir that all of them share.
 * | phase | sees | does |
 * |---|---|---|
 * | `place` | host | downloads, verifies and stores the shim; plans what has to change |
 * | `drain` | API | where containerd will restart: lease, cordon, evicts the node's Wasm pods |
 * | `apply` | host | handler table, symlink, restart; restores what was there when the restart fails |
 * | `prove` | API | runs the probe pod on this node |
 * | `settle` | host | records success and removes old shims, or rolls back |
 * | `hold` | API | label, startup taints, uncordon; `GET :8099/ready` is 200 on success and 503 on failure |
 *
 * Host phases: uid 0, no token; under `/host` at their own absolute path the directories of `configFile` and
 * `dropInDirectory`, the `installDirectory`, `/run/systemd/private` and `/run/lock`. API phases: no host path; a token
 * at the usual place; NODE_NAME, POD_NAME, POD_NAMESPACE. They get, patch `nodes`, list `pods`, create
 * `pods/eviction`, list `runtimeclasses`; in their own namespace get, create, delete `pods`, list `events`, get,
 * create, update `leases`. A failure is no exit code: later phases pass it on, and `hold` shows it, waits, and
 * deletes its own pod, so that all phases run again.
 */
export interface AgentSettings {
  readonly pool: string;
  /** containerd handler and name of its table. */
  readonly handler: string;
  /** `io.containerd.wasmtime.v1` */
  readonly runtimeType: string;
  /** File name of the shim: `containerd-shim-wasmtime-v1`. */
  readonly binary: string;
  /** Goes into the handler's options, as a TOML boolean. */
  readonly systemdCgroup: boolean;
  /** On the node: `/opt/cdk8s-wasm`. Below it a directory a handler, with its shims, its backups and the agent's memory. */
  readonly installDirectory: string;
  readonly shims: readonly AgentShim[];
  readonly containerd: AgentContainerd;
  readonly probe: AgentProbe;
  /** Label whose value says how far the node is: `installing`, `ready`, `failed`, `removing`. */
  readonly readyLabelKey: string;
  /** Taken off when the probe has run. */
  readonly startupTaints: readonly AgentTaint[];
  /** How long to wait for the node's Wasm pods to be gone before a restart, seconds. */
  readonly drainTimeoutSeconds: number;
  /** `present`: install. `absent`: take everything away again. */
  readonly state: 'present' | 'absent';
}

/** `GET /ready` of the `hold` phase, for the readiness probe. */
export const AGENT_PORT = 8099;

/** The agent's phases, in the order in which the DaemonSet's containers run them. */
export const AGENT_PHASES = ['place', 'drain', 'apply', 'prove', 'settle', 'hold'] as const;
export type AgentPhase = (typeof AGENT_PHASES)[number];
