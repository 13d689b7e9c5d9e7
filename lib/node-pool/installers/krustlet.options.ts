/** A bootstrap token to declare. It stands in the manifests: give it a short life, and keep them out of repositories. */
export interface KrustletBootstrapToken {
  /** The public half: 6 characters of a-z and 0-9. WASM0425 otherwise. */
  readonly id: string;
  /** The secret half: 16 characters of a-z and 0-9. WASM0425 otherwise. */
  readonly secret: string;
  /** When it ends, as `2026-01-31T12:00:00Z`. Krustlet's own script gives it an hour. WASM0425 otherwise. */
  readonly expiration: string;
}

/** What Krustlet is given to join the cluster. */
export interface KrustletInstallerOptions {
  /**
   * Whether it is built from the source of its main branch, for Kubernetes 1.19 and later. The last release, an alpha,
   * joins only what is older than 1.22. From 1.31 on the server wants `--hostname` and `--node-name` to be the same.
   * @default false
   */
  readonly builtFromSource?: boolean;
  /** @default - none: `kubeadm token create` makes one */
  readonly bootstrapToken?: KrustletBootstrapToken;
  /**
   * Group of the token, which may ask for the certificate of a node and gets it.
   * @default - `system:bootstrappers:kubeadm:default-node-token`, which kubeadm and Krustlet's script give to tokens
   */
  readonly bootstrapGroup?: string;
}
