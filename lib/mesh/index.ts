export type { CertManagerOptions } from './identities/cert-manager';
export type { IdentityRequest, IMeshIdentity, MeshCredentials } from './identities/identity';
export { MeshIdentity } from './identities/mesh-identity';
export { WasmMesh, type WasmMeshProps } from './mesh';
export type { EnvoyModeOptions } from './modes/envoy.options';
export { MeshMode } from './modes/mesh-mode';
export type { IMeshMode } from './modes/mode';
