//! Shows a shopping cart, and asks the inventory at INVENTORY_URL whether each item can be had.

use http::{Answer, Request};
use serde_json::{Value, json};
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

const ITEMS: [(&str, u64); 2] = [("apple", 2), ("pear", 5)];

struct Cart;
wasip2::http::proxy::export!(Cart);

impl Guest for Cart {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        http::serve(request, out, route);
    }
}

fn route(request: &Request) -> Answer {
    if request.path != "/cart" {
        return http::failure(404, format!("nothing is served at {}", request.path));
    }
    let Ok(inventory) = std::env::var("INVENTORY_URL") else {
        return http::failure(500, "the environment variable INVENTORY_URL is not set");
    };
    match lines(&inventory, request.traceparent.as_deref()) {
        Ok(items) => (200, json!({ "service": "cart", "items": items })),
        Err(error) => http::failure(502, format!("the inventory at {inventory} cannot be asked: {error}")),
    }
}

fn lines(inventory: &str, traceparent: Option<&str>) -> Result<Vec<Value>, String> {
    let line = |(item, wanted): (&str, u64)| {
        let answer = http::get(inventory, &format!("/stock/{item}"), traceparent)?;
        let stock = answer["stock"].as_u64().ok_or("the answer has no stock number")?;
        Ok(json!({ "item": item, "wanted": wanted, "available": stock >= wanted, "inventory": answer }))
    };
    ITEMS.into_iter().map(line).collect()
}
