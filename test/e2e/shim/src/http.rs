//! Serves a `wasi:http` proxy, and lets guests ask other servers in plain HTTP.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use wasmtime::Store;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::bindings::ProxyPre;
use wasmtime_wasi_http::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::body::HyperOutgoingBody;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::types::{HostFutureIncomingResponse, IncomingResponse, OutgoingRequestConfig};
use wasmtime_wasi_http::{HttpResult, WasiHttpCtx, WasiHttpView, hyper_request_error};

const ADDRESS_VARIABLE: &str = "WASMTIME_HTTP_PROXY_SOCKET_ADDR";

/// What a component can reach.
pub struct Host {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl From<WasiCtx> for Host {
    fn from(wasi: WasiCtx) -> Self {
        Host { wasi, http: WasiHttpCtx::new(), table: ResourceTable::new() }
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Host {
    fn ctx(&mut self) -> &mut WasiHttpCtx {
        &mut self.http
    }

    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }

    fn send_request(
        &mut self,
        request: Request<HyperOutgoingBody>,
        config: OutgoingRequestConfig,
    ) -> HttpResult<HostFutureIncomingResponse> {
        if config.use_tls {
            return Err(ErrorCode::TlsProtocolError.into());
        }
        let answer = wasmtime_wasi::runtime::spawn(async move { Ok(ask(request, config).await) });
        Ok(HostFutureIncomingResponse::pending(answer))
    }
}

/// One connection for each request.
async fn ask(mut request: Request<HyperOutgoingBody>, config: OutgoingRequestConfig) -> Result<IncomingResponse, ErrorCode> {
    let authority = request.uri().authority().ok_or(ErrorCode::HttpRequestUriInvalid)?.clone();
    let address = (authority.host().trim_matches(['[', ']']), authority.port_u16().unwrap_or(80));
    let stream = within(config.connect_timeout, TcpStream::connect(address), ErrorCode::ConnectionTimeout)
        .await?
        .map_err(|_| ErrorCode::ConnectionRefused)?;
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream));
    let (mut sender, connection) = within(config.connect_timeout, handshake, ErrorCode::ConnectionTimeout)
        .await?
        .map_err(hyper_request_error)?;
    let worker = wasmtime_wasi::runtime::spawn(async move {
        if let Err(error) = connection.await {
            log::warn!("outbound connection: {error}");
        }
    });
    // A server, unlike a proxy, is asked for a path.
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    *request.uri_mut() = path.parse::<Uri>().map_err(|_| ErrorCode::HttpRequestUriInvalid)?;
    let resp = within(config.first_byte_timeout, sender.send_request(request), ErrorCode::ConnectionReadTimeout)
        .await?
        .map_err(hyper_request_error)?
        .map(|body| body.map_err(hyper_request_error).boxed());
    Ok(IncomingResponse { resp, worker: Some(worker), between_bytes_timeout: config.between_bytes_timeout })
}

async fn within<T>(limit: Duration, work: impl Future<Output = T>, late: ErrorCode) -> Result<T, ErrorCode> {
    timeout(limit, work).await.map_err(|_| late)
}

struct Proxy {
    pre: ProxyPre<Host>,
    environment: Vec<(String, String)>,
}

/// Until SIGINT, then until the last request is answered. A variable that is no address means the default, without a word.
pub async fn serve(mut environment: Vec<(String, String)>, pre: ProxyPre<Host>) -> Result<i32> {
    let asked = environment.iter().find(|(name, _)| name == ADDRESS_VARIABLE).and_then(|(_, value)| value.parse().ok());
    environment.retain(|(name, _)| name != ADDRESS_VARIABLE);
    let listener = TcpListener::bind(asked.unwrap_or(SocketAddr::from(([0, 0, 0, 0], 8080)))).await?;
    let proxy = Arc::new(Proxy { pre, environment });
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut open = tokio::task::JoinSet::new();
    loop {
        let connection = tokio::select! {
            accepted = listener.accept() => accepted?.0,
            _ = interrupt.recv() => break,
        };
        let proxy = proxy.clone();
        open.spawn(async move {
            let service = service_fn(move |request| answer(proxy.clone(), request));
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(connection), service).await {
                log::warn!("connection: {error}");
            }
        });
        while open.try_join_next().is_some() {}
    }
    while open.join_next().await.is_some() {}
    Ok(0)
}

/// An instance of its own for each request, without files, arguments and streams.
async fn answer(proxy: Arc<Proxy>, request: Request<Incoming>) -> Result<Response<HyperOutgoingBody>> {
    let wasi = WasiCtx::builder().envs(&proxy.environment).build();
    let mut store = Store::new(proxy.pre.engine(), Host::from(wasi));
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let request = store.data_mut().new_incoming_request(Scheme::Http, request)?;
    let out = store.data_mut().new_response_outparam(sender)?;
    let guest = proxy.pre.instantiate_async(&mut store).await?;
    let call = tokio::spawn(async move { guest.wasi_http_incoming_handler().call_handle(store, request, out).await });
    match receiver.await {
        Ok(response) => Ok(response?),
        Err(_) => bail!("the guest ended without an answer: {:?}", call.await),
    }
}
