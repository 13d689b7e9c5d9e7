//! A wasi:cli component that does what its arguments say, as the command guest does, and can listen.
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::exit;
use std::time::Duration;
use std::{env, fs, thread};

fn main() {
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "args" => say("args", &list(env::args())),
            "env" => say("env", &list(env::vars().map(|(name, value)| format!("{name}={value}")))),
            "read" => match fs::read_to_string(words.next().unwrap_or_default()) {
                Ok(content) => say("read", &text(&content)),
                Err(error) => say("error", &text(&error.to_string())),
            },
            "stderr" => eprintln!("to stderr"),
            "sleep" => thread::sleep(Duration::from_secs(words.next().and_then(|word| word.parse().ok()).unwrap_or(0))),
            "exit" => exit(words.next().and_then(|word| word.parse().ok()).unwrap_or(0)),
            "get" => match get(&env::var(words.next().unwrap_or_default()).unwrap_or_default()) {
                Ok(answer) => say("get", &text(&answer)),
                Err(error) => say("error", &text(&error.to_string())),
            },
            "listen" => serve(&words.next().unwrap_or_default()),
            _ => exit(2),
        }
    }
}

/// Answers every request with 200, one after the other, for ever.
fn serve(address: &str) {
    for connection in TcpListener::bind(address).expect("to listen").incoming() {
        let Ok(mut connection) = connection else { continue };
        let _ = connection.read(&mut [0; 4096]);
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n");
    }
}

/// The answer to a GET of what a variable says, `http://HOST[:PORT]/PATH`, as it comes.
fn get(url: &str) -> std::io::Result<String> {
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap_or((url.trim_start_matches("http://"), ""));
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let mut connection = TcpStream::connect(address)?;
    write!(connection, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

fn say(what: &str, json: &str) {
    println!("{{\"{what}\":{json}}}");
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.map(|item| text(&item)).collect::<Vec<_>>().join(","))
}

fn text(plain: &str) -> String {
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\"").replace('\r', "\\r").replace('\n', "\\n"))
}
