import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { judgeNow } from '../diagnostics';
import { Manifest } from '../manifest';
import { emit } from '../manifest/emit';
import { standardLabels } from '../manifest/labels';
import { readableName } from '../manifest/names';
import type { IServiceMesh } from '../microservice';
import type { MeshMember, MeshMembership, MeshTerms } from '../microservice/service-mesh';
import type { IMeshIdentity } from './identities/identity';
import { memberFindings, meshFindings } from './mesh.checks';
import { MeshMode } from './modes/mesh-mode';
import type { IMeshMode } from './modes/mode';
import { podMonitor } from './pod-monitor.render';
import { spiffeId } from './spiffe';

export interface WasmMeshProps {
  /** Authority of every identity, such as `shop.example`. */
  readonly trustDomain: string;
  /** Where certificates come from. */
  readonly identity: IMeshIdentity;
  /** How traffic is carried. @default MeshMode.envoy() */
  readonly mode?: IMeshMode;
  /** Domain of the cluster's own DNS. @default cluster.local */
  readonly clusterDomain?: string;
  /** Whether a PodMonitor asks the proxies for metrics; it needs the Prometheus operator. @default true */
  readonly podMonitor?: boolean;
}

/**
 * mTLS between services and jobs, each with an identity of its own: `spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT`.
 * Who may call whom follows from `calls()`; nobody else is let in.
 */
export class WasmMesh extends Construct implements IServiceMesh {
  public readonly trustDomain: string;
  public readonly mode: IMeshMode;
  private readonly memberNamespaces: string[] = [];

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: WasmMeshProps,
  ) {
    super(scope, id);
    this.trustDomain = props.trustDomain;
    this.mode = props.mode ?? MeshMode.envoy();
    judgeNow(this, meshFindings(this.trustDomain, this.mode.images));
    if (props.podMonitor === false) return;
    new Manifest(this, 'Resource', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      labels: { ...standardLabels({ name: this.meshName, component: 'mesh', partOf: Chart.of(this).node.id }) },
      content: { render: () => podMonitor(this._terms.podLabels, this.memberNamespaces) },
    });
  }

  /** Images that the mesh brings into every pod. */
  public get images(): string[] {
    return [...this.mode.images];
  }

  /** @internal */
  public get _terms(): MeshTerms {
    return { ...this.mode._terms, podLabels: { 'cdk8s-wasm.dev/mesh': this.meshName } };
  }

  /** @internal */
  public _join(member: MeshMember): MeshMembership {
    const { scope, name, serviceAccountName } = member;
    judgeNow(scope, memberFindings(member));
    // Without a namespace there is a finding, and what is rendered for it is never written.
    const namespace = member.namespace ?? '';
    this.memberNamespaces.push(namespace);
    const identity = spiffeId(this.trustDomain, namespace, serviceAccountName);
    const credentials = this.props.identity.credentials({ name, namespace, spiffeId: identity });
    for (const object of credentials.objects) emit(scope, object, { ...member.labels });
    const { trustDomain } = this;
    const clusterDomain = this.props.clusterDomain ?? 'cluster.local';
    return this.mode._member({ mesh: this, trustDomain, clusterDomain, identity, credentials }, member);
  }

  private get meshName(): string {
    return readableName(this.node.id);
  }
}
