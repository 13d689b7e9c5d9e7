export { PolicyAction, PolicyEnforcer } from './enforcement';
export type { PolicyRule } from './policy-rule';
export { WasmPolicy } from './wasm-policy';
export type { IPolicyContributor, OtherRuntimeClass, WasmPolicyProps } from './wasm-policy.props';
