/** Who asks for credentials. */
export interface IdentityRequest {
  /** Name for objects, a DNS label. */
  readonly name: string;
  readonly namespace: string;
  /** `spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT`. */
  readonly spiffeId: string;
}

/** Where a proxy finds its certificate. */
export interface MeshCredentials {
  /** Objects to emit: complete Kubernetes objects with `apiVersion`, `kind` and `metadata.name`. */
  readonly objects: Record<string, unknown>[];
  /** A `volumes` entry without its name. Its files are replaced together, by renaming a link, when they are renewed. */
  readonly volume: Record<string, unknown>;
  /** Names of the files in it. */
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** Gives services certificates. One issuer each. */
export interface IMeshIdentity {
  /** The API it speaks, in messages: `cert-manager.io/v1`. */
  readonly api: string;
  /** Pure. */
  credentials(request: IdentityRequest): MeshCredentials;
}
