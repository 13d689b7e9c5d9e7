//! Says how many of an item are in stock, and in which trace it was asked.

use http::{Answer, Request};
use serde_json::json;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

struct Inventory;
wasip2::http::proxy::export!(Inventory);

impl Guest for Inventory {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        http::serve(request, out, route);
    }
}

fn route(request: &Request) -> Answer {
    let Some(item) = request.path.strip_prefix("/stock/") else {
        return http::failure(404, format!("nothing is served at {}", request.path));
    };
    match stock(item) {
        Some(stock) => (200, json!({ "item": item, "stock": stock, "traceparent": request.traceparent })),
        None => http::failure(404, format!("{item} is not an item of this shop")),
    }
}

fn stock(item: &str) -> Option<u32> {
    match item {
        "apple" => Some(12),
        "pear" => Some(3),
        "quince" => Some(0),
        _ => None,
    }
}
