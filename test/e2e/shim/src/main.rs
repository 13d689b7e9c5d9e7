//! A containerd shim for tests. What a pod is, how images are read and what a Linux sidecar gets comes from runwasi's
//! library; here is only what is left to an engine.
mod guest;
mod http;

use anyhow::Result;
use containerd_shim_wasm::sandbox::context::WasmLayer;
use containerd_shim_wasm::shim::{Cli as _, Compiler, Shim};
use wasmtime::{Config, Engine};

use guest::{Format, Guest};

pub fn engine() -> Engine {
    Engine::new(Config::new().async_support(true)).expect("this configuration is valid")
}

struct TestShim;

impl Shim for TestShim {
    type Sandbox = Guest;

    fn name() -> &'static str {
        "wasmtime"
    }

    #[allow(refining_impl_trait)]
    async fn compiler() -> Option<AheadOfTime> {
        Some(AheadOfTime(engine()))
    }
}

/// Compiles the layers of an artifact once; the library keeps the result in containerd's content store.
struct AheadOfTime(Engine);

impl Compiler for AheadOfTime {
    fn cache_key(&self) -> impl std::hash::Hash {
        self.0.precompile_compatibility_hash()
    }

    async fn compile(&self, layers: &[WasmLayer]) -> Result<Vec<Option<Vec<u8>>>> {
        layers
            .iter()
            .map(|layer| match Format::of(&layer.layer) {
                Format::Module => self.0.precompile_module(&layer.layer).map(Some),
                Format::Component => self.0.precompile_component(&layer.layer).map(Some),
                Format::Precompiled(_) | Format::Unknown => Ok(None),
            })
            .collect()
    }
}

fn main() {
    TestShim::run(None);
}
