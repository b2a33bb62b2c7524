//! A server with prepared responses, and a function that runs the program against it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// A received request.
#[derive(Clone, Debug)]
pub struct SeenRequest {
    /// The method and the target: `GET /lamps?page=2`.
    pub line: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl SeenRequest {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The response to a request: a status, headers, and a body.
pub type RawReply = (u16, Vec<(&'static str, String)>, Vec<u8>);

pub fn json(body: &str) -> RawReply {
    (
        200,
        vec![("content-type", "application/json".to_owned())],
        body.as_bytes().to_vec(),
    )
}

pub fn status(status: u16, body: &str) -> RawReply {
    (
        status,
        vec![("content-type", "application/json".to_owned())],
        body.as_bytes().to_vec(),
    )
}

pub struct ProgramServer {
    pub url: String,
    seen: Arc<Mutex<Vec<SeenRequest>>>,
}

impl ProgramServer {
    pub fn start(reply: impl Fn(&SeenRequest) -> RawReply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<SeenRequest>>>::default();
        let (reply, kept) = (Arc::new(reply), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (reply, kept) = (Arc::clone(&reply), Arc::clone(&kept));
                thread::spawn(move || serve(stream, &*reply, &kept));
            }
        });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<SeenRequest> {
        self.seen.lock().unwrap().clone()
    }

    /// The program with this server, a key and a house.
    pub fn lamps(&self, arguments: &[&str]) -> Run {
        Run::new(arguments)
            .env("LAMPS_BASE_URL", &self.url)
            .env("LAMPS_API_KEY", KEY)
            .env("LAMPS_HOUSE", "h1")
    }
}

/// The key, which no output may show.
pub const KEY: &str = "c4nary-s3cret";

fn serve(stream: TcpStream, reply: &dyn Fn(&SeenRequest) -> RawReply, seen: &Mutex<Vec<SeenRequest>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut to = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
        let mut headers = HashMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let Some((name, value)) = header.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let mut body = Vec::new();
        if let Some(length) = headers.get("content-length") {
            body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
        } else if headers.contains_key("transfer-encoding") {
            loop {
                let mut size = String::new();
                reader.read_line(&mut size).unwrap();
                let size = usize::from_str_radix(size.trim(), 16).unwrap();
                let mut chunk = vec![0; size + 2];
                reader.read_exact(&mut chunk).unwrap();
                if size == 0 {
                    break;
                }
                body.extend_from_slice(&chunk[..size]);
            }
        }
        let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
        let request = SeenRequest { line, headers, body };
        seen.lock().unwrap().push(request.clone());
        let (status, headers, body) = reply(&request);
        let mut head = format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head = format!("{head}{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        if to
            .write_all(head.as_bytes())
            .and_then(|()| to.write_all(&body))
            .is_err()
        {
            return;
        }
    }
}

/// A run of the program.
pub struct Run {
    pub command: Command,
    input: Option<Vec<u8>>,
}

/// The result of a run.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn new(arguments: &[&str]) -> Self {
        let deps = std::env::current_exe().unwrap();
        let program = deps.parent().unwrap().parent().unwrap().join("examples/lamps");
        let mut command = Command::new(program);
        command.args(arguments).env_clear();
        command.env("HOME", "/nonexistent").env("TZ", "UTC");
        Self { command, input: None }
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = Some(text.as_ref().to_vec());
        self
    }

    pub fn run(mut self) -> Ran {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        if let Some(input) = self.input {
            let _ = stdin.write_all(&input);
        }
        drop(stdin);
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().unwrap();
        let ran = Ran {
            status: status.code().unwrap_or(-1),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        };
        assert!(!format!("{ran:?}").contains(KEY), "a secret is shown: {ran:?}");
        ran
    }

    /// The standard output of a run that must succeed.
    pub fn out(self) -> String {
        let ran = self.run();
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.out
    }
}

/// A folder that is removed at the end.
pub fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}
