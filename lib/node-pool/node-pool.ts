import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { judge, judgeNow } from '../diagnostics';
import { Manifest } from '../manifest';
import { emit } from '../manifest/emit';
import { standardLabels } from '../manifest/labels';
import type { Distribution, WasmRuntime } from '../runtime';
import { ImportedNodePool, type RuntimeClassReference } from './imported-node-pool';
import type { IShimInstaller } from './installers/installer';
import { ignoredFindings, nodePoolFindings } from './node-pool.checks';
import type { NodePoolIntent } from './node-pool.intent';
import type { WasmNodePoolProps } from './node-pool.props';
import { resolveNodePool } from './node-pool.resolve';
import { ownerFindings } from './owners';
import type { IWasmNodePool } from './placement';
import type { INodeProvisioner } from './provisioners/provisioner';
import { runtimeClassContent } from './runtime-class.render';
import type { KubernetesToleration } from './taint';

/**
 * Nodes that run WebAssembly under one runtime: the RuntimeClass that leads pods there, and whatever makes the nodes
 * and brings them their shim. Taint, toleration, label, selector and handler come from one place.
 */
export class WasmNodePool extends Construct implements IWasmNodePool {
  /**
   * A pool whose RuntimeClass exists already. Nothing is emitted.
   * @param runtimeClassName name of the RuntimeClass in the cluster
   */
  public static fromRuntimeClass(
    scope: Construct,
    id: string,
    runtimeClassName: string,
    reference: RuntimeClassReference,
  ): IWasmNodePool {
    return new ImportedNodePool(scope, id, runtimeClassName, reference);
  }

  /** Where its nodes come from. */
  public readonly provisioner: INodeProvisioner;
  /** How the shim gets onto them. */
  public readonly installer: IShimInstaller;
  private readonly pool: NodePoolIntent;

  public constructor(scope: Construct, id: string, props: WasmNodePoolProps) {
    super(scope, id);
    const { pool, provisioner, installer } = resolveNodePool(id, props);
    this.provisioner = provisioner;
    this.installer = installer;
    const labels = standardLabels({ name: pool.name, component: 'node-pool', partOf: Chart.of(this).node.id });
    this.pool = { ...pool, runtimeClassName: this.runtimeClass(pool, props, labels)?.name };

    judgeNow(this, [...nodePoolFindings(this.pool, provisioner), ...ignoredFindings(props, pool.runtime, provisioner)]);
    judge(this, () => ownerFindings(this, this.pool));
    this.node.addValidation({ validate: () => [...provisioner.validate(this.pool), ...installer.validate(this.pool)] });
    for (const object of [...provisioner.provision(this.pool), ...installer.install(this.pool)])
      emit(this, object, labels);
  }

  public get runtime(): WasmRuntime {
    return this.pool.runtime;
  }

  public get distribution(): Distribution | undefined {
    return this.pool.distribution;
  }

  public get runtimeClassName(): string | undefined {
    return this.pool.runtimeClassName;
  }

  public get runtimeClassNodeSelector(): Record<string, string> {
    return this.pool.runtimeClassName === undefined ? {} : { ...this.pool.nodeSelector };
  }

  public get podNodeSelector(): Record<string, string> {
    return this.pool.runtimeClassName === undefined ? { ...this.pool.nodeSelector } : {};
  }

  public get podTolerations(): KubernetesToleration[] {
    return this.pool.runtimeClassName === undefined ? [...this.pool.tolerations] : [];
  }

  public get kubernetesVersion(): string | undefined {
    return this.pool.kubernetesVersion;
  }

  public get containerdVersion(): string | undefined {
    return this.pool.containerdVersion;
  }

  /** What the pool comes to: names, labels, taints, gate. A copy. */
  public get intent(): NodePoolIntent {
    const { labels, memberSelector, nodeSelector, startupTaints, tolerations, architectures } = this.pool;
    return {
      ...this.pool,
      labels: { ...labels },
      memberSelector: { ...memberSelector },
      nodeSelector: { ...nodeSelector },
      startupTaints: [...startupTaints],
      tolerations: [...tolerations],
      architectures: [...architectures],
    };
  }

  private runtimeClass(
    pool: NodePoolIntent,
    props: WasmNodePoolProps,
    labels: Readonly<Record<string, string>>,
  ): Manifest | undefined {
    const { handler } = pool;
    if (handler === undefined) return undefined;
    return new Manifest(this, 'Resource', {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      name: props.runtimeClassName,
      defaultName: `${handler}-${pool.name}`,
      labels,
      content: { render: () => runtimeClassContent(pool, handler) },
    });
  }
}
