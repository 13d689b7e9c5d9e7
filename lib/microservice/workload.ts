import type { Construct, IConstruct } from 'constructs';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import { judge, judgeNow } from '../diagnostics';
import type { WasmImage } from '../image';
import { Manifest } from '../manifest';
import { type Labels, selectorOf } from '../manifest/labels';
import type { IWasmNodePool } from '../node-pool';
import type { ImageFormat } from '../runtime';
import { declareEnvironment } from './application';
import { Environment } from './environment';
import { environmentFindings, podFindings } from './pod.checks';
import type { PodIntent } from './pod.intent';
import { NetworkIsolation, type WasmPodProps } from './pod.props';
import { type PodExtras, podTemplate } from './pod.render';
import { type Match, type PodRole, resolvePod } from './pod.resolve';
import type { MeshMembership, Serving } from './service-mesh';

/** The object that makes the pods. */
export interface WorkloadKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Everything below `apiVersion`, `kind` and `metadata`. */
  readonly content: () => unknown;
}

/** What every workload tells about itself. */
export interface IWasmWorkload extends IConstruct {
  /** Name of its objects, and the value of `app.kubernetes.io/name`. */
  readonly name: string;
  readonly pool: IWasmNodePool;
  readonly image: WasmImage;
  /** The format it is pulled in; undefined where runtime and image share none. */
  readonly format?: ImageFormat;
}

/** What Deployment, Job and CronJob have in common: an object, a pod, a ServiceAccount, an environment, a mesh. */
export class Workload {
  public readonly name: string;
  public readonly labels: Labels;
  /** Labels that find the pods, and nothing that could change. */
  public readonly selector: Labels;
  public readonly namespace: string | undefined;
  public readonly pod: PodIntent;
  public readonly environment = new Environment();
  public readonly serviceAccountName: string;
  private membership: MeshMembership | undefined;

  public constructor(
    private readonly scope: Construct,
    private readonly props: WasmPodProps,
    { apiVersion, kind, content }: WorkloadKind,
    role: PodRole,
    match: Match,
  ) {
    const { name, annotations } = props;
    // First the ServiceAccount: applied in this order, no pod waits for it.
    const account = props.serviceAccount === undefined ? this.declare('v1', 'ServiceAccount', NO_TOKEN) : undefined;
    const resource = new Manifest(scope, 'Resource', {
      apiVersion,
      kind,
      name,
      annotations,
      content: { render: content },
    });
    this.name = resource.name;
    this.namespace = resource.namespace;
    this.pod = resolvePod(scope, resource.name, props, role, match);
    this.labels = this.pod.labels;
    this.selector = selectorOf(this.labels);
    for (const object of [account, resource]) this.label(object);
    this.serviceAccountName = account?.name ?? props.serviceAccount?.name ?? this.name;
    declareEnvironment(this.environment, props);
    judgeNow(scope, podFindings(this.pod, props));
    judge(scope, () => environmentFindings(this.pod, this.environment));
  }

  public get isolation(): NetworkIsolation {
    return this.props.isolation ?? NetworkIsolation.DECLARED;
  }

  /** Makes it a member of the mesh of its props. @param serving what it answers to; nothing where it only calls */
  public join(serving?: Serving): MeshMembership | undefined {
    const { scope, name, namespace, serviceAccountName, labels, pod } = this;
    const { mesh, pool } = this.props;
    const membership = mesh?._join({
      ...{ scope, name, namespace, serviceAccountName, labels, serving },
      runtime: pod.runtime,
      kubernetesVersion: pool.kubernetesVersion,
      containers: [pod.container, ...pod.sidecars],
    });
    if (membership !== undefined) judge(scope, () => membership.findings());
    this.membership = membership;
    return membership;
  }

  /** One more object of the workload, under the workload's name. */
  public emit(
    apiVersion: string,
    kind: string,
    content: () => unknown,
    annotations?: Record<string, string>,
  ): Manifest {
    return this.label(this.declare(apiVersion, kind, content, annotations));
  }

  /** The same, where it is not there yet. */
  public emitOnce(apiVersion: string, kind: string, content: () => unknown): void {
    if (this.scope.node.tryFindChild(kind) === undefined) this.emit(apiVersion, kind, content);
  }

  public template(extras: Pick<PodExtras, 'restartPolicy' | 'topologySpreadConstraints'> = {}): PodTemplateSpec {
    const { serviceAccountName } = this;
    const sidecars = this.membership === undefined ? [] : [this.membership.sidecar()];
    return podTemplate(this.pod, { ...extras, serviceAccountName, sidecars, environment: this.environment.render() });
  }

  private declare(
    apiVersion: string,
    kind: string,
    content: () => unknown,
    annotations?: Record<string, string>,
  ): Manifest {
    const { name } = this.props;
    return new Manifest(this.scope, kind, { apiVersion, kind, name, annotations, content: { render: content } });
  }

  private label<T extends Manifest | undefined>(object: T): T {
    for (const [label, value] of Object.entries(this.labels)) object?.metadata.addLabel(label, value);
    return object;
  }
}

const NO_TOKEN = () => ({ automountServiceAccountToken: false });
