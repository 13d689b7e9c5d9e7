import type { IServiceMesh } from '../../microservice';
import type { MeshMember, MeshMembership, MeshTerms } from '../../microservice/service-mesh';
import type { MeshCredentials } from '../identities/identity';

/** What a mode has to know about the mesh a service joins. */
export interface MeshContext {
  readonly mesh: IServiceMesh;
  readonly trustDomain: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  /** The member's own SPIFFE ID. */
  readonly identity: string;
  readonly credentials: MeshCredentials;
}

/** How traffic of a mesh is carried. */
export interface IMeshMode {
  /** Its name in messages. */
  readonly name: string;
  /** Images it brings into every pod. */
  readonly images: string[];
  /** @internal */
  readonly _terms: Omit<MeshTerms, 'podLabels'>;
  /** @internal */
  _member(context: MeshContext, member: MeshMember): MeshMembership;
}
