import type { Size } from 'cdk8s';
import type { IConfigMap, IPersistentVolumeClaim, ISecret } from 'cdk8s-plus-28';

/** Which keys become files, and under which names. */
export interface FileItems {
  /** File name by key. @default - every key, under its own name */
  readonly items?: Record<string, string>;
  /** Mounts the one file of this name at `path` itself instead of a directory. @default - a directory */
  readonly file?: string;
  /** Whether the pod may start without the object. @default false */
  readonly optional?: boolean;
}

/** Scratch space. */
export interface ScratchOptions {
  /** @default - none; counts as ephemeral storage, or as memory with `inMemory` */
  readonly sizeLimit?: Size;
  /** A tmpfs. @default false */
  readonly inMemory?: boolean;
}

/** The volume behind files, as Kubernetes writes it, without a name. */
export interface VolumeSource {
  readonly [source: string]: unknown;
}

/**
 * Files in a container. Whether a guest sees them depends on runtime and payload: a wasi:http component sees none.
 */
export class Files {
  public static fromConfigMap(configMap: IConfigMap, path: string, options: FileItems = {}): Files {
    return new Files(path, options.file, true, {
      configMap: { name: configMap.name, items: itemsOf(options), optional: options.optional },
    });
  }

  public static fromSecret(secret: ISecret, path: string, options: FileItems = {}): Files {
    return new Files(path, options.file, true, {
      secret: { secretName: secret.name, items: itemsOf(options), optional: options.optional },
    });
  }

  /** An empty directory that lives as long as the pod. */
  public static scratch(path: string, options: ScratchOptions = {}): Files {
    const medium = options.inMemory === true ? 'Memory' : undefined;
    return new Files(path, undefined, false, { emptyDir: { medium, sizeLimit: options.sizeLimit?.asString() } });
  }

  public static fromPersistentVolumeClaim(claim: IPersistentVolumeClaim, path: string, readOnly = false): Files {
    return new Files(path, undefined, readOnly, { persistentVolumeClaim: { claimName: claim.name, readOnly } });
  }

  /**
   * Any other volume.
   * @param source a `volumes` entry without its name, such as `{ csi: { driver: … } }`
   */
  public static fromVolume(source: Record<string, unknown>, path: string, readOnly = true): Files {
    return new Files(path, undefined, readOnly, { ...source });
  }

  private constructor(
    /** Where the files are in the container. */
    public readonly path: string,
    /** The one file that is mounted, where it is not a directory. */
    public readonly file: string | undefined,
    public readonly readOnly: boolean,
    /** @internal */
    public readonly _source: VolumeSource,
  ) {}
}

const itemsOf = ({ items }: FileItems) =>
  items === undefined ? undefined : Object.entries(items).map(([key, path]) => ({ key, path }));
