//! Runs one guest to its end.
use anyhow::{Context as _, Result, bail};
use containerd_shim_wasm::sandbox::Sandbox;
use containerd_shim_wasm::sandbox::context::RuntimeContext;
use tokio::signal::unix::{SignalKind, signal};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Module, Precompiled, Store};
use wasmtime_wasi::p2::bindings::Command;
use wasmtime_wasi::{DirPerms, FilePerms, I32Exit, WasiCtx, WasiCtxBuilder};
use wasmtime_wasi_http::bindings::ProxyPre;

use crate::http::{self, Host};

pub enum Format {
    Module,
    Component,
    Precompiled(Precompiled),
    Unknown,
}

impl Format {
    pub fn of(bytes: &[u8]) -> Self {
        match bytes.get(..8) {
            Some(b"\0asm\x01\0\0\0") => Format::Module,
            Some([0, b'a', b's', b'm', _, _, 1, 0]) => Format::Component,
            _ => Engine::detect_precompiled(bytes).map_or(Format::Unknown, Format::Precompiled),
        }
    }
}

pub struct Guest(Engine);

impl Default for Guest {
    fn default() -> Self {
        Guest(crate::engine())
    }
}

impl Sandbox for Guest {
    async fn run_wasi(&self, pod: &impl RuntimeContext) -> Result<i32> {
        match self.run(pod).await {
            Err(error) => match error.downcast_ref::<I32Exit>() {
                Some(exit) => Ok(exit.0),
                None => {
                    eprintln!("wasm-test-shim: {error:?}"); // into the pod's log: a trap should not look like a full memory
                    Err(error)
                }
            },
            ended => ended,
        }
    }
}

impl Guest {
    async fn run(&self, pod: &impl RuntimeContext) -> Result<i32> {
        let entrypoint = pod.entrypoint();
        let bytes = entrypoint.source.as_bytes()?;
        match Format::of(&bytes) {
            Format::Module => self.module(pod, Module::new(&self.0, &bytes)?, &entrypoint.func).await,
            Format::Component => self.component(pod, Component::new(&self.0, &bytes)?).await,
            // SAFETY: written by `AheadOfTime::compile` into containerd's own store.
            Format::Precompiled(Precompiled::Module) => {
                let module = unsafe { Module::deserialize(&self.0, &bytes)? };
                self.module(pod, module, &entrypoint.func).await
            }
            Format::Precompiled(Precompiled::Component) => {
                let component = unsafe { Component::deserialize(&self.0, &bytes)? };
                self.component(pod, component).await
            }
            Format::Unknown => bail!("neither a module nor a component"),
        }
    }

    /// Without a signal handler, as the production shim: it is PID 1 of its namespace, where SIGTERM does nothing.
    async fn module(&self, pod: &impl RuntimeContext, module: Module, function: &str) -> Result<i32> {
        let mut linker = wasmtime::Linker::new(&self.0);
        wasmtime_wasi::preview1::add_to_linker_async(&mut linker, |state| state)?;
        let mut store = Store::new(&self.0, command(pod)?.build_p1());
        let instance = linker.instantiate_async(&mut store, &module).await?;
        let entry = instance.get_func(&mut store, function).with_context(|| format!("no export {function}"))?;
        entry.call_async(&mut store, &[], &mut []).await?;
        Ok(0)
    }

    async fn component(&self, pod: &impl RuntimeContext, component: Component) -> Result<i32> {
        let mut exports = component.component_type().exports(&self.0).map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        exports.retain(|name| name.starts_with("wasi:http/incoming-handler"));
        let mut linker = Linker::<Host>::new(&self.0);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::add_only_http_to_linker_async(&mut linker)?;
        let work = async {
            if !exports.is_empty() {
                return http::serve(environment(pod), ProxyPre::new(linker.instantiate_pre(&component)?)?).await;
            }
            let mut store = Store::new(&self.0, Host::from(command(pod)?.build()));
            let command = Command::instantiate_async(&mut store, &component, &linker).await?;
            let ended = command.wasi_cli_run().call_run(&mut store).await?;
            Ok(if ended.is_ok() { 0 } else { 1 })
        };
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            ended = work => ended,
            _ = terminate.recv() => Ok(128 + libc::SIGTERM),
        }
    }
}

fn environment(pod: &impl RuntimeContext) -> Vec<(String, String)> {
    let pair = |entry: &String| entry.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    pod.envs().iter().filter_map(pair).collect()
}

/// All of WASI, as the production shim gives it: the root of the container, environment, network, standard streams.
fn command(pod: &impl RuntimeContext) -> Result<WasiCtxBuilder> {
    let mut builder = WasiCtx::builder();
    builder.args(pod.args()).envs(&environment(pod)).inherit_stdio();
    builder.inherit_network().allow_ip_name_lookup(true);
    builder.preopened_dir("/", "/", DirPerms::all(), FilePerms::all())?;
    Ok(builder)
}
