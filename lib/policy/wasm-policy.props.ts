import type { IWasmWorkload } from '../microservice';
import type { IWasmNodePool } from '../node-pool';
import type { PolicyAction, PolicyEnforcer } from './enforcement';

/** Something that brings containers of its own into Wasm pods, as a mesh does. */
export interface IPolicyContributor {
  /** Its images, digest and all. They are admitted as they are, and nothing beside them. */
  readonly images: string[];
}

/** A RuntimeClass that is none of the program's pools: another sandbox, another program's pool. */
export interface OtherRuntimeClass {
  readonly name: string;
  /** @default - any */
  readonly handler?: string;
  /** Whether its pods may run on every node. @default false */
  readonly anywhere?: boolean;
}

export interface WasmPolicyProps {
  /**
   * The pools whose pods are Wasm pods. RuntimeClasses, handlers, taints and what their runtimes cannot do come from here.
   * The rules hold for the whole cluster: one policy for all pools of it. WASM0702 when empty.
   */
  readonly pools: IWasmNodePool[];
  /**
   * What images of Wasm pods begin with: `ghcr.io/acme/`. WASM0701 for one that does not end with `/`.
   * Sidecars count, but for those of a mesh, which gives its own.
   */
  readonly repositories: string[];
  /**
   * Services whose Secrets in the environment and whose writable claims are admitted, because the program says so.
   * @default - all of the program
   */
  readonly services?: IWasmWorkload[];
  /** Whatever else brings containers into the pods; a WasmMesh of the program is found. @default - none */
  readonly contributors?: IPolicyContributor[];
  /** @default - PolicyEnforcer.SYNTH and PolicyEnforcer.NATIVE */
  readonly enforcers?: PolicyEnforcer[];
  /** @default PolicyAction.DENY */
  readonly action?: PolicyAction;
  /**
   * Namespaces without rules: node agents, controllers of the cluster. Those where a pool installs its shim come on top.
   * @default - kube-system, kube-public, kube-node-lease and gatekeeper-system
   */
  readonly exemptNamespaces?: string[];
  /** Namespaces in which every pod names a RuntimeClass. @default - none */
  readonly requiredIn?: string[];
  /** Images the rules about images pass over: an exact one, or a prefix that ends with `/`. @default - none */
  readonly exemptImages?: string[];
  /** RuntimeClasses that are admitted besides those of the pools. @default - none */
  readonly otherRuntimeClasses?: OtherRuntimeClass[];
  /**
   * Secrets that may become environment of Wasm pods: `NAMESPACE/SECRET`, or `SECRET` for any namespace.
   * @default - what the services declare
   */
  readonly secrets?: string[];
  /**
   * Types of volumes besides configMap, secret, emptyDir, projected, downwardAPI and persistentVolumeClaim, as fields of
   * a volume: `csi`, `image`.
   * @default - none
   */
  readonly volumeTypes?: string[];
  /** Where claims may be mounted writable. @default - where the services mount them */
  readonly writablePaths?: string[];
}
