//! The part of wasi:http that the Rust services share: GET requests answered and asked in JSON.

use std::io::{Read, Write};

use serde_json::{Value, json};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    Fields, IncomingBody, IncomingRequest, IncomingResponse, Method, OutgoingBody, OutgoingRequest, OutgoingResponse,
    ResponseOutparam, Scheme,
};

pub struct Request {
    pub path: String,
    /// The trace this request belongs to, handed on as it came: a service that makes no spans of
    /// its own must not change it. https://www.w3.org/TR/trace-context/
    pub traceparent: Option<String>,
}

/// A status and a JSON body.
pub type Answer = (u16, Value);

pub fn failure(status: u16, error: impl Into<String>) -> Answer {
    (status, json!({ "error": error.into() }))
}

/// Answers `incoming` with what `route` says; `/healthz` and other methods than GET are answered here.
pub fn serve(incoming: IncomingRequest, out: ResponseOutparam, route: fn(&Request) -> Answer) {
    let target = incoming.path_with_query().unwrap_or_default();
    let request = Request {
        path: target.split('?').next().unwrap_or_default().to_owned(),
        traceparent: header(&incoming.headers(), "traceparent"),
    };
    let (status, body) = match (incoming.method(), request.path.as_str()) {
        (Method::Get, "/healthz") => (200, json!({ "status": "ok" })),
        (Method::Get, _) => route(&request),
        _ => failure(405, "only GET is served here"),
    };
    respond(out, status, &format!("{body}\n"));
}

/// Asks `path` of the service at `base` (`http://host:port`) and reads its answer as JSON.
pub fn get(base: &str, path: &str, traceparent: Option<&str>) -> Result<Value, String> {
    let authority = base.strip_prefix("http://").ok_or("the address must begin with http://")?;
    let headers = Fields::new();
    if let Some(traceparent) = traceparent {
        headers.append("traceparent", traceparent.as_bytes()).map_err(|error| error.to_string())?;
    }
    let request = OutgoingRequest::new(headers);
    request
        .set_scheme(Some(&Scheme::Http))
        .and_then(|()| request.set_authority(Some(authority.trim_end_matches('/'))))
        .and_then(|()| request.set_path_with_query(Some(path)))
        .map_err(|()| format!("{base}{path} is not a valid address"))?;

    let pending = outgoing_handler::handle(request, None).map_err(|code| code.to_string())?;
    pending.subscribe().block();
    // Ready after block(), and taken once: the two outer layers cannot be empty here.
    let response = pending.get().unwrap().unwrap().map_err(|code| code.to_string())?;
    match response.status() {
        200 => serde_json::from_str(&text(&response)?).map_err(|error| error.to_string()),
        status => Err(format!("answered {status}")),
    }
}

fn header(headers: &Fields, name: &str) -> Option<String> {
    String::from_utf8(headers.get(name).into_iter().next()?).ok()
}

fn text(response: &IncomingResponse) -> Result<String, String> {
    let body: IncomingBody = response.consume().map_err(|()| "the body was taken")?;
    let mut stream = body.stream().map_err(|()| "the body was taken")?;
    let mut text = String::new();
    stream.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

fn respond(out: ResponseOutparam, status: u16, text: &str) {
    let headers = Fields::new();
    headers.append("content-type", b"application/json").unwrap();
    let response = OutgoingResponse::new(headers);
    response.set_status_code(status).unwrap();
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));

    // From here on the caller may hang up at any time: that is no reason to trap.
    let mut stream = body.write().unwrap();
    let written = stream.write_all(text.as_bytes()).and_then(|()| Write::flush(&mut stream));
    drop(stream); // a body with an open stream cannot be finished
    if written.is_ok() {
        let _ = OutgoingBody::finish(body, None);
    }
}
