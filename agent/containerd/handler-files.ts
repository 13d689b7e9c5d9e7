import type { CriPlugin, RuntimeTable } from './containerd-config';

/** A file of the node in which our block is, was, or will be. */
export interface HandlerFile {
  /** On the node. */
  readonly path: string;
  /** What stands before the block where the agent makes the file; a file with no more than that is taken away again. */
  readonly preamble: string;
}

/** What one way of configuring containerd says about this node. */
export interface HandlerFiles {
  /** Where the block belongs. */
  readonly home: HandlerFile;
  /** Where it may be from an earlier day, when the node was configured in another way. */
  readonly formerly: readonly HandlerFile[];
  readonly plugin: CriPlugin;
  /** Runtimes that containerd has by itself or by others: without our blocks. */
  readonly runtimes: readonly RuntimeTable[];
  /** Whether the file is TOML, to be judged as a whole once the block is in; a template is not. */
  readonly isToml: boolean;
}

/** Reads a file of the node by its own path; undefined where there is none. */
export type ReadHostFile = (path: string) => Promise<string | undefined>;
/** Names in a directory of the node; none where there is no directory. */
export type ListHostDirectory = (path: string) => Promise<readonly string[]>;

export interface HostFiles {
  readonly read: ReadHostFile;
  readonly list: ListHostDirectory;
  /** A file that is one is left alone: a rename would put a file in its place, and its target may not be mounted. */
  readonly isSymlink: (path: string) => Promise<boolean>;
}
