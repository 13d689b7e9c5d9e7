import type { BooleanFact, Evidence, TextFact } from './fact';

/** How a handler is added to a node's containerd. */
export enum ContainerdStyle {
  /** `configFile` is containerd's own configuration; a restart makes it read a change. */
  MAIN = 'main',
  /** The distribution renders the configuration from `configFile` whenever it starts. */
  TEMPLATE = 'template',
  /** The distribution merges and reloads the files of `dropInDirectory` by itself. */
  DIRECTORY = 'directory',
}

/** Everything the library knows about how a Kubernetes distribution sets up its nodes. */
export interface DistributionFacts {
  readonly name: string;
  /** Whether the node's container runtime is containerd; runwasi shims need it. */
  readonly containerd: BooleanFact;
  readonly containerdStyle: ContainerdStyle;
  /** File that configures containerd, edited or used as a template. */
  readonly configFile: TextFact;
  /** Directory whose TOML files are merged, where the distribution has one. */
  readonly dropInDirectory?: TextFact;
  /** systemd units of which one has to be restarted for a new handler. */
  readonly units: string[];
  /** Whether something running in the cluster may change the node at all. */
  readonly changeable: BooleanFact;
  /** Set where it may not: what to use instead. */
  readonly alternative?: TextFact;
  /** How a handler is configured before containerd starts for the first time. */
  readonly bootHook?: TextFact;
  /** Handlers the distribution configures by itself when it finds the shim on its PATH. */
  readonly autodetectedHandlers: string[];
  /** RuntimeClasses that its own controller owns. */
  readonly ownRuntimeClasses: string[];
  /** Whether pods live in systemd's cgroups; metrics need the shim to agree. */
  readonly systemdCgroup: BooleanFact;
  /** Set where no new pools can be made: what to use instead. */
  readonly retired?: TextFact;
  readonly evidence: Evidence;
}
