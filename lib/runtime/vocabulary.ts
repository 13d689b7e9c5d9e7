/**
 * What kind of WebAssembly a file holds, as far as a runtime cares.
 * @see https://component-model.bytecodealliance.org/
 */
export enum WasmPayload {
  /** A core module with WASI preview 1 and `_start`: runs, then ends. */
  MODULE = 'module:p1',
  /** A component that exports `wasi:cli/run@0.2`: runs, then ends. */
  CLI_COMPONENT = 'component:cli',
  /** A component that exports `wasi:http/incoming-handler@0.2`: the runtime serves HTTP and calls it. */
  HTTP_COMPONENT = 'component:http',
  /** A Spin application with its manifest, published by `spin registry push`. */
  SPIN_APP = 'spin',
}

/**
 * How a payload is packed as an OCI image. No format runs everywhere.
 * @see https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/
 */
export enum ImageFormat {
  /** CNCF Wasm OCI artifact: a bare manifest with the module as one raw layer. Compiled once per node. */
  ARTIFACT = 'artifact',
  /** A root filesystem with the module in it. Runs on everything that runs containers, compiled at every start. */
  IMAGE = 'image',
  /** What `spin registry push` makes. */
  SPIN = 'spin',
  /** What `wasm-to-oci` made; only Krustlet reads it. */
  WASM_TO_OCI = 'wasm-to-oci',
}
